"""PolicyVersion 时限规则 and CalendarDay 工作日历: what limits rest on."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import CODE, ENUM, NAME, one_of


class PolicyVersion(Model):
    """The limits and ladders in force from a day on. A case keeps the version it was filed under."""

    __tablename__ = "policy_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    valid_from: Mapped[date] = mapped_column(Date, unique=True)
    basis: Mapped[str | None] = mapped_column(Text, comment="clause it rests on, assumed figures named")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, comment="limits, ladders, what happens on time-out")

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name


class CalendarDay(Model):
    """A day that differs from a plain week, or names a holiday (State Council notice of the year)."""

    __tablename__ = "calendar_days"
    __table_args__: ClassVar = (one_of("kind", ("off", "work")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    kind: Mapped[str] = mapped_column(ENUM, comment="off: holiday; work: make-up workday")
    holiday: Mapped[str | None] = mapped_column(NAME)
    source: Mapped[str | None] = mapped_column(String(200), comment="the notice")

    def __str__(self) -> str:
        """ISO day."""
        return self.day.isoformat()
