"""Assignment 交办: one unit's share in a case, lead or co-handler, with its own status."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.lifecycle import AssignmentStatus
from app.models.case import Case
from app.models.columns import ENUM, UtcDateTime, one_of
from app.models.department import Department
from app.models.officer import Officer


class Assignment(Model):
    """A unit sees a case from its assignment on."""

    __tablename__ = "assignments"
    __table_args__: ClassVar = (
        one_of("status", AssignmentStatus),
        UniqueConstraint("case_id", "department_id"),
        Index("ix_assignments_unit", "department_id", "case_id"),
        Index("ix_assignments_assigned", "assigned_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    is_lead: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(ENUM)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)

    case: Mapped[Case] = relationship(backref="assignments")
    department: Mapped[Department] = relationship()
    officer: Mapped[Officer | None] = relationship()

    __mapper_args__: ClassVar = {"version_id_col": version}

    def __str__(self) -> str:
        """Case and unit."""
        return f"{self.case} / {self.department}"
