"""Clocks of a case: deadline rows started, met and ended with the act that does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import select

from app.domain.calendar import CHINA
from app.domain.deadlines import Due, Limit, Pause, due, moved, next_step, parse_limit, plan
from app.domain.lifecycle import ClockKind
from app.extensions import db
from app.models.case import Case
from app.models.deadline import Deadline, DeadlineStep, Suspension
from app.operations.books import Books


def start(case: Case, kind: ClockKind, at: datetime, limit: Limit, books: Books, department_id: int | None) -> Deadline:
    """Start a clock; its first step is planned at once."""
    when = due(at, limit, books.calendar)
    row = Deadline(
        case=case,
        kind=str(kind),
        department_id=department_id,
        limit_value=limit.value,
        limit_unit=str(limit.unit),
        started_at=at,
        due_on=when.due_on,
        due_at=when.due_at,
        is_provisional=when.is_provisional,
    )
    _schedule(row, case, books, taken=set())
    db.session.add(row)
    return row


def entered(case: Case, received_on: date | None, now: datetime, books: Books) -> None:
    """What came on paper or by voice is in the system now: in time, or late, by the rule it is filed under.

    豫政办〔2024〕67号: window and other channels enter it within one working day; earlier rules know no such limit.
    """
    if received_on is None or "enter" not in case.limits:
        return
    at = datetime.combine(received_on, time(), CHINA).astimezone(UTC)
    row = start(case, ClockKind.ENTER, at, limit_of(case, ClockKind.ENTER, books), books, None)
    stop(case, [ClockKind.ENTER], now)
    row.overdue_at = now if now > row.due_at else None


def limit_of(case: Case, name: str, books: Books) -> Limit:
    """The limit a case was promised at filing; a reworked case is handled within the rework limit.

    A case from before its policy knew this limit has the one that the policy gives now.
    """
    key = "rework" if name == ClockKind.HANDLE and case.rework_count else str(name)
    promised = books.policy(case.policy_version_id).content["limits"] | case.limits
    return parse_limit(promised[key])


def running(case: Case, kinds: Iterable[ClockKind] | None = None) -> list[Deadline]:
    """Clocks of a case that have not ended."""
    rows = [row for row in case.deadlines if row.ended_at is None]
    wanted = None if kinds is None else {str(kind) for kind in kinds}
    return rows if wanted is None else [row for row in rows if row.kind in wanted]


def stop(case: Case, kinds: Iterable[ClockKind], at: datetime, *, is_met: bool = True) -> None:
    """End the running clocks of these kinds. Met: the act they waited for was done, in time or not."""
    for row in running(case, kinds):
        row.ended_at = at
        row.met_at = at if is_met else None
        row.next_check_at = row.next_step = None


def suspend(case: Case, kind: ClockKind, at: datetime, reason: str) -> None:
    """Stop a running clock for a while: no step is taken until it goes on."""
    for row in running(case, [kind]):
        db.session.add(Suspension(deadline=row, case_id=case.id, reason=reason, started_at=at))
        row.next_check_at = row.next_step = None


def resume(case: Case, kind: ClockKind, at: datetime, books: Books) -> None:
    """Let a stopped clock go on: due is moved by the days that did not count, the remaining steps planned anew."""
    for row in running(case, [kind]):
        pauses = [pause for pause in row.suspensions if pause.ended_at is None]
        for pause in pauses:
            pause.ended_at = at
            when = Due(row.due_on, row.due_at, row.is_provisional, row.started_at)
            when = moved(when, row.limit_unit, [Pause(pause.started_at, at)], books.calendar)
            row.due_on, row.due_at, row.is_provisional = when.due_on, when.due_at, when.is_provisional
        taken = set(db.session.scalars(select(DeadlineStep.step).where(DeadlineStep.deadline_id == row.id)))
        _schedule(row, case, books, taken)


def pauses_of(row: Deadline) -> list[Pause]:
    """The times for which a clock stood still, in order."""
    ended = [each for each in row.suspensions if each.ended_at is not None]
    return [Pause(each.started_at, each.ended_at) for each in sorted(ended, key=lambda each: each.id)]


def take(row: Deadline, step: str, now: datetime, books: Books) -> None:
    """Record a step as taken and plan the next one; UNIQUE(deadline, step) refuses a second time."""
    planned = row.next_check_at
    db.session.add(DeadlineStep(deadline=row, case_id=row.case_id, step=step, planned_at=planned or now, taken_at=now))
    if row.ended_at is None:
        taken = set(db.session.scalars(select(DeadlineStep.step).where(DeadlineStep.deadline_id == row.id)))
        _schedule(row, row.case, books, taken | {step})


def _schedule(row: Deadline, case: Case, books: Books, taken: set[str]) -> None:
    ladder = books.policy(case.policy_version_id).ladder(row.kind)
    due_time = Due(row.due_on, row.due_at, row.is_provisional, row.started_at)
    following = next_step(plan(due_time, ladder, books.calendar), taken)
    row.next_step, row.next_check_at = (following[0].code, following[1]) if following else (None, None)
