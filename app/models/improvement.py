"""Improvement 整改: what a unit changed so that it does not happen again, with a day to check."""

from __future__ import annotations

from datetime import date, datetime

from flask_appbuilder import Model
from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.case import Case
from app.models.columns import UtcDateTime
from app.models.department import Department


class Improvement(Model):
    """A measure promised by the lead unit of a closed case."""

    __tablename__ = "improvements"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    measure: Mapped[str] = mapped_column(Text)
    check_on: Mapped[date] = mapped_column(Date, index=True)
    promised_at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship(backref="improvements")
    department: Mapped[Department] = relationship()

    def __str__(self) -> str:
        """Case and day."""
        return f"{self.case} {self.check_on}"
