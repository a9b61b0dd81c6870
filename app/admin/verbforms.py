"""What a verb asks for, as fields of a form: made from its facts, with what was typed and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.domain.lifecycle import CHOICES, Fact, Verb
from app.operations import catalogue, dossier
from app.resources.words import word

Options = list[tuple[str, list[tuple[str, str]]]]
_HINTS: Mapping[str, Any] = {
    "reply": _l("The complainant reads this."),
    "result": _l("For the centre; the complainant does not read it."),
    "department_code": _l("Leave empty to follow the route."),
    "co_department_codes": _l("Leave empty to follow the route."),
}


@dataclass(frozen=True)
class Asked:
    """One field. `options`: (group, [(value, label)]) for selects; the first group has no name."""

    fact: Fact
    label: str
    hint: str
    value: Any
    error: str
    options: Options


def given(verb: Verb, form: MultiDict[str, str]) -> dict[str, Any]:
    """The facts that came with a form: a list where several may be chosen, else text."""
    return {
        fact.name: form.getlist(fact.name) if fact.kind == "departments" else form.get(fact.name, "")
        for fact in verb.facts
    }


def fields(verb: Verb, values: Mapping[str, Any], errors: Mapping[str, str]) -> list[Asked]:
    """The fields of a verb's form, filled with what is given."""
    return [
        Asked(
            fact,
            word("fact", fact.name),
            _hint(fact),
            values.get(fact.name, ""),
            gettext(errors[fact.name]) if fact.name in errors else "",
            _options(fact, values.get(fact.name)),
        )
        for fact in verb.facts
    ]


def _hint(fact: Fact) -> str:
    is_routed = fact.kind in ("department", "departments") and not fact.is_required
    hints = [str(_HINTS[fact.name])] if fact.name in _HINTS and (is_routed or fact.kind == "text") else []
    if fact.min_length > 2:
        hints.append(gettext("At least %(number)s characters.", number=fact.min_length))
    return " ".join(hints)


def _options(fact: Fact, value: Any) -> Options:
    if fact.kind == "choice":
        return [("", [(code, word(fact.choices, code)) for code in CHOICES[fact.choices]])]
    if fact.kind == "matter":
        return [
            (f"{each.code} {each.name}", [(line.code, f"{line.code} {line.name}") for line in each.matters])
            for each in catalogue.categories()
        ]
    if fact.kind in ("department", "departments") and value:
        codes = value if isinstance(value, list) else [value]
        return [("", list(dossier.department_names(codes).items()))]
    return []
