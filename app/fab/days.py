"""Days as filters name them: 2026-11-24, a moment, or a word for the day on which a time began (China time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import parser as dates

from app.domain.calendar import CHINA

BEGUN: Mapping[str, Callable[[date], date]] = {
    "today": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""Words that stay true in a saved view: the first day of this week, month or year."""


def is_time(value: Any) -> bool:
    """Whether this names a day or a moment."""
    try:
        return isinstance(value, date) or (isinstance(value, str) and (value in BEGUN or bool(_read(value))))
    except (TypeError, ValueError, OverflowError):
        return False


def since(value: Any, now: datetime, *, is_day: bool) -> date | datetime:
    """From when on: the day, or its first moment."""
    found = _meant(value, now)
    if isinstance(found, datetime):
        return found.astimezone(CHINA).date() if is_day else found
    return found if is_day else datetime.combine(found, time(), CHINA)


def after(value: Any, now: datetime, *, is_day: bool) -> date | datetime:
    """Before when: the day after, or the first moment after a day. A moment is itself included to the second."""
    found = _meant(value, now)
    if isinstance(found, datetime) and not is_day:
        return found + timedelta(seconds=1)
    following = since(found, now, is_day=True) + timedelta(days=1)
    return following if is_day else datetime.combine(following, time(), CHINA)


def _meant(value: Any, now: datetime) -> date | datetime:
    if isinstance(value, str):
        value = BEGUN[value](now.astimezone(CHINA).date()) if value in BEGUN else _read(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    return value  # type: ignore[no-any-return]


def _read(value: str) -> date | datetime:
    """A day as pages and people write it, else a moment. Raises ValueError or OverflowError."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return dates.parse(value)
