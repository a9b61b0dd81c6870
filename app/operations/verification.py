"""Checking that no timeline was altered: the chain of hashes over the events of each case, all cases or one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.numbers import normalise_number
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.scope import unscoped
from app.operations import chain

BATCH = 500
_CASE = (Case.id, Case.receipt_no, Case.event_count, Case.head_hash)
_EVENT = tuple(getattr(CaseEvent, name) for name in (*chain.HASHED, "prev_hash", "hash"))


@dataclass
class Checked:
    """How many cases and events were checked, and a sentence for each fault."""

    case_count: int = 0
    event_count: int = 0
    faults: list[str] = field(default_factory=list)


def verify(number: str | None = None, told: Callable[[int], None] = lambda _: None) -> Checked:
    """Check one case by any of its numbers, or all; `told(count)` hears of each batch of all. Raises NotFound."""
    checked = Checked()
    with unscoped("verification reads every timeline") as session:
        if number is not None:
            _check(_one(session, number), checked)
            if not checked.case_count:
                raise NotFound(f"There is no case {number}.")
            return checked
        for rows in _batches(session):
            _check(rows, checked)
            told(checked.case_count)
    return checked


def _timelines() -> Select[Any]:
    """Case and events in one statement: what is written meanwhile is seen whole or not at all."""
    query = select(*_CASE, *_EVENT).outerjoin(CaseEvent, CaseEvent.case_id == Case.id)
    return query.order_by(Case.id, CaseEvent.seq)


def _one(session: Session, number: str) -> list[Any]:
    typed, wanted = number.strip(), normalise_number(number)
    is_it = (Case.receipt_no == wanted) | (Case.case_no == wanted) | (Case.external_no == typed)
    return list(session.execute(_timelines().where(is_it)))


def _batches(session: Session) -> Iterator[list[Any]]:
    last = 0
    while ids := session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(BATCH)).all():
        yield list(session.execute(_timelines().where(Case.id.between(ids[0], ids[-1]))))
        last = ids[-1]


def _check(rows: list[Any], checked: Checked) -> None:
    for _, lines in groupby(rows, key=lambda row: row.id):
        events = list(lines)
        written = [event for event in events if event.seq is not None]
        checked.case_count += 1
        checked.event_count += len(written)
        checked.faults += chain.faults(cast("Case", events[0]), cast("list[CaseEvent]", written))
