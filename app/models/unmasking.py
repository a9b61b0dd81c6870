"""Unmasking 明文查看记录: an officer has read a name or phone in the clear, and said why."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.access import Part
from app.models.case import Case
from app.models.columns import ENUM, UtcDateTime, one_of
from app.models.officer import Officer

REASONS = ("call_back", "verify", "serve", "transfer", "other")
FIELDS = (Part.NAME, Part.PHONE)


class Unmasking(Model):
    """Who, when, which field of which case, and the reason; written once, never changed, never the value."""

    __tablename__ = "unmaskings"
    __table_args__: ClassVar = (
        one_of("field", FIELDS),
        one_of("reason", REASONS),
        Index("ix_unmaskings_user", "user_id", "unmasked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    unmasked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    field: Mapped[str] = mapped_column(ENUM)
    reason: Mapped[str] = mapped_column(ENUM)
    words: Mapped[str] = mapped_column(String(300))

    case: Mapped[Case] = relationship()
    user: Mapped[Officer | None] = relationship()

    def __str__(self) -> str:
        """Field and moment."""
        return f"{self.field} {self.unmasked_at:%Y-%m-%d %H:%M}"
