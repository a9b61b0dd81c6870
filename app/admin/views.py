"""The nouns' pages: two lines each. FAB generates list, show, add, edit, search and charts from the resources."""

from __future__ import annotations

from typing import ClassVar

from app import resources as nouns
from app.admin.casework import CaseView
from app.admin.clients import ApiClientView, ClientKeyView
from app.fab.charts import HuiyinChartView
from app.fab.views import HuiyinModelView


class AssignmentView(nouns.AssignmentResource, HuiyinModelView):
    """Assignments."""


class DeadlineView(nouns.DeadlineResource, HuiyinModelView):
    """Deadlines."""


class SuspensionView(nouns.SuspensionResource, HuiyinModelView):
    """Times for which clocks stood still."""


class ImprovementView(nouns.ImprovementResource, HuiyinModelView):
    """Improvements."""


class CaseEventView(nouns.CaseEventResource, HuiyinModelView):
    """The timeline of all cases."""


class FollowUpView(nouns.FollowUpResource, HuiyinModelView):
    """Follow-ups."""


class EvaluationView(nouns.EvaluationResource, HuiyinModelView):
    """Evaluations."""


class ComplainantView(nouns.ComplainantResource, HuiyinModelView):
    """Complainants, masked."""


class RespondentView(nouns.RespondentResource, HuiyinModelView):
    """Respondents."""


class AcceptanceRuleView(nouns.AcceptanceRuleResource, HuiyinModelView):
    """Acceptance rules."""


class FormVersionView(nouns.FormVersionResource, HuiyinModelView):
    """Form versions."""


class MatterView(nouns.MatterResource, HuiyinModelView):
    """Matters, each with its rules and the versions of its form."""

    related_views: ClassVar = [AcceptanceRuleView, FormVersionView]


class MatterCategoryView(nouns.MatterCategoryResource, HuiyinModelView):
    """Matter categories, each with its matters."""

    related_views: ClassVar = [MatterView]


class PolicyVersionView(nouns.PolicyVersionResource, HuiyinModelView):
    """Rules on limits."""


class CalendarDayView(nouns.CalendarDayResource, HuiyinModelView):
    """The work calendar."""


class DepartmentTypeView(nouns.DepartmentTypeResource, HuiyinModelView):
    """Department types."""


class OfficerView(nouns.OfficerResource, HuiyinModelView):
    """Officers."""


class DepartmentView(nouns.DepartmentResource, HuiyinModelView):
    """Departments, each with its officers."""

    related_views: ClassVar = [OfficerView]


class RegionView(nouns.RegionResource, HuiyinModelView):
    """Regions."""


class MessageView(nouns.MessageResource, HuiyinModelView):
    """Text messages, without their texts."""


class MessageTemplateView(nouns.MessageTemplateResource, HuiyinModelView):
    """Message templates."""


class DeliveryView(nouns.DeliveryResource, HuiyinModelView):
    """Personal data that went to connected systems."""


class UnmaskingView(nouns.UnmaskingResource, HuiyinModelView):
    """Names and phones that officers have read in the clear."""


class ImportBatchView(nouns.ImportBatchResource, HuiyinModelView):
    """Import batches."""


class ConfigurationChangeView(nouns.ConfigurationChangeResource, HuiyinModelView):
    """Changes of the configuration."""


class CaseChart(nouns.CaseResource, HuiyinChartView):
    """Figures of cases."""

    category = "Statistics"


class DeadlineChart(nouns.DeadlineResource, HuiyinChartView):
    """Figures of deadlines."""

    category = "Statistics"


class EvaluationChart(nouns.EvaluationResource, HuiyinChartView):
    """Figures of evaluations."""

    category = "Statistics"


VIEWS = (
    CaseView,
    AssignmentView,
    DeadlineView,
    SuspensionView,
    CaseEventView,
    FollowUpView,
    EvaluationView,
    ImprovementView,
    ComplainantView,
    RespondentView,
    MatterCategoryView,
    MatterView,
    AcceptanceRuleView,
    FormVersionView,
    PolicyVersionView,
    CalendarDayView,
    DepartmentTypeView,
    DepartmentView,
    RegionView,
    MessageView,
    MessageTemplateView,
    OfficerView,
    ApiClientView,
    ClientKeyView,
    DeliveryView,
    UnmaskingView,
    ImportBatchView,
    ConfigurationChangeView,
)
CHARTS = (CaseChart, DeadlineChart, EvaluationChart)
