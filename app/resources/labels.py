"""Names of columns, once for all nouns: a noun picks those it shows and adds or changes its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

COLUMNS: Mapping[str, LazyString] = {
    "code": _l("Code"),
    "name": _l("Name"),
    "name_en": _l("English name"),
    "short_name": _l("Short name"),
    "title": _l("Title"),
    "kind": _l("Kind"),
    "status": _l("Status"),
    "note": _l("Note"),
    "position": _l("Position"),
    "is_active": _l("In use"),
    "legal_basis": _l("Legal basis"),
    "fields": _l("Fields of the form"),
    "hash": _l("Hash"),
    "created_at": _l("Recorded at"),
    "case": _l("Case"),
    "case.receipt_no": _l("Receipt number"),
    "case.title": _l("Title of the complaint"),
    "case.status": _l("Status of the case"),
    "case.department.name": _l("Lead department"),
    "matter": _l("Matter"),
    "matter.code": _l("Matter code"),
    "matter.name": _l("Matter"),
    "category": _l("Category"),
    "category.name": _l("Category"),
    "respondent_kind": _l("Kind of respondent"),
    "region": _l("Region"),
    "region.name": _l("Region"),
    "region_level": _l("Level"),
    "level": _l("Level"),
    "department": _l("Department"),
    "department.name": _l("Department"),
    "officer.full_name": _l("Officer"),
    "user.username": _l("User"),
    "type": _l("Department type"),
    "type.name": _l("Department type"),
    "source_system": _l("Source system"),
    "assigned_at": _l("Assigned at"),
    "signed_at": _l("Signed for at"),
    "reported_at": _l("Reported at"),
    "ended_at": _l("Ended at"),
    "handle_value": _l("Handling limit"),
    "handle_unit": _l("Unit of the limit"),
    "round": _l("Round"),
}


def labels(columns: Iterable[str], own: Mapping[str, LazyString] | None = None) -> dict[str, LazyString]:
    """Labels of these columns: the noun's own, else the common one. Raises KeyError for a column without any."""
    known = {**COLUMNS, **(own or {})}
    return {column: known[column] for column in dict.fromkeys(columns)}
