"""When things happen in the demonstration: filings over 18 months, offices in office hours, people when awake."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from app.domain.calendar import CHINA, Calendar

SPAN, RECENT, LAST_WEEK = 548, 75, 7
"""Days before now: the first filings, from where they come denser, the last week."""
_FILED = (8, 9, 9, 10, 10, 11, 13, 14, 15, 15, 16, 17, 19, 20)
"""Hours at which people file."""


class Hours:
    """Moments of `total` cases that end at `now`; aware UTC, whole seconds."""

    def __init__(self, calendar: Calendar, now: datetime, total: int) -> None:
        """Nothing happens after `now`."""
        self.calendar, self.now, self.total = calendar, now, total

    def filed_at(self, pick: Random, serial: int) -> datetime:
        """When a case comes in: later with each serial, mostly on working days."""
        moment = self.now - timedelta(days=self._days_ago((serial - pick.random()) / self.total))
        day = moment.astimezone(CHINA).date()
        if pick.random() < 0.65:
            day = self.calendar.next_working(day)
        latest = self.now - timedelta(minutes=pick.randrange(10, 1500))
        return min(_at(day, pick.choice(_FILED), pick), latest.replace(microsecond=0))

    def _days_ago(self, share: float) -> float:
        """The share of all cases filed before then; of 300, two dozen come in the last week."""
        week = max(LAST_WEEK / SPAN * 1.5, min(0.08, 24 / self.total))
        knots = ((0.0, SPAN), (1 - week - 0.2, RECENT), (1 - week, LAST_WEEK), (1.0, 0))
        (low, old), (high, new) = next((a, b) for a, b in pairwise(knots) if share <= b[0])
        return old - (share - low) / (high - low) * (old - new)

    def at_desk(self, pick: Random, after: datetime, hours: tuple[float, float]) -> datetime:
        """So many hours later (from, to), in office hours of a working day."""
        local = (after + timedelta(hours=pick.uniform(*hours))).astimezone(CHINA)
        day = local.date()
        if self.calendar.is_working(day) and 9 <= local.hour < 18:
            return local.astimezone(UTC).replace(microsecond=0)
        if local.hour >= 18:
            day += timedelta(days=1)
        return _at(self.calendar.next_working(day), pick.choice((9, 9, 10, 11)), pick)

    def awake(self, pick: Random, after: datetime, hours: tuple[float, float]) -> datetime:
        """So many hours later (from, to), not in the night."""
        local = (after + timedelta(hours=pick.uniform(*hours))).astimezone(CHINA)
        if 8 <= local.hour < 22:
            return local.astimezone(UTC).replace(microsecond=0)
        return _at(local.date() + timedelta(days=local.hour >= 22), 8, pick)


def _at(day: date, hour: int, pick: Random) -> datetime:
    clock = time(hour, pick.randrange(60), pick.randrange(60))
    return datetime.combine(day, clock, CHINA).astimezone(UTC)
