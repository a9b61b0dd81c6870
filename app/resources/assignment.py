"""Assignment 交办: a unit's share in a case; written by assigning, signing and reporting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.assignment import Assignment
from app.resources import tones
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import CASEWORKERS
from app.resources.words import SHARE, Choices, choices


class AssignmentResource:
    """Read by the centre and by the units."""

    model = Assignment
    noun, plural, title, category = "Assignment", "assignments", _l("Assignments"), "Casework"
    rights: ClassVar[Rights] = rights(read=CASEWORKERS)
    list_columns = (
        "case.receipt_no",
        "case.title",
        "department.name",
        "is_lead",
        "status",
        "assigned_at",
        "signed_at",
        "reported_at",
    )
    show_columns = (*list_columns, "officer.full_name", "ended_at", "note")
    add_columns = edit_columns = ()
    search_columns = ("department", "status", "is_lead", "assigned_at")
    order_columns = ("status", "assigned_at")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"status": tones.SHARE}
    base_order = ("assigned_at", "desc")
    label_columns: ClassVar = labels((*show_columns, *search_columns), {"is_lead": _l("Lead")})
    choice_columns: ClassVar[Mapping[str, Choices]] = {"status": choices(SHARE)}
