"""Column types and constraints shared by all nouns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; timestamptz on PostgreSQL, naive UTC text on SQLite. A naive value is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values, turn the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware UTC on every database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """CHECK that a text column holds one of these values (named `<column>_known`)."""
    listed = ", ".join(f"'{value}'" for value in sorted(values))
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def stamped(column: str, stamps: Mapping[Any, tuple[str, ...]]) -> list[CheckConstraint]:
    """CHECKs that a row in a status has the columns which that status implies (named `<status>_stamped`)."""
    return [
        CheckConstraint(
            f"{column} <> '{status}' OR ({' AND '.join(f'{name} IS NOT NULL' for name in names)})",
            name=f"{status}_stamped",
        )
        for status, names in stamps.items()
    ]


CODE = String(32)
NAME = String(120)
ENUM = String(24)
