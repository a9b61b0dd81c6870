"""How the limits of a case stand at a moment: running, late, standing still or over, and how much time is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.calendar import Calendar
from app.domain.deadlines import china_day
from app.domain.lifecycle import OPEN
from app.models.case import Case
from app.models.deadline import Deadline
from app.operations.books import books
from app.operations.worklists import SOON_DAYS


@dataclass(frozen=True)
class Standing:
    """A limit: `state` is running, late, still (the clock stands still), met or ended; `used` per cent of its time.

    `days_left` are working days until it runs out, below 0 when it has; only for one that runs.
    """

    row: Deadline
    state: str
    used: int
    days_left: int | None = None

    @property
    def is_late(self) -> bool:
        """Whether it runs and its time is over."""
        return self.state == "late"

    @property
    def tone(self) -> str:
        """How it is drawn: late, soon, good, or calm for one that does not run."""
        if self.days_left is None:
            return "calm"
        if self.is_late:
            return "late"
        return "soon" if self.days_left <= SOON_DAYS else "good"


def standings(case: Case, now: datetime) -> list[Standing]:
    """Every limit of a case, those that run first, the first to run out before the others."""
    calendar = books().calendar
    found = [_standing(row, now, calendar) for row in case.deadlines]
    return sorted(found, key=lambda each: (each.days_left is None, each.row.due_at, each.row.id))


def nearest(case: Case, found: Iterable[Standing]) -> Standing | None:
    """The limit that an open case has to keep next; None where none runs."""
    running = (each for each in found if each.days_left is not None)
    return next(running, None) if case.status in OPEN else None


def _standing(row: Deadline, now: datetime, calendar: Calendar) -> Standing:
    still = next((each.started_at for each in row.suspensions if each.ended_at is None), None)
    until = row.ended_at or still or now
    whole = (row.due_at - row.started_at).total_seconds()
    used = min(max(round(100 * (until - row.started_at).total_seconds() / whole), 0), 100) if whole > 0 else 100
    if row.ended_at is not None:
        return Standing(row, "met" if row.met_at else "ended", used)
    if still is not None:
        return Standing(row, "still", used)
    days = calendar.working_days_between(china_day(now), china_day(row.due_at))
    return Standing(row, "late" if row.due_at < now else "running", used, days)
