"""Deadline 时限: a limit of a case, started and ended by acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.deadline import Deadline
from app.resources.base import Chart, Rights, rights
from app.resources.figures import of
from app.resources.labels import labels
from app.resources.readers import WITH_FILERS
from app.resources.words import CLOCK, LIMIT_UNIT, Choices, choices


class DeadlineResource:
    """Read by everybody who sees the case."""

    model = Deadline
    noun, plural, title, category = "Deadline", "deadlines", _l("Deadlines"), "Casework"
    rights: ClassVar[Rights] = rights(read=WITH_FILERS)
    list_columns = (
        "case.receipt_no",
        "kind",
        "department.name",
        "started_at",
        "due_on",
        "met_at",
        "overdue_at",
        "ended_at",
    )
    show_columns = (*list_columns, "due_at", "limit_value", "limit_unit", "is_provisional")
    add_columns = edit_columns = ()
    search_columns = ("kind", "department", "started_at", "due_on", "overdue_at", "ended_at", "is_provisional")
    order_columns = ("kind", "started_at", "due_on", "overdue_at", "ended_at")
    countdown_columns: ClassVar[Mapping[str, str]] = {"due_on": "ended_at"}
    base_order = ("due_on", "desc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "kind": _l("Limit"),
            "started_at": _l("Started at"),
            "due_on": _l("Due on"),
            "due_at": _l("Due at"),
            "met_at": _l("Done at"),
            "overdue_at": _l("Overdue since"),
            "limit_value": _l("Length"),
            "limit_unit": _l("Unit of the limit"),
            "is_provisional": _l("Provisional"),
        },
    )
    charts: ClassVar[tuple[Chart, ...]] = (
        Chart(
            "overdue",
            _l("Overdue by department"),
            series=(_l("Overdue"), _l("Due or done")),
            query=of("overdue_by_department", "numerator", "denominator", first="highest"),
        ),
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(CLOCK), "limit_unit": choices(LIMIT_UNIT)}
