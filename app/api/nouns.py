"""The nouns' APIs: two lines each. List and get by scope; post, put, delete where the resource's rights allow."""

from __future__ import annotations

from app import resources as nouns
from app.fab.apis import HuiyinModelRestApi


class AssignmentApi(nouns.AssignmentResource, HuiyinModelRestApi):
    """Assignments."""


class DeadlineApi(nouns.DeadlineResource, HuiyinModelRestApi):
    """Deadlines of all cases in scope."""


class SuspensionApi(nouns.SuspensionResource, HuiyinModelRestApi):
    """Times for which clocks stood still."""


class ImprovementApi(nouns.ImprovementResource, HuiyinModelRestApi):
    """Improvements."""


class CaseEventApi(nouns.CaseEventResource, HuiyinModelRestApi):
    """Events of all cases in scope."""


class FollowUpApi(nouns.FollowUpResource, HuiyinModelRestApi):
    """Follow-ups."""


class EvaluationApi(nouns.EvaluationResource, HuiyinModelRestApi):
    """Evaluations."""


class ComplainantApi(nouns.ComplainantResource, HuiyinModelRestApi):
    """Complainants, masked."""


class RespondentApi(nouns.RespondentResource, HuiyinModelRestApi):
    """Respondents."""


class MatterCategoryApi(nouns.MatterCategoryResource, HuiyinModelRestApi):
    """Matter categories."""


class MatterApi(nouns.MatterResource, HuiyinModelRestApi):
    """Matters."""


class AcceptanceRuleApi(nouns.AcceptanceRuleResource, HuiyinModelRestApi):
    """Acceptance rules."""


class FormVersionApi(nouns.FormVersionResource, HuiyinModelRestApi):
    """Versions of the matters' forms."""


class PolicyVersionApi(nouns.PolicyVersionResource, HuiyinModelRestApi):
    """Rules on limits."""


class CalendarDayApi(nouns.CalendarDayResource, HuiyinModelRestApi):
    """The work calendar."""


class DepartmentTypeApi(nouns.DepartmentTypeResource, HuiyinModelRestApi):
    """Department types."""


class DepartmentApi(nouns.DepartmentResource, HuiyinModelRestApi):
    """Departments."""


class RegionApi(nouns.RegionResource, HuiyinModelRestApi):
    """Regions."""


class MessageApi(nouns.MessageResource, HuiyinModelRestApi):
    """Text messages, without their texts."""


class MessageTemplateApi(nouns.MessageTemplateResource, HuiyinModelRestApi):
    """Message templates."""


class OfficerApi(nouns.OfficerResource, HuiyinModelRestApi):
    """Officers."""


class ApiClientApi(nouns.ApiClientResource, HuiyinModelRestApi):
    """Connected systems, without their keys."""


class ClientKeyApi(nouns.ClientKeyResource, HuiyinModelRestApi):
    """Keys of connected systems, never the keys themselves."""


class DeliveryApi(nouns.DeliveryResource, HuiyinModelRestApi):
    """Personal data that went to connected systems."""


class UnmaskingApi(nouns.UnmaskingResource, HuiyinModelRestApi):
    """Names and phones that officers have read in the clear."""


class ImportBatchApi(nouns.ImportBatchResource, HuiyinModelRestApi):
    """Import batches."""


class ConfigurationChangeApi(nouns.ConfigurationChangeResource, HuiyinModelRestApi):
    """Changes of the configuration."""


APIS = (
    AssignmentApi,
    DeadlineApi,
    SuspensionApi,
    CaseEventApi,
    FollowUpApi,
    EvaluationApi,
    ImprovementApi,
    ComplainantApi,
    RespondentApi,
    MatterCategoryApi,
    MatterApi,
    AcceptanceRuleApi,
    FormVersionApi,
    PolicyVersionApi,
    CalendarDayApi,
    DepartmentTypeApi,
    DepartmentApi,
    RegionApi,
    MessageApi,
    MessageTemplateApi,
    OfficerApi,
    ApiClientApi,
    ClientKeyApi,
    DeliveryApi,
    UnmaskingApi,
    ImportBatchApi,
    ConfigurationChangeApi,
)
