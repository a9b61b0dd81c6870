"""Serial numbers that never repeat: one counter row per series, moved on in the act's own transaction."""

from __future__ import annotations

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models.housekeeping import Counter


def next_serial(series: str) -> int:
    """The next number of a series, from 1. A number whose act fails is given to the next act."""
    while True:
        moved = update(Counter).where(Counter.name == series).values(value=Counter.value + 1).returning(Counter.value)
        value = db.session.scalar(moved, execution_options={"synchronize_session": False})
        if value is not None:
            return int(value)
        _begin(series)


def _begin(series: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Counter).values(name=series, value=0))
    except IntegrityError:  # pragma: no cover - only when two processes file the first case of a day at once
        return
