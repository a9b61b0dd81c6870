"""JSON bodies to facts: shapes and types only; the rules are in the operations.

A `Kind` reads one value and says in JSON Schema what it takes, so that OpenAPI never tells another story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import UnsupportedMediaType

from app.domain.deadlines import MAX_VALUE, LimitUnit
from app.domain.errors import Invalid
from app.models.case import CHANNELS
from app.models.matter import RESPONDENT_KINDS
from app.operations import explaining
from app.operations.filing import COMPLAINANT_KINDS, ComplainantFacts, Filing, RespondentFacts

Schema = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a value is read (ValueError with an English msgid when it is not one), and its JSON Schema."""

    read: Callable[[Any], Any]
    schema: Schema


@dataclass(frozen=True)
class Shape:
    """An object of named values. `make` turns what was read into facts."""

    kinds: Mapping[str, Kind | Shape]
    required: frozenset[str] = field(default_factory=frozenset)
    make: Callable[..., Any] = dict

    def read(self, value: Any) -> Any:
        """The facts; null is as absent. Raises Invalid for unknown names, wrong types and missing values."""
        given = _object(value)
        errors = {name: "There is no such field." for name in given if name not in self.kinds}
        found: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            if given.get(name) is not None:
                errors |= _read(name, kind, given[name], found)
            elif name in self.required:
                errors[name] = "Please fill this in."
        if errors:
            raise Invalid(errors)
        return self.make(**found)

    @property
    def schema(self) -> Schema:
        """The object's JSON Schema."""
        properties = {
            name: kind.schema if name in self.required else {**kind.schema, "nullable": True}
            for name, kind in self.kinds.items()
        }
        needed = {"required": sorted(self.required)} if self.required else {}
        return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def body() -> dict[str, Any]:
    """The request's JSON object, empty when there is no body. The guard has refused everything else that is JSON."""
    if request.is_json:
        return request.get_json() if request.get_data() else {}
    if request.content_length:
        raise UnsupportedMediaType(gettext("The body must be JSON."))
    return {}


def _read(name: str, kind: Kind | Shape, value: Any, found: dict[str, Any]) -> dict[str, str]:
    """Put the value read into `found`, or answer what is wrong with it."""
    try:
        found[name] = kind.read(value)
    except Invalid as fault:
        return {f"{name}.{inner}": message for inner, message in fault.fields.items()}
    except (ValueError, OverflowError) as fault:
        return {name: str(fault)}
    return {}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Give a text.")  # noqa: TRY004 - one kind of fault for one field
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Give true or false.")  # noqa: TRY004
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("Give a whole number.")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("Give a JSON object.")  # noqa: TRY004
    return value


def _tokens(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("Give a list of texts.")
    return tuple(value)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("Give a date such as 2026-11-24.") from None


def _start(value: Any) -> datetime:
    try:
        return explaining.instant(_text(value))
    except (ValueError, OverflowError):
        raise ValueError("Give a day such as 2026-11-24, or an instant with its offset.") from None


def _complainant(*, anonymous: bool = False, **facts: Any) -> ComplainantFacts:
    return ComplainantFacts(is_anonymous=anonymous, **facts)


def _one_of(*values: str) -> Kind:
    """One of these texts. That it is one is checked by the operation, together with everything else."""
    return Kind(_text, {"type": "string", "enum": list(values)})


TEXT = Kind(_text, {"type": "string"})
FLAG = Kind(_flag, {"type": "boolean"})
OBJECT = Kind(_object, {"type": "object"})
TEXTS = Kind(_tokens, {"type": "array", "items": {"type": "string"}})

_RESPONDENT = Shape({"department_code": TEXT, "name": TEXT, "kind": _one_of(*RESPONDENT_KINDS)}, make=RespondentFacts)
_COMPLAINANT = Shape(
    {
        "kind": _one_of(*COMPLAINANT_KINDS),
        **dict.fromkeys(("name", "phone", "org_name", "uscc", "id_no"), TEXT),
        "anonymous": FLAG,
    },
    make=_complainant,
)
FILING = Shape(
    {
        "source_system": TEXT,
        "external_no": TEXT,
        "channel": _one_of(*CHANNELS),
        **dict.fromkeys(("matter_code", "region_code", "title", "body"), TEXT),
        "occurred_on": Kind(_day, {"type": "string", "format": "date"}),
        "is_confidential": FLAG,
        "respondent": _RESPONDENT,
        "complainant": _COMPLAINANT,
        "form": OBJECT,
        "attachments": TEXTS,
    },
    frozenset({"channel", "region_code", "title", "body", "respondent", "complainant"}),
    Filing,
)
"""The intake call. Faults are told with the path of the field (`complainant.phone`)."""

TOKENS = Shape({"attachments": TEXTS}, frozenset({"attachments"}), make=lambda attachments: attachments)
"""Files uploaded before, to be added to a case."""
DUE_QUESTION = Shape(
    {
        "start": Kind(_start, {"type": "string", "example": "2026-02-12"}),
        "value": Kind(_whole, {"type": "integer", "minimum": 1, "maximum": MAX_VALUE}),
        "unit": _one_of(*map(str, LimitUnit)),
    },
    frozenset({"start", "value", "unit"}),
)
ROUTE_QUESTION = Shape(
    {"matter_code": TEXT, "region_code": TEXT, "respondent": TEXT}, frozenset({"matter_code", "region_code"})
)
