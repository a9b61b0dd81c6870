"""FollowUp 回访 and Evaluation 评价: what the complainant says of the result."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.case import Case
from app.models.columns import NAME, UtcDateTime
from app.models.officer import Officer


class FollowUp(Model):
    """A call back to the complainant, before or after closing."""

    __tablename__ = "follow_ups"
    __table_args__: ClassVar = (Index("ix_follow_ups_called", "called_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    round: Mapped[int] = mapped_column(Integer, comment="0 at first, one more after each rework")
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_reached: Mapped[bool] = mapped_column(Boolean, default=False)
    satisfaction: Mapped[str | None] = mapped_column(NAME)
    note: Mapped[str | None] = mapped_column(Text)

    case: Mapped[Case] = relationship(backref="follow_ups")
    officer: Mapped[Officer | None] = relationship()

    def __str__(self) -> str:
        """Case and time."""
        return f"{self.case} {self.called_at:%Y-%m-%d}"


def _stars(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 5", name=f"{column}_stars")


class Evaluation(Model):
    """An invitation to rate, and the rating: once per round, by a token told to the complainant alone."""

    __tablename__ = "evaluations"
    __table_args__: ClassVar = (
        UniqueConstraint("case_id", "round"),
        Index("ix_evaluations_invited", "invited_at", "id"),
        _stars("speed"),
        _stars("result"),
        _stars("manner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(Integer)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    speed: Mapped[int | None] = mapped_column(Integer)
    result: Mapped[int | None] = mapped_column(Integer)
    manner: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[float | None] = mapped_column(Float)
    is_satisfied: Mapped[bool | None] = mapped_column(Boolean)
    comment: Mapped[str | None] = mapped_column(Text)

    case: Mapped[Case] = relationship(backref="evaluations")

    def __str__(self) -> str:
        """Case and round."""
        return f"{self.case} #{self.round}"
