"""Case 投诉件: read within scope, moved by verbs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import ADMINS, FILERS, Role
from app.domain.lifecycle import OPEN
from app.models.case import Case
from app.resources import tones
from app.resources.base import Chart, ReadyView, Rights, rights
from app.resources.figures import PER_CENT, of
from app.resources.labels import labels
from app.resources.readers import CASEWORKERS, WITH_FILERS
from app.resources.words import CHANNEL, CLOSE_TYPE, NOT_ACCEPT_REASON, RESPONDENT_KIND, STATUS, Choices, choices, word


def _status(code: str) -> str:
    return word("status", code)


class CaseResource:
    """The inner report (`result`) and the complainant are not here: the case page shows them by relation."""

    model = Case
    noun, plural, title, category = "Case", "cases", _l("Cases"), "Casework"
    rights: ClassVar[Rights] = rights(read=WITH_FILERS)
    list_columns = (
        "receipt_no",
        "title",
        "status",
        "matter.name",
        "region.name",
        "department.name",
        "filed_at",
        "is_overdue",
    )
    show_columns = (
        "receipt_no",
        "case_no",
        "status",
        "title",
        "body",
        "occurred_on",
        "channel",
        "matter.code",
        "matter.name",
        "region_code",
        "region.name",
        "respondent.kind",
        "respondent.name",
        "respondent_department.name",
        "department.code",
        "department.name",
        "policy_version.name",
        "source_system",
        "external_no",
        "received_on",
        "is_confidential",
        "is_incomplete",
        "is_deemed_accepted",
        "is_overdue",
        "is_designated",
        "supplement_request",
        "escalation_level",
        "rework_count",
        "filed_at",
        "accepted_at",
        "rejected_at",
        "reject_reason_code",
        "reject_reason",
        "assigned_at",
        "signed_at",
        "reported_at",
        "close_type",
        "reply",
        "closed_at",
        "withdrawn_at",
        "evaluated_at",
    )
    add_columns = edit_columns = ()
    search_columns = (
        "title",
        "status",
        "region",
        "filed_at",
        "department",
        "matter",
        "channel",
        "is_overdue",
        "receipt_no",
        "case_no",
        "external_no",
        "is_deemed_accepted",
        "is_incomplete",
    )
    order_columns = ("receipt_no", "status", "filed_at", "is_overdue")
    base_order = ("filed_at", "desc")
    label_columns: ClassVar = labels(
        (*list_columns, *show_columns, *search_columns),
        {
            "receipt_no": _l("Receipt number"),
            "case_no": _l("Case number"),
            "body": _l("Account of the events"),
            "occurred_on": _l("Day of the event"),
            "channel": _l("Channel"),
            "region_code": _l("Region code"),
            "respondent.kind": _l("Kind of respondent"),
            "respondent.name": _l("Respondent as named"),
            "respondent_department.name": _l("Respondent"),
            "department.code": _l("Department code"),
            "department": _l("Lead department"),
            "department.name": _l("Lead department"),
            "policy_version.name": _l("Rule on limits"),
            "external_no": _l("External number"),
            "received_on": _l("Day on which it came in"),
            "is_confidential": _l("Confidential"),
            "is_incomplete": _l("Incomplete"),
            "is_deemed_accepted": _l("Deemed accepted"),
            "is_overdue": _l("A limit was missed"),
            "is_designated": _l("Designated"),
            "supplement_request": _l("Asked of the complainant"),
            "withdrawn_at": _l("Withdrawn at"),
            "escalation_level": _l("Level of escalation"),
            "rework_count": _l("Reworked"),
            "filed_at": _l("Filed at"),
            "accepted_at": _l("Accepted at"),
            "rejected_at": _l("Not accepted at"),
            "reject_reason_code": _l("Ground for not accepting"),
            "reject_reason": _l("Reason for not accepting"),
            "assigned_at": _l("Assigned at"),
            "close_type": _l("Kind of result"),
            "reply": _l("Reply to the complainant"),
            "closed_at": _l("Closed at"),
            "evaluated_at": _l("Rated at"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {
        "status": choices(STATUS),
        "channel": choices(CHANNEL),
        "respondent.kind": choices(RESPONDENT_KIND),
        "reject_reason_code": choices(NOT_ACCEPT_REASON),
        "close_type": choices(CLOSE_TYPE),
    }
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"status": tones.STATUS, "is_overdue": tones.MISSED}
    ready_views: ClassVar[tuple[ReadyView, ...]] = (
        ReadyView("to-accept", _l("To be accepted"), ADMINS | {Role.INTAKE}, {"status": ("in", ("pending_accept",))}),
        ReadyView(
            "late-and-open",
            _l("Late and not finished"),
            CASEWORKERS,
            {"is_overdue": ("is", ("y",)), "status": ("in", tuple(sorted(OPEN)))},
        ),
        ReadyView("this-month", _l("Filed this month"), CASEWORKERS, {"filed_at": ("ge", ("month",))}),
        ReadyView("ours-open", _l("Not finished yet"), FILERS, {"status": ("in", tuple(sorted(OPEN)))}),
    )
    empty_text = _l("Cases come from the website, the hotline and the desk; you see those of your own scope.")
    charts: ClassVar[tuple[Chart, ...]] = (
        Chart("by-matter", _l("Cases by matter"), group="matter.name"),
        Chart("by-department", _l("Cases by department"), group="department.name"),
        Chart("by-month", _l("Cases by month"), "line", "filed_at", query=of("cases_by_month", "count")),
        Chart("by-status", _l("Cases by status"), "pie", group="status", display=_status),
        Chart(
            "by-department-and-status",
            _l("Departments by status"),
            "stacked",
            group="department.name",
            by="status",
            by_display=_status,
        ),
        Chart(
            "by-category-and-month",
            _l("Categories by month"),
            "heat",
            query=of("cases_by_category_and_month", "month", "count"),
        ),
        Chart(
            "completion",
            _l("Completion rate by department"),
            group="department.name",
            series=(PER_CENT,),
            query=of("completion", "percent", first="lowest"),
        ),
        Chart(
            "on-time",
            _l("On-time completion by department"),
            group="department.name",
            series=(PER_CENT,),
            query=of("on_time", "percent", first="lowest"),
        ),
    )
