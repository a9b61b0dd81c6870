"""Working days in China: a plain week, corrected by the State Council's yearly notice.

A year is *known* when it has any typed day. In an unknown year only weekends and the statutory holidays with
fixed dates are observed; the lunar ones cannot be known, so whatever rests on such a year is provisional.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

CHINA: Final = ZoneInfo("Asia/Shanghai")
SATURDAY: Final = 5
_ANY_YEAR: Final = 2000  # where an empty calendar's table begins; it grows either way on demand

# Regulation on Public Holidays (2024 revision), art. 2: the least that every year has.
STATUTORY: Final[dict[tuple[int, int], str]] = {
    (1, 1): "New Year's Day",
    (5, 1): "Labour Day",
    (5, 2): "Labour Day",
    (10, 1): "National Day",
    (10, 2): "National Day",
    (10, 3): "National Day",
}


class DayReason(NamedTuple):
    """Why a day is worked or not: ``working``, ``make_up``, ``weekend`` or ``holiday`` (detail: its name)."""

    code: str
    detail: str = ""


# First year, last year, the ordinals of all working days between: replaced whole, never changed.
_Table = tuple[int, int, list[int]]


class Calendar:
    """A plain week under typed days: date -> ("off" | "work", the holiday's name)."""

    def __init__(self, days: Mapping[date, tuple[str, str]]) -> None:
        """Take the typed days; count the working days of the known years."""
        self._days = dict(days)
        self.known_years = frozenset(day.year for day in self._days)
        first = min(self.known_years, default=_ANY_YEAR)
        last = max(self.known_years, default=_ANY_YEAR)
        self._table: _Table = first, last, self._ordinals(first, last)

    def is_known(self, first: date, last: date) -> bool:
        """Whether each year from ``first`` to ``last`` (both included) is loaded."""
        return all(year in self.known_years for year in range(first.year, last.year + 1))

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        typed = self._days.get(day)
        if typed is not None:
            return typed[0] == "work"
        return day.weekday() < SATURDAY and self._statutory(day) is None

    def why(self, day: date) -> DayReason:
        """Say why the day is worked or not; ``is_working`` agrees with ``working`` and ``make_up``."""
        kind, name = self._days.get(day, ("", ""))
        statutory = self._statutory(day)
        if kind == "off" or statutory is not None:
            return DayReason("holiday", name or statutory or "")
        if day.weekday() < SATURDAY:
            return DayReason("working")
        return DayReason("make_up" if kind == "work" else "weekend")

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after ``day``, which itself is not counted (Civil Code, art. 201).

        A negative n counts back from ``day``; 0 is ``day`` itself, working or not.
        """
        if n == 0:
            return day
        first, last, ordinals = self._covering(day.year, day.year)
        ordinal = day.toordinal()
        at = n + (bisect_right(ordinals, ordinal) - 1 if n > 0 else bisect_left(ordinals, ordinal))
        if 0 <= at < len(ordinals):
            return date.fromordinal(ordinals[at])
        self._covering(first - (at < 0), last + (at > 0))
        return self.add_working_days(day, n)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end``; negative if end is earlier."""
        _, _, ordinals = self._covering(min(start.year, end.year), max(start.year, end.year))
        return bisect_right(ordinals, end.toordinal()) - bisect_right(ordinals, start.toordinal())

    def next_working(self, day: date) -> date:
        """Return the day itself when it is worked, otherwise the next day that is (Civil Code, art. 203)."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def _statutory(self, day: date) -> str | None:
        return None if day.year in self.known_years else STATUTORY.get((day.month, day.day))

    def _covering(self, first: int, last: int) -> _Table:
        """Return a table of at least these years, growing it when needed (two threads may, harmlessly)."""
        table = self._table
        if first < table[0] or last > table[1]:
            early, late = min(first, table[0]), max(last, table[1])
            before, after = self._ordinals(early, table[0] - 1), self._ordinals(table[1] + 1, late)
            self._table = table = early, late, before + table[2] + after
        return table

    def _ordinals(self, first: int, last: int) -> list[int]:
        span = range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
        return [ordinal for ordinal in span if self.is_working(date.fromordinal(ordinal))]
