"""Lists from columns instead of objects: only what is shown is read, in one statement with what it is related to.

A list of objects costs a statement for each relation, every column of each row, and marshmallow's walk over all of
it. Here a list of columns is compiled once to a `Plan`. It holds columns of the noun, and columns of rows that it
points to, joined under an alias, to which the row guard adds its criteria as it does for objects. Texts which are
replaced where they are read (`models.redaction`) are replaced here too. What is worked out in Python (a property, a
method) has no plan: such lists are read as objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, String, inspect
from sqlalchemy.orm import Query, aliased

from app.domain.access import Actor
from app.domain.calendar import CHINA
from app.models import redaction
from app.models.columns import UtcDateTime

_PLAIN = (String, Integer, Boolean, Date, DateTime, UtcDateTime, Float, JSON)


class Cell(NamedTuple):
    """A column of a list: how it is reached, what it is read from, and where that is in a row."""

    name: str
    root: str
    leaf: str
    cls: Any
    places: dict[str, int]

    def value(self, row: Sequence[Any], actor: Actor | None) -> Any:
        """What the actor reads here."""
        if len(self.places) == 1:
            return row[self.places[self.leaf]]
        return redaction.replaced(self.cls, self.leaf, {name: row[at] for name, at in self.places.items()}, actor)


class Line:
    """A row of a list for pages: an attribute for each column of the list, dotted ones too."""

    def __init__(self, values: dict[str, Any]) -> None:
        """Take the values."""
        self.__dict__.update(values)


class Plan:
    """How a list of columns is read: what is selected, what is joined, and how a row becomes an answer."""

    def __init__(self, obj: Any, columns: Sequence[str]) -> None:
        """Compile; raises LookupError where a column is worked out in Python, or hangs on more than one row."""
        self.obj = obj
        self.key = inspect(obj).primary_key[0].name
        self.selected: list[Any] = [getattr(obj, self.key)]
        self._aliases: dict[str, Any] = {}
        self._roots: dict[str, int] = {}
        self._at: dict[tuple[str, str], int] = {}
        self.cells = [self._cell(name) for name in columns]

    def _cell(self, name: str) -> Cell:
        root, _, leaf = name.rpartition(".")
        source = self._joined(root) if root else self.obj
        cls = inspect(source).mapper.class_
        needed = redaction.needed_for(cls, leaf) or (leaf,)
        return Cell(name, root, leaf, cls, {each: self._place(source, root, each) for each in needed})

    def _joined(self, root: str) -> Any:
        relation = inspect(self.obj).relationships[root]
        if relation.uselist:
            raise LookupError(root)
        if root not in self._aliases:
            self._aliases[root] = alias = aliased(relation.mapper.class_)
            self._roots[root] = self._add(getattr(alias, relation.mapper.primary_key[0].name))
        return self._aliases[root]

    def _place(self, source: Any, root: str, leaf: str) -> int:
        kind = inspect(source).mapper.column_attrs[leaf].columns[0].type
        if not isinstance(kind, _PLAIN):
            raise LookupError(leaf)  # noqa: TRY004 - no plan, not a wrong argument
        if (root, leaf) not in self._at:
            self._at[root, leaf] = self._add(getattr(source, leaf))
        return self._at[root, leaf]

    def _add(self, column: Any) -> int:
        self.selected.append(column)
        return len(self.selected) - 1

    def over(self, query: Query[Any]) -> Query[Any]:
        """A query of the noun as one of this plan's columns, the key first. Before its order and page are set."""
        for root, alias in self._aliases.items():
            query = query.outerjoin(alias, getattr(self.obj, root))
        return query.with_entities(*self.selected)

    def lines(self, rows: Sequence[Any], actor: Actor | None) -> list[Any]:
        """The rows as pages take them."""
        return [Line({self.key: row[0]} | {cell.name: cell.value(row, actor) for cell in self.cells}) for row in rows]

    def answers(self, rows: Sequence[Any], actor: Actor | None) -> list[dict[str, Any]]:
        """The rows as the API answers them: related columns below their relation, which is null where there is none."""
        return [self._answer(row, actor) for row in rows]

    def _answer(self, row: Sequence[Any], actor: Actor | None) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for cell in self.cells:
            if not cell.root:
                answer[cell.name] = written(cell.value(row, actor))
            elif row[self._roots[cell.root]] is None:
                answer[cell.root] = None
            else:
                answer.setdefault(cell.root, {})[cell.leaf] = written(cell.value(row, actor))
        return answer


def plan_of(obj: Any, columns: Sequence[str]) -> Plan | None:
    """The plan of these columns; None where some need objects."""
    try:
        return Plan(obj, columns)
    except LookupError:
        return None


def written(value: Any) -> Any:
    """A value as JSON takes it: moments with China's offset, days as they are."""
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    return value.isoformat() if isinstance(value, date) else value
