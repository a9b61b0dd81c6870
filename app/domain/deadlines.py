"""When something is due, why then, and what happens before and after.

The starting day is not counted (Civil Code, art. 201); a limit in calendar days that ends on a rest day rolls
to the next working day (art. 203); a day ends at 24:00 in China. Instants come out as aware UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.calendar import CHINA
from app.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from app.domain.calendar import Calendar

MAX_VALUE: Final = 9999
YEARS: Final = range(1950, 2101)  # in which something may start
END_OF_DAY: Final = time(23, 59, 59)  # in China
OFFICE_OPENS: Final = time(9)  # in China: when a step before or after the due day is taken
_LIMIT: Final = re.compile(r"([0-9]{1,4})(wd|d|h)")
_DAY: Final = timedelta(days=1)


class LimitUnit(StrEnum):
    """What a limit counts."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"


_UNITS: Final = {"wd": LimitUnit.WORKING_DAY, "d": LimitUnit.DAY, "h": LimitUnit.HOUR}
_SUFFIXES: Final = {unit: suffix for suffix, unit in _UNITS.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: 1 to 9999 of a ``LimitUnit`` (given as member or text). Raises Invalid."""

    value: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if not 1 <= self.value <= MAX_VALUE:
            raise Invalid({"value": "Give a whole number from 1 to 9999."})
        if self.unit not in _SUFFIXES:
            raise Invalid({"unit": "The unit must be working_day, day or hour."})

    def __str__(self) -> str:
        """Return the short form that ``parse_limit`` reads."""
        return f"{self.value}{_SUFFIXES[LimitUnit(self.unit)]}"


class Due(NamedTuple):
    """A computed due time. Provisional: it rests on a year whose holidays are not loaded yet."""

    due_on: date
    due_at: datetime
    is_provisional: bool
    start_at: datetime


class DayLine(NamedTuple):
    """One day of an explanation. Reasons: ``DayReason``'s, ``start_day``, ``suspended``, ``rolled_to``."""

    day: date
    is_counted: bool
    reason: str
    detail: str
    is_known: bool


class Pause(NamedTuple):
    """A time for which a clock stood still: the days after ``since`` up to and with ``until`` do not count."""

    since: datetime
    until: datetime


class Step(NamedTuple):
    """A rung of a ladder: a verb taken a number of working days before (-) or after (+) due, 0: at once."""

    code: str
    offset: int
    verb: str
    audience: str


Planned = tuple[Step, datetime]


def parse_limit(text: str) -> Limit:
    """Read ``3wd`` (working days), ``30d`` (calendar days) or ``24h``. Raises Invalid."""
    match = _LIMIT.fullmatch(text.strip().lower())
    if match is None:
        raise Invalid({"limit": "Write a limit like 3wd, 30d or 24h."})
    return Limit(int(match[1]), _UNITS[match[2]])


def china_day(instant: datetime) -> date:
    """Return the date in China at an aware instant. Raises Invalid when naive or outside 1950-2100."""
    if instant.tzinfo is None:
        raise Invalid({"start": "Give a time with its UTC offset."})
    if instant.year not in YEARS:
        raise Invalid({"start": "Give a date between 1950 and 2100."})
    return instant.astimezone(CHINA).date()


def due(start: datetime, limit: Limit, calendar: Calendar) -> Due:
    """Compute when a limit that starts at an aware instant runs out. Raises Invalid for an unusable start.

    Days end at 23:59:59 in China; hours run to the exact instant, through nights and holidays.
    """
    day_zero = china_day(start)
    start_at = start.astimezone(UTC)
    if limit.unit == LimitUnit.HOUR:
        due_at = start_at + timedelta(hours=limit.value)
        return Due(due_at.astimezone(CHINA).date(), due_at, is_provisional=False, start_at=start_at)
    looked_from, due_on = _day_due(day_zero, limit, calendar)
    return Due(due_on, _at(due_on, END_OF_DAY), not calendar.is_known(looked_from, due_on), start_at)


def explain(start: datetime, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> tuple[DayLine, ...]:
    """Say for each day, from the start to the due day, whether it counted and why.

    As many days are counted as the limit has. Empty for hours, which count no days. Raises Invalid.
    """
    if limit.unit == LimitUnit.HOUR:
        return ()
    first, last = china_day(start), moved(due(start, limit, calendar), limit.unit, pauses, calendar).due_on
    lines: list[DayLine] = []
    left = limit.value
    for day in (first + _DAY * index for index in range((last - first).days + 1)):
        lines.append(_line(day, first, left, limit, calendar, pauses))
        left -= lines[-1].is_counted
    return tuple(lines)


def moved(when: Due, unit: str, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    """Move a due time on by the days (hours: the time) for which the clock stood still, one pause after another."""
    for pause in pauses:
        when = _moved_once(when, unit, pause, calendar)
    return when


def _moved_once(when: Due, unit: str, pause: Pause, calendar: Calendar) -> Due:
    if unit == LimitUnit.HOUR:
        due_at = when.due_at + (pause.until - pause.since)
        return when._replace(due_on=due_at.astimezone(CHINA).date(), due_at=due_at)
    since, until = china_day(pause.since), china_day(pause.until)
    if unit == LimitUnit.WORKING_DAY:
        due_on = calendar.add_working_days(when.due_on, calendar.working_days_between(since, until))
    else:
        due_on = calendar.next_working(when.due_on + (until - since))
    is_provisional = when.is_provisional or not calendar.is_known(when.due_on, due_on)
    return Due(due_on, _at(due_on, END_OF_DAY), is_provisional, when.start_at)


def step_at(step: Step, due: Due, calendar: Calendar) -> datetime:
    """Return the instant of a step: 09:00 in China on its working day; offset 0: the first second overdue."""
    if step.offset == 0:
        return due.due_at + timedelta(seconds=1)
    return _at(calendar.add_working_days(due.due_on, step.offset), OFFICE_OPENS)


def plan(due: Due, ladder: Iterable[Step], calendar: Calendar) -> list[Planned]:
    """Return the steps in order of time, without those that would come at or before the start."""
    steps = [(step, step_at(step, due, calendar)) for step in ladder]
    return sorted((each for each in steps if each[1] > due.start_at), key=lambda each: each[1])


def next_step(planned: Sequence[Planned], taken: Collection[str]) -> Planned | None:
    """Return the first planned step whose code has not been taken, or None when all have."""
    return next((each for each in planned if each[0].code not in taken), None)


def _day_due(day_zero: date, limit: Limit, calendar: Calendar) -> tuple[date, date]:
    """Return the first day whose being worked matters, and the due day."""
    if limit.unit == LimitUnit.WORKING_DAY:
        return day_zero + _DAY, calendar.add_working_days(day_zero, limit.value)
    last = day_zero + _DAY * limit.value
    return last, calendar.next_working(last)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA).astimezone(UTC)


def _line(day: date, first: date, left: int, limit: Limit, calendar: Calendar, pauses: Sequence[Pause]) -> DayLine:
    """Explain one day, when ``left`` days are still to be counted."""
    code, detail = calendar.why(day)
    is_counted = left > 0 and (limit.unit == LimitUnit.DAY or calendar.is_working(day))
    if day == first:
        is_counted, code, detail = False, "start_day", ""
    elif any(china_day(pause.since) < day <= china_day(pause.until) for pause in pauses):
        is_counted, code, detail = False, "suspended", ""
    elif left <= 0 and calendar.is_working(day):
        code = "rolled_to"
    return DayLine(day, is_counted, code, detail, day.year in calendar.known_years)
