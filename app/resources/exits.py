"""Suspension 中止 and Improvement 整改: written by the verbs that stop a clock and by improving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.deadline import Suspension
from app.models.improvement import Improvement
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import CASEWORKERS
from app.resources.words import CLOCK, VERB, Choices, choices


class SuspensionResource:
    """Which clock stood still, since when and until when, and what stopped it."""

    model = Suspension
    noun, plural, title, category = "Suspension", "suspensions", _l("Suspensions"), "Casework"
    rights: ClassVar[Rights] = rights(read=CASEWORKERS)
    list_columns = show_columns = (
        "case.receipt_no",
        "case.title",
        "deadline.kind",
        "reason",
        "started_at",
        "ended_at",
        "deadline.due_on",
    )
    add_columns = edit_columns = ()
    search_columns = ("reason", "started_at", "ended_at")
    order_columns = ("reason", "started_at", "ended_at")
    base_order = ("started_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "deadline.kind": _l("Limit"),
            "deadline.due_on": _l("Due on"),
            "reason": _l("Stopped by"),
            "started_at": _l("Stood still since"),
            "ended_at": _l("Went on at"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"deadline.kind": choices(CLOCK), "reason": choices(VERB)}


class ImprovementResource:
    """What units promised to change so that it does not happen again, with the day to check."""

    model = Improvement
    noun, plural, title, category = "Improvement", "improvements", _l("Improvements"), "Casework"
    rights: ClassVar[Rights] = rights(read=CASEWORKERS)
    list_columns = show_columns = (
        "case.receipt_no",
        "case.title",
        "department.name",
        "measure",
        "check_on",
        "promised_at",
    )
    add_columns = edit_columns = ()
    search_columns = ("department", "check_on", "promised_at")
    order_columns = ("check_on", "promised_at")
    base_order = ("check_on", "asc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {"measure": _l("Measure"), "check_on": _l("Day to check"), "promised_at": _l("Promised at")},
    )
