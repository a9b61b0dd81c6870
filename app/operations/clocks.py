"""The clock at work: finds deadlines whose next moment has come and takes one step each, each in its own transaction.

Any number of clocks may run: a step is claimed by compare-and-set on `next_check_at`, and UNIQUE(deadline, step)
refuses a second one. A row that raises is pushed back an hour and reported, and stops nobody.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.domain.access import CLOCK
from app.domain.lifecycle import OPEN, ClockKind, Status, VerbName
from app.domain.messages import Audience
from app.extensions import db, stopping
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.scope import acting_on
from app.operations import casework, timers
from app.operations.books import books
from app.operations.casework import Ladder

PUSH_BACK = timedelta(hours=1)
log = logging.getLogger(__name__)


def due_count(now: datetime) -> int:
    """How many deadlines wait for a step (at most 1,000 are counted)."""
    waiting = select(Deadline.id).where(Deadline.next_check_at <= now).limit(1000)
    return len(db.session.scalars(waiting).all())


def step_due(now: datetime, batch: int = 200) -> Counter[str]:
    """Take every step that is due, in the order of their moments, until told to stop.

    Counts by verb, `raced` and `failed`.
    """
    counts: Counter[str] = Counter()
    while True:
        waiting = (
            select(Deadline.id, Deadline.next_check_at)
            .where(Deadline.next_check_at <= now)
            .order_by(Deadline.next_check_at, Deadline.id)
            .limit(batch)
        )
        rows = db.session.execute(waiting).all()
        db.session.rollback()
        if not rows:
            return counts
        before = counts.total() - counts["raced"]
        for deadline_id, moment in rows:
            if stopping.is_set():
                return counts
            taken = _step(deadline_id, moment, now)
            log.info("deadline %s: %s", deadline_id, ", ".join(taken))
            counts.update(taken)
        if counts.total() - counts["raced"] == before:
            return counts  # others are at all of them; the next round sees what they have left


def _step(deadline_id: int, moment: datetime, now: datetime) -> list[str]:
    try:
        with acting_on():
            taken = _claim_and_take(deadline_id, moment, now)
            db.session.commit()
            return taken
    except Exception as error:
        db.session.rollback()
        if casework.is_race(error):
            return ["raced"]
        log.exception("deadline %s: the step failed and is pushed back", deadline_id)
        _push_back(deadline_id, moment, now)
        return ["failed"]
    finally:
        db.session.expunge_all()


def _claim_and_take(deadline_id: int, moment: datetime, now: datetime) -> list[str]:
    claim = (
        update(Deadline)
        .where(Deadline.id == deadline_id, Deadline.next_check_at == moment)
        .values(next_check_at=moment)
    )
    if db.session.execute(claim, execution_options={"synchronize_session": False}).rowcount != 1:
        return ["raced"]
    row = db.session.get_one(Deadline, deadline_id)
    return _take(row, row.case, now)


def _take(row: Deadline, case: Case, now: datetime) -> list[str]:
    """One step of the ladder as its verb; a time-out that the policy answers follows at once."""
    shelf = books()
    step = next(s for s in shelf.policy(case.policy_version_id).ladder(row.kind) if s.code == row.next_step)
    planned = row.next_check_at or now
    if Status(case.status) not in OPEN and row.kind != ClockKind.SECOND_LOOK:
        row.ended_at, row.next_check_at, row.next_step = now, None, None
        return ["moot"]
    if step.verb == VerbName.MARK_OVERDUE:
        row.overdue_at, case.is_overdue = planned, True
    is_old = planned < case.created_at
    told = Ladder(row.kind, row.due_on, Audience(step.audience), "before_import" if is_old else None)
    timers.take(row, step.code, now, shelf)
    casework.carry_out(case, VerbName(step.verb), CLOCK, now, {}, told)
    return [step.verb, *_answer_to_silence(row, case, now, told)]


def _answer_to_silence(row: Deadline, case: Case, now: datetime, told: Ladder) -> list[str]:
    """Deemed acceptance, where the rule of the case knows it and the limit to decide has just been missed."""
    clause = books().policy(case.policy_version_id).deemed_clause
    if row.kind != ClockKind.ACCEPT or row.overdue_at is None or row.ended_at is not None or clause is None:
        return []
    casework.carry_out(case, VerbName.DEEM_ACCEPTED, CLOCK, now, {}, replace(told, audience=None))
    return [VerbName.DEEM_ACCEPTED]


def _push_back(deadline_id: int, moment: datetime, now: datetime) -> None:
    with acting_on():
        later = (
            update(Deadline)
            .where(Deadline.id == deadline_id, Deadline.next_check_at == moment)
            .values(next_check_at=now + PUSH_BACK)
        )
        db.session.execute(later, execution_options={"synchronize_session": False})
        db.session.commit()
