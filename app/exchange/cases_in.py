"""Cases from a list (.xlsx, .csv, .jsonl): rows become filings, or say field by field why they cannot.

Types and times only; whether a filing is acceptable is the operation's business. Times without an offset are
China's, and a day without a time begins at midnight there.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from app.domain.calendar import CHINA
from app.domain.deadlines import YEARS
from app.domain.errors import Invalid
from app.exchange.columns import DAYS, FLAGS, INSTANTS, code_of, fields
from app.exchange.tables import rows_of
from app.operations.filing import ComplainantFacts, Filing, RespondentFacts
from app.operations.importing import Candidate

_EXACT: Final = 10**15  # from here on a sheet has lost digits of a number
_LONGEST_NAME: Final = 60
_TIME: Final = re.compile(
    r"([0-9]{4})[-/.\u5e74]([0-9]{1,2})[-/.\u6708]([0-9]{1,2})\u65e5?"
    r"(?:[T\s]+([0-9]{1,2})[:\uff1a]([0-9]{2})(?:[:\uff1a]([0-9]{2}))?)?"
)
_FILING: Final = (
    *("channel", "region_code", "title", "body", "matter_code", "occurred_on"),
    *("source_system", "external_no", "is_confidential", "filed_at"),
)
_NEVER_NONE: Final = {"channel": "", "region_code": "", "title": "", "body": "", "is_confidential": False}


def candidates(path: Path, unused: set[str] | None = None) -> Iterator[tuple[int, Candidate | Invalid]]:
    """The rows of a file, read while they are asked for; titles that mean nothing here are added to `unused`.

    Raises Invalid at the first row where the file itself cannot be used.
    """
    for line, row in rows_of(path, unused):
        try:
            yield line, row if isinstance(row, Invalid) else candidate(row)
        except Invalid as error:
            yield line, error


def candidate(row: Mapping[str, Any]) -> Candidate:
    """A row as a lenient filing with its reply. Raises Invalid with each field that has the wrong shape."""
    values, errors = _read(row)
    if errors:
        raise Invalid(errors)
    return Candidate(_filing(values), values.get("reply"), values.get("replied_at"))


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, raw in given.items():
        try:
            values[name] = _reader(name)(raw.strip() or None if isinstance(raw, str) else raw)
        except ValueError as error:
            errors[name[:_LONGEST_NAME]] = str(error)
    return {name: value for name, value in values.items() if value is not None}, errors


def _filing(values: Mapping[str, Any]) -> Filing:
    complainant = _part("complainant", values)
    is_anonymous = complainant.pop("anonymous", False)
    return Filing(
        **{name: values.get(name, _NEVER_NONE.get(name)) for name in _FILING},
        respondent=RespondentFacts(**_part("respondent", values)),
        complainant=ComplainantFacts(is_anonymous=is_anonymous, **complainant),
        form=_part("form", values),
        is_lenient=True,
    )


def _part(head: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{head}.")}


# --- one value ---------------------------------------------------------------------------------------------------


def _reader(name: str) -> Callable[[Any], Any]:
    if name in INSTANTS:
        return _instant
    if name in DAYS:
        return _day
    if name in FLAGS:
        return _flag
    if name not in fields():
        return _answer
    return lambda raw: None if raw is None else code_of(name, _text(raw))


def _text(raw: Any) -> str:
    if isinstance(raw, datetime | date):
        return raw.isoformat()
    if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
        if abs(raw) >= _EXACT:
            raise ValueError("Digits were lost here: write long numbers as text.")
        return str(int(raw) if raw == int(raw) else raw)
    if not isinstance(raw, str):
        raise ValueError("Give a text.")  # noqa: TRY004 - one kind of fault for one field
    return raw


def _answer(raw: Any) -> str | int | bool | None:
    """An answer to a field of the matter's own: whole numbers stay numbers, a day of a sheet becomes a date."""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    return raw if raw is None or isinstance(raw, bool) else _text(raw)


def _flag(raw: Any) -> bool:
    word = code_of("flag", str(raw).lower() if raw is not None else "false")
    if word not in ("true", "false"):
        raise ValueError("Please answer yes or no.")
    return word == "true"


def _day(raw: Any) -> date | None:
    at = _instant(raw)
    return at.astimezone(CHINA).date() if at else None


def _instant(raw: Any) -> datetime | None:
    """An aware instant in UTC, so that equal instants are equal content however they were written."""
    if raw is None:
        return None
    at = raw if isinstance(raw, datetime) else _written(raw.isoformat() if isinstance(raw, date) else raw)
    if at.year not in YEARS:
        raise ValueError("Give a date between 1950 and 2100.")
    return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(UTC)


def _written(raw: Any) -> datetime:
    text = raw if isinstance(raw, str) else ""
    try:
        match = _TIME.fullmatch(text)
        if match is None:
            return datetime.fromisoformat(text)
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        raise ValueError("Give a time such as 2026-03-02 09:30.") from None
