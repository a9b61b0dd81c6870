"""A matter's own fields: what may be declared, what an answer must be, and the JSON Schema that says so.

Answers come from a web form, from JSON or from a worksheet; full-width digits, spaces around and thousands
commas are accepted. Cleaned answers are text, except whole numbers; amounts stay text, to the cent.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.errors import Invalid

Answers = dict[str, str | int]
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.([0-9]{1,6}))?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DATE: Final = re.compile(r"([0-9]{4})[-/.\u5e74]([0-9]{1,2})[-/.\u6708]([0-9]{1,2})\u65e5?")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width to ASCII, nothing else
_LONGEST: Final = 5000
_DEEPEST: Final = 6


class FieldType(StrEnum):
    """What kind of answer a field takes. ``string`` is one line, ``text`` may be several."""

    STRING = "string"
    TEXT = "text"
    DATE = "date"
    ENUM = "enum"
    DECIMAL = "decimal"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``scale``: decimal places; ``max_length``: characters. Raises ValueError when unusable."""

    key: str
    label: str
    type: str
    required: bool = False
    options: tuple[str, ...] = ()
    min: int | None = None
    scale: int = 2
    max_length: int = 0
    sensitive: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be asked; without a limit, a text has 2,000 characters and the rest 200."""
        texts = (self.key, self.label, self.type, *self.options)
        _require(all(isinstance(each, str) and each.strip() for each in texts), "Texts are missing.")
        _require(_KEY.fullmatch(self.key) is not None, "A key has small letters, digits and underscores.")
        _require(self.type in list(FieldType), "There is no such type of field.")
        _require(bool(self.options) == (self.type == FieldType.ENUM), "A choice, and nothing else, has options.")
        _require(len(set(self.options)) == len(self.options), "An option is there twice.")
        numbers = (0 if self.min is None else self.min, self.scale, self.max_length)
        _require(all(type(each) is int for each in numbers), "The bounds are whole numbers.")
        _require(0 <= self.scale <= _DEEPEST and 0 <= self.max_length <= _LONGEST, "The bounds are too wide.")
        usual = 2000 if self.type == FieldType.TEXT else 200
        object.__setattr__(self, "max_length", self.max_length or usual)


def fields_of(rows: Iterable[Mapping[str, object]]) -> tuple[Field, ...]:
    """Read a form's stored definition. Raises Invalid (fields.<index>) for rows that make no usable field."""
    found: dict[str, Field] = {}
    errors: dict[str, str] = {}
    for index, row in enumerate(rows):
        try:
            field = _field(row)
            _require(field.key not in found, "The key is there twice.")
            found[field.key] = field
        except ValueError as error:
            errors[f"fields.{index}"] = str(error)
    if errors:
        raise Invalid(errors)
    return tuple(found.values())


def check_form(form: Sequence[Field], answers: object) -> Answers:
    """Check and clean a complainant's answers; empty ones are left out. Raises Invalid (form.<key>)."""
    if not isinstance(answers, Mapping):
        raise Invalid({"form": "Give an object of field names and values."})
    known = {field.key for field in form}
    errors = {f"form.{key}": "There is no such field." for key in answers if key not in known}
    cleaned: Answers = {}
    for field in form:
        try:
            cleaned.update(_cleaned(field, answers.get(field.key)))
        except ValueError as error:
            errors[f"form.{field.key}"] = str(error)
    if errors:
        raise Invalid(errors)
    return cleaned


def json_schema(form: Sequence[Field]) -> dict[str, object]:
    """Describe the answers as JSON Schema (draft 2020-12), for programs that file complaints."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {field.key: _property(field) for field in form},
        "required": [field.key for field in form if field.required],
        "additionalProperties": False,
    }


def form_hash(form: Sequence[Field]) -> str:
    """Return the SHA-256 (hex) of the form's canonical JSON: equal for equal forms, order included."""
    rows = [asdict(field) for field in form]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require(is_right: object, message: str) -> None:
    if not is_right:
        raise ValueError(message)


def _field(row: Mapping[str, object]) -> Field:
    names = set(row) if isinstance(row, Mapping) else set()
    known = {each.name for each in fields(Field)}
    _require({"key", "label", "type"} <= names <= known, "A field has key, label, type and known settings.")
    options, flags = row.get("options", ()), (row.get("required", False), row.get("sensitive", False))
    _require(isinstance(options, list | tuple), "Options are a list.")
    _require(all(isinstance(each, bool) for each in flags), "Flags are true or false.")
    return Field(**{**row, "options": tuple(options)})  # type: ignore[arg-type]  # Field checks the rest


def _cleaned(field: Field, value: object) -> Answers:
    """Return the clean answer under its key, nothing for an empty one. Raises ValueError (English msgid)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        _require(not field.required, "Please fill in this field.")
        return {}
    return {field.key: _CLEANERS[FieldType(field.type)](field, value)}


def _string(field: Field, value: object) -> str:
    text = _text(field, value)
    _require("\n" not in text, "Write this on one line.")
    return text


def _text(field: Field, value: object) -> str:
    text = value if isinstance(value, str) else ""
    _require(text, "Give a text.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    broken = {char for char in text if unicodedata.category(char) in {"Cc", "Cs"}} - {"\n", "\t"}
    _require(not broken, "The text contains characters that cannot be stored.")
    _require(len(text) <= field.max_length, "The text is too long.")
    return text


def _choice(field: Field, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    _require(text in field.options, "Choose one of the options.")
    return text


def _date(_: Field, value: object) -> str:
    match = _DATE.fullmatch(str(value).translate(_NARROW).strip())
    year, month, day = match.groups() if match else ("0", "0", "0")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise ValueError("Give a date such as 2026-03-02.") from error


def _number(field: Field, value: object, scale: int) -> Decimal:
    """Read a number of at most 15 digits before the point and ``scale`` after it."""
    text = str(value).translate(_NARROW).strip()  # True reads "True": no number
    text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    match = _NUMBER.fullmatch(text)
    _require(match, "Give a number.")
    number, places = Decimal(text) + 0, len((match and match[1]) or "")  # + 0: no negative zero
    _require(places <= scale, "The number has too many decimal places." if scale else "Give a whole number.")
    _require(field.min is None or number >= field.min, "The number is too small.")
    return number


def _property(field: Field) -> dict[str, object]:
    lowest = {} if field.min is None else {"minimum": field.min}
    places = rf"(\.[0-9]{{1,{field.scale}}})?" if field.scale else ""
    text = {"type": "string", "maxLength": field.max_length, **({"pattern": r"\S"} if field.required else {})}
    shapes: dict[FieldType, dict[str, object]] = {
        FieldType.DATE: {"type": "string", "format": "date"},
        FieldType.ENUM: {"enum": list(field.options)},
        FieldType.DECIMAL: {"type": ["string", "number"], "pattern": f"^-?[0-9]{{1,15}}{places}$", **lowest},
        FieldType.INTEGER: {"type": "integer", **lowest},
    }
    shape = shapes.get(FieldType(field.type), text)
    return {"title": field.label, **shape, **({"x-sensitive": True} if field.sensitive else {})}


_CLEANERS: Final[dict[FieldType, Callable[[Field, object], str | int]]] = {
    FieldType.STRING: _string,
    FieldType.TEXT: _text,
    FieldType.DATE: _date,
    FieldType.ENUM: _choice,
    FieldType.DECIMAL: lambda field, value: f"{_number(field, value, field.scale):f}",
    FieldType.INTEGER: lambda field, value: int(_number(field, value, 0)),
}
