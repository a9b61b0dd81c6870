"""Rows as lines of JSON that either database gives and takes, value for value.

A line is a JSON array in the order of the table's columns: instants in UTC without an offset, days in ISO form, JSON
columns as the very text that is stored. The tables are those that the database has, which may be of an older edition.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import JSON, Column, Date, DateTime, MetaData, Select, Table, Text, cast, select
from sqlalchemy.engine import Connection

from app.extensions import db

PART: Final = 8 * 1024 * 1024
"""Rows of one member, before packing: about so many bytes."""
MOST: Final = 8 * PART
"""A member that unpacks to more is none of ours: no row comes near the difference."""
_GZIP: Final = 31  # window bits that make zlib write and read gzip


def tables(connection: Connection) -> list[Table]:
    """Our tables as the database has them, each after those that it refers to."""
    found, known = MetaData(), db.metadata.tables
    found.reflect(connection, only=lambda name, _: name in known)
    return list(found.sorted_tables)


def query(table: Table) -> Select[Any]:
    """Everything of a table, oldest first."""
    columns = (cast(each, Text) if isinstance(each.type, JSON) else each for each in table.columns)
    return select(*columns).order_by(*table.primary_key)


def parts(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, bytes]]:
    """Rows as packed members: how many rows, and the bytes."""
    lines: list[bytes] = []
    size = 0
    for row in rows:
        lines.append(json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_plain).encode())
        size += len(lines[-1])
        if size >= PART:
            yield len(lines), _packed(lines)
            lines, size = [], 0
    if lines:
        yield len(lines), _packed(lines)


def rows(table: Table, columns: Sequence[str], packed: bytes) -> list[dict[str, Any]]:
    """The rows of a member, by names of columns. Raises ValueError where it holds anything else."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(packed, MOST)
    except zlib.error as error:
        raise ValueError(table.name) from error
    if not unpacking.eof:
        raise ValueError(table.name)
    forms = [_form(table.columns[name]) for name in columns]
    return [_row(columns, forms, json.loads(line)) for line in content.splitlines()]


def self_references(table: Table) -> list[str]:
    """Columns that refer to the table itself (a region's parent, who made an account)."""
    return [each.name for each in table.columns if any(key.column.table is table for key in each.foreign_keys)]


def _packed(lines: list[bytes]) -> bytes:
    packing = zlib.compressobj(level=6, wbits=_GZIP)
    return packing.compress(b"\n".join(lines) + b"\n") + packing.flush()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return utc.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _row(columns: Sequence[str], forms: Sequence[Callable[[Any], Any]], values: list[Any]) -> dict[str, Any]:
    made = [None if value is None else form(value) for form, value in zip(forms, values, strict=True)]
    return dict(zip(columns, made, strict=True))


def _form(column: Column[Any]) -> Callable[[Any], Any]:
    """How a column's values are made of what a line holds."""
    kind = column.type
    if isinstance(kind, DateTime):
        zone = UTC if kind.timezone else None
        return lambda text: datetime.fromisoformat(text).replace(tzinfo=zone)
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, JSON):
        kind.none_as_null = True
        return _json
    return lambda value: value


def _json(text: str) -> Any:
    value = json.loads(text)
    return JSON.NULL if value is None else value
