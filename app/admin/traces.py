"""The way a case was routed, and what an act recorded, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.domain.lifecycle import CHOICES
from app.resources.words import word

WORDS: Mapping[str, LazyString] = {
    "rule": _l("Rule for “%(matter)s”: %(lead)s leads; co-handling: %(co)s."),
    "unknown_region": _l("The region %(region)s is not known."),
    "no_rule": _l("There is no acceptance rule for “%(matter)s” in %(region)s."),
    "unknown_respondent": _l("The department complained about (%(department)s) is not known."),
    "no_department": _l("%(region)s has no department of the type %(type)s."),
    "is_respondent": _l("%(department)s is complained about and does not handle its own case."),
    "subordinate_of_respondent": _l("%(department)s answers to the department complained about."),
    "is_lead": _l("%(department)s leads already."),
    "unused_type": _l("Nowhere is there a department of the type %(type)s."),
    "last_resort": _l("Nobody else is left: %(department)s takes the case."),
    "chosen_lead": _l("%(department)s leads."),
    "chosen_co": _l("%(department)s co-handles."),
    "nobody": _l("Nobody in %(region)s or above it can take the case."),
}
_UNTOLD = frozenset({"trace", "redacted"})
_BY_CODE = frozenset({"channel", "clock", "close_type", "satisfaction"})


def route_in_words(trace: Iterable[tuple[str, Mapping[str, Any]]], names: Mapping[str, str]) -> list[str]:
    """One sentence for each finding; a code that has no sentence stays as it is."""
    lines = []
    for code, params in trace:
        text = WORDS.get(f"{code}_{params.get('role')}" if code == "chosen" else code)
        said = {key: named(value, names) for key, value in params.items()}
        lines.append(str(text) % {"co": "", "lead": "", **said} if text else f"{code} {said}")
    return lines


def named(value: Any, names: Mapping[str, str]) -> str:
    """A code, or several, by name."""
    if isinstance(value, list):
        return gettext(", ").join(names.get(each, each) for each in value) or gettext("(none)")
    return gettext("(none)") if value is None else names.get(str(value), str(value))


def facts_in_words(facts: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value) of what an act recorded; empty values and the route are left out."""
    shown = {key: value for key, value in facts.items() if key not in _UNTOLD and value not in (None, "", [])}
    return [(word("fact", key), _value(key, value, names)) for key, value in shown.items()]


def _value(key: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if key == "reason_code":
        return word("return_reason" if value in CHOICES["return_reason"] else "not_accept_reason", value)
    return word(key, value) if key in _BY_CODE else named(value, names)
