"""FollowUp 回访 and Evaluation 评价: what complainants say, on the phone and by their rating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import CENTRE
from app.models.feedback import Evaluation, FollowUp
from app.resources import tones
from app.resources.base import Chart, Rights, rights
from app.resources.figures import PER_CENT, of
from app.resources.labels import labels
from app.resources.readers import CASEWORKERS
from app.resources.words import SATISFACTION, Choices, choices


class FollowUpResource:
    """Written by following up."""

    model = FollowUp
    noun, plural, title, category = "FollowUp", "follow-ups", _l("Follow-ups"), "Casework"
    rights: ClassVar[Rights] = rights(read=CASEWORKERS)
    list_columns = ("case.receipt_no", "case.title", "called_at", "is_reached", "satisfaction", "officer.full_name")
    show_columns = (*list_columns, "round", "note")
    add_columns = edit_columns = ()
    search_columns = ("called_at", "is_reached", "satisfaction")
    order_columns = ("called_at", "is_reached", "satisfaction")
    base_order = ("called_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "called_at": _l("Called at"),
            "is_reached": _l("Reached"),
            "satisfaction": _l("Satisfaction"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"satisfaction": choices(SATISFACTION)}
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"satisfaction": tones.SATISFACTION}


class EvaluationResource:
    """Given by the complainant alone, and never shown to the unit that is rated."""

    model = Evaluation
    noun, plural, title, category = "Evaluation", "evaluations", _l("Evaluations"), "Casework"
    rights: ClassVar[Rights] = rights(read=CENTRE)
    list_columns = (
        "case.receipt_no",
        "case.title",
        "submitted_at",
        "score",
        "is_satisfied",
    )
    show_columns = (
        *list_columns,
        "case.department.name",
        "speed",
        "result",
        "manner",
        "comment",
        "round",
        "invited_at",
        "expires_at",
    )
    add_columns = edit_columns = ()
    search_columns = ("submitted_at", "score", "is_satisfied", "invited_at")
    order_columns = ("submitted_at", "score", "is_satisfied")
    base_order = ("invited_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "submitted_at": _l("Rated at"),
            "score": _l("Score"),
            "is_satisfied": _l("Satisfied"),
            "speed": _l("Speed"),
            "result": _l("Result"),
            "manner": _l("Manner"),
            "comment": _l("Comment"),
            "invited_at": _l("Invited at"),
            "expires_at": _l("Expires at"),
        },
    )
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_satisfied": tones.CONTENT}
    charts: ClassVar[tuple[Chart, ...]] = (
        Chart(
            "by-department",
            _l("Satisfaction by department"),
            series=(PER_CENT,),
            query=of("satisfaction", "percent", first="lowest"),
        ),
        Chart(
            "by-month",
            _l("Satisfaction by month of filing"),
            "line",
            series=(PER_CENT,),
            query=of("satisfaction_by_month", "percent"),
        ),
    )
