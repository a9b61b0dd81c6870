"""Complainant 投诉人 and Respondent 被投诉对象: the parties of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import CENTRE
from app.models.case import Complainant, Respondent
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import WITH_FILERS
from app.resources.words import COMPLAINANT_KIND, RESPONDENT_KIND, Choices, choices


class ComplainantResource:
    """Masked, for the centre only: a unit sees it on the page of a case, unless the case is confidential (Art. 78)."""

    model = Complainant
    noun, plural, title, category = "Complainant", "complainants", _l("Complainants"), "Casework"
    rights: ClassVar[Rights] = rights(read=CENTRE)
    list_columns = show_columns = (
        "case.receipt_no",
        "case.title",
        "kind",
        "is_anonymous",
        "masked_name",
        "masked_phone",
    )
    add_columns = edit_columns = ()
    search_columns = ("kind", "is_anonymous")
    order_columns = ("kind", "is_anonymous")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "is_anonymous": _l("Anonymous"),
            "masked_name": _l("Person's name"),
            "masked_phone": _l("Phone"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(COMPLAINANT_KIND)}


class RespondentResource:
    """As named by the complainant, and as a department of ours where it is one."""

    model = Respondent
    noun, plural, title, category = "Respondent", "respondents", _l("Respondents"), "Casework"
    rights: ClassVar[Rights] = rights(read=WITH_FILERS)
    list_columns = show_columns = ("case.receipt_no", "case.title", "kind", "name", "department.name")
    add_columns = edit_columns = ()
    search_columns = ("kind", "name", "department")
    order_columns = ("kind", "name")
    label_columns: ClassVar = labels((*show_columns, *search_columns))
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(RESPONDENT_KIND)}
