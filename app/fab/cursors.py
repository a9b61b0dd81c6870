"""The `next` of a list: an opaque mark of the last row of a page, after which the next page begins.

A page by number walks over all rows before it; a page by mark begins where the last one ended, however deep. The mark
holds the order, and the value and id of a row that its reader was shown; it opens nothing that a filter would not.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import and_, literal, or_, tuple_
from sqlalchemy.sql.elements import ColumnElement

from app.fab.rows import key_of
from app.models import redaction

Order = tuple[str, str]
_LONGEST = 500


class BadCursor(ValueError):
    """The mark is none of ours, or of another order."""


def ordered_by(datamodel: Any, name: str) -> Any:
    """The column of this order, where pages by mark are possible: a column of the noun that everybody reads alike."""
    if name not in datamodel.list_columns or redaction.needed_for(datamodel.obj, name):
        return None
    return getattr(datamodel.obj, name)


def mark(order: Order, value: Any, key: int) -> str:
    """The mark of a row."""
    return base64.urlsafe_b64encode(orjson.dumps([*order, value, key])).decode().rstrip("=")


def beyond(datamodel: Any, order: Order, marked: str) -> ColumnElement[bool]:
    """The condition that a row comes after the marked one. Raises BadCursor."""
    column = ordered_by(datamodel, order[0])
    try:
        if len(marked) > _LONGEST:
            raise BadCursor
        name, direction, value, key = orjson.loads(base64.urlsafe_b64decode(marked + "=" * (-len(marked) % 4)))
        if column is None or (name, direction) != tuple(order) or key_of(key) is None:
            raise BadCursor(marked)
        return _after(datamodel, column, _typed(column, value), key, is_up=direction == "asc")
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(marked) from error


def _typed(column: Any, value: Any) -> Any:
    """The value as its column holds it."""
    kind = getattr(column.type, "impl", column.type).python_type  # a decorated type knows no kind of its own
    if value is not None and issubclass(kind, date):
        value = kind.fromisoformat(value)
        if kind is datetime and value.tzinfo is None:
            raise BadCursor(value)
    if (value is None and not column.nullable) or not isinstance(value, kind | None):
        raise BadCursor(value)
    return value


def _after(datamodel: Any, column: Any, value: Any, key: int, *, is_up: bool) -> ColumnElement[bool]:
    """NULL is above everything on PostgreSQL, and below everything on SQLite."""
    pk = datamodel.get_pk()
    later = pk > key if is_up else pk < key
    nulls_follow = (datamodel.session.get_bind().dialect.name == "sqlite") is not is_up
    if value is None:
        same = and_(column.is_(None), later)
        return same if nulls_follow else or_(same, column.is_not(None))
    here, there = tuple_(column, pk), tuple_(literal(value, column.type), literal(key))
    past = here > there if is_up else here < there
    return or_(past, column.is_(None)) if nulls_follow and column.nullable else past
