"""Personal data that went to connected systems: one row for each answer, before it leaves; kept for some years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from app.extensions import db, reads_only
from app.models.client_log import Delivery
from app.models.scope import scoped_classes

MOST = 100
"""Cases of one answer: a page of a list holds no more."""
YEAR = timedelta(days=366)


def record(
    client_id: int, key_id: int | None, rule: str, case_ids: Iterable[int], fields: Iterable[str], now: datetime
) -> None:
    """Write down what an answer delivers, in a transaction of its own. What is not written down must not leave."""
    ids = sorted(set(case_ids))[:MOST]
    token = reads_only.set(False)
    try:
        db.session.rollback()  # the reading is over; on SQLite it would stand in the way of the writing
        row = {"client_id": client_id, "key_id": key_id, "delivered_at": now, "rule": rule}
        row |= {"case_count": len(ids), "case_ids": f" {' '.join(map(str, ids))} "}
        db.session.execute(insert(Delivery).values(**row, fields=" ".join(sorted(set(fields)))[:300]))
        db.session.commit()
    finally:
        reads_only.reset(token)


def cases_of(model: Any, ids: Sequence[int]) -> list[int]:
    """The cases that these rows are, or hang on; within scope."""
    case, _ = scoped_classes()
    if model is case:
        return list(ids)
    return list(db.session.scalars(select(model.case_id).where(model.id.in_(ids[:MOST]))))


def over_count(now: datetime, years: int) -> int:
    """Whether anything is older than is kept (1 or 0)."""
    return len(db.session.scalars(select(Delivery.id).where(_is_over(now, years)).limit(1)).all())


def sweep(now: datetime, years: int) -> int:
    """Remove what is older than it is kept; returns how many."""
    old = delete(Delivery).where(_is_over(now, years))
    gone: int = db.session.execute(old, execution_options={"synchronize_session": False}).rowcount
    db.session.commit()
    return gone


def _is_over(now: datetime, years: int) -> Any:
    return Delivery.delivered_at < now - years * YEAR
