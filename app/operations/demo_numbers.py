"""Serial numbers for many cases at once: the counter rows of `numbering`, read and moved on once a batch."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from app.extensions import db
from app.models.housekeeping import Counter


class Serials:
    """The numbers of the running batch. `read` and `write` belong to one transaction."""

    def __init__(self) -> None:
        """Start without numbers; `read` first."""
        self._stored: dict[str, int] = {}
        self._moved: dict[str, int] = {}

    def read(self) -> None:
        """Take the counters as they are, and hold them until the transaction ends."""
        series = Counter.name.like("receipt-%") | Counter.name.like("case-%")
        query = select(Counter.name, Counter.value).where(series).with_for_update()
        self._stored, self._moved = dict(db.session.execute(query).all()), {}

    def next(self, series: str) -> int:
        """The next number of a series, from 1."""
        self._moved[series] = self._moved.get(series, self._stored.get(series, 0)) + 1
        return self._moved[series]

    def write(self) -> None:
        """Store how far each series has come, so that real cases go on from there."""
        table = Counter.__table__
        new = [{"name": name, "value": value} for name, value in self._moved.items() if name not in self._stored]
        old = [{"series": name, "last": value} for name, value in self._moved.items() if name in self._stored]
        move_on = update(table).where(table.c.name == bindparam("series")).values(value=bindparam("last"))
        if new:
            db.session.execute(insert(table), new)
        if old:
            db.session.execute(move_on, old)
