"""Facts that come with a verb, checked and cleaned against its row in the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.errors import Invalid
from app.domain.lifecycle import CHOICES, Fact
from app.domain.scoring import STARS

_YES = frozenset({"1", "true", "y", "yes", "on"})
_NO = frozenset({"", "0", "false", "n", "no", "off"})


def checked(wanted: Sequence[Fact], given: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned facts; absent optional ones are None. Raises Invalid, field by field, unknown names too."""
    names = {fact.name for fact in wanted}
    errors = {name: "This is not asked for here." for name in given if name not in names}
    found: dict[str, Any] = {}
    for fact in wanted:
        try:
            found[fact.name] = _value(fact, given.get(fact.name))
        except ValueError as error:
            errors[fact.name] = str(error)
    if errors:
        raise Invalid(errors)
    return found


def _value(fact: Fact, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw in ("", [], ()):
        if fact.is_required:
            raise ValueError("Please fill this in.")
        return False if fact.kind == "bool" else None
    return _READERS.get(fact.kind, _text)(fact, raw)


def _text(fact: Fact, raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("Please give text.")  # noqa: TRY004 - one kind of error for one field
    if "\x00" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise ValueError("The text has characters that cannot be stored.")
    if len(raw) < fact.min_length:
        raise ValueError("Please write a little more.")
    if len(raw) > fact.max_length:
        raise ValueError("The text is too long.")
    return raw


def _choice(fact: Fact, raw: Any) -> str:
    if raw not in CHOICES[fact.choices]:
        raise ValueError("Please choose one of the list.")
    return str(raw)


def _bool(_: Fact, raw: Any) -> bool:
    text = str(raw).lower()
    if text not in _YES | _NO:
        raise ValueError("Please answer yes or no.")
    return text in _YES


def _stars(_: Fact, raw: Any) -> int:
    text = str(raw)
    if text not in {str(star) for star in STARS}:
        raise ValueError("Give one to five stars.")
    return int(text)


def _whole(fact: Fact, raw: Any) -> int:
    text = str(raw)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= fact.most:
        raise ValueError("Give a whole number within the range.")
    return int(text)


def _day(_: Fact, raw: Any) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise ValueError("Give a date such as 2026-11-24.") from None


def _codes(fact: Fact, raw: Any) -> list[str]:
    codes = raw.replace("\uff0c", ",").split(",") if isinstance(raw, str) else raw
    if not isinstance(codes, list | tuple):
        raise ValueError("Please give a list of codes.")  # noqa: TRY004
    return [_text(fact, code).strip() for code in codes if code]


_READERS: Mapping[str, Callable[[Fact, Any], Any]] = {
    "choice": _choice,
    "bool": _bool,
    "stars": _stars,
    "whole": _whole,
    "day": _day,
    "departments": _codes,
}
