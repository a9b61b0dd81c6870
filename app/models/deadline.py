"""Deadline 时限 and the steps its ladder has taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from app.domain.lifecycle import ClockKind
from app.models.case import Case
from app.models.columns import ENUM, UtcDateTime, one_of
from app.models.department import Department

_PENDING = text("next_check_at IS NOT NULL")
_RUNNING = text("ended_at IS NULL")


class Deadline(Model):
    """A running or ended limit. `next_check_at` is the next moment at which anything must happen; NULL: nothing can."""

    __tablename__ = "deadlines"
    __table_args__: ClassVar = (
        one_of("kind", ClockKind),
        one_of("limit_unit", ("working_day", "day", "hour")),
        Index("ix_deadlines_next", "next_check_at", postgresql_where=_PENDING, sqlite_where=_PENDING),
        Index("ix_deadlines_case", "case_id", "kind"),
        Index("ix_deadlines_due", "due_on", "id"),
        Index("ix_deadlines_running", "kind", "due_at", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(ENUM)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), comment="whose limit it is")
    limit_value: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str] = mapped_column(ENUM)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="last second that is in time")
    is_provisional: Mapped[bool] = mapped_column(Boolean, default=False, comment="reaches into an unloaded year")
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_step: Mapped[str | None] = mapped_column(ENUM)
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="when the act it waits for was done")
    overdue_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="recorded once, at the transition")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship(backref=backref("deadlines", order_by=lambda: Deadline.id))
    department: Mapped[Department | None] = relationship()

    def __str__(self) -> str:
        """Kind and last day."""
        return f"{self.kind} {self.due_on}"


class Suspension(Model):
    """A time for which a clock stood still; the due day moves on by the days that did not count."""

    __tablename__ = "suspensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    reason: Mapped[str] = mapped_column(ENUM, comment="the verb that stopped the clock")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    deadline: Mapped[Deadline] = relationship(backref="suspensions")
    case: Mapped[Case] = relationship()

    def __str__(self) -> str:
        """Reason and start."""
        return f"{self.reason} {self.started_at:%Y-%m-%d}"


class DeadlineStep(Model):
    """A step of the ladder, taken once: UNIQUE(deadline, step) makes doubling harmless."""

    __tablename__ = "deadline_steps"
    __table_args__: ClassVar = (UniqueConstraint("deadline_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[str] = mapped_column(ENUM)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    deadline: Mapped[Deadline] = relationship(backref="steps")

    def __str__(self) -> str:
        """Code of the step."""
        return self.step
