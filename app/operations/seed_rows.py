"""Bringing seed rows into a table without touching what an administrator has changed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.housekeeping import ConfigurationChange

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Merged:
    """What became of the rows of a file: added, updated, left alone because an administrator had a hand in them."""

    added: int = 0
    updated: int = 0
    left: int = 0

    def __str__(self) -> str:
        """The counts, in plain words."""
        parts = [f"{self.added} added", f"{self.updated} updated"]
        return ", ".join([*parts, f"{self.left} left as edited"] if self.left else parts)


def merge(model: Any, key: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> Merged:
    """Add rows whose key is new and update those nobody has edited; rows deleted by hand do not come back."""
    there = {_key(row, key): row for row in db.session.scalars(select(model))}
    edited, deleted = _by_hand(model, key)
    counts = {"added": 0, "updated": 0, "left": 0}
    for values in rows:
        row = there.get(tuple(values[name] for name in key))
        if row is None:
            counts[_added(model, key, values, deleted)] += 1
        elif differences := _differences(row, values):
            counts[_updated(row, differences, edited)] += 1
    db.session.flush()
    return Merged(**counts)


def _added(model: Any, key: tuple[str, ...], values: Mapping[str, Any], deleted: set[Key]) -> str:
    if tuple(str(values[name]) for name in key) in deleted:
        return "left"
    db.session.add(model(**values))
    return "added"


def _updated(row: Any, differences: Mapping[str, Any], edited: set[int | None]) -> str:
    if row.id in edited:
        return "left"
    for name, value in differences.items():
        setattr(row, name, value)
    return "updated"


def _differences(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if _plain(getattr(row, name)) != _plain(value)}


def _plain(value: Any) -> Any:
    """Related rows compare as a set, whatever order they were read in."""
    is_related = isinstance(value, list) and value and hasattr(value[0], "__tablename__")
    return {row.id for row in value} if is_related else value


def _by_hand(model: Any, key: tuple[str, ...]) -> tuple[set[int | None], set[Key]]:
    """Ids of rows that somebody created or changed, and keys (as text) of those somebody deleted."""
    query = select(ConfigurationChange).where(ConfigurationChange.noun == model.__name__)
    changes = list(db.session.scalars(query))
    deleted = {tuple(str(change.before.get(name)) for name in key) for change in changes if change.kind == "delete"}
    return {change.row_id for change in changes}, deleted


def _key(row: Any, key: tuple[str, ...]) -> Key:
    return tuple(getattr(row, name) for name in key)
