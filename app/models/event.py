"""CaseEvent 办理记录: the append-only timeline of a case, each row carrying the hash of the row before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.case import Case
from app.models.columns import ENUM, NAME, UtcDateTime
from app.models.department import Department


class CaseEvent(Model):
    """One act on a case. Never updated, never deleted (triggers of the first migration refuse both)."""

    __tablename__ = "case_events"
    __table_args__: ClassVar = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_case_events_recorded", "recorded_at"),
        Index("ix_case_events_happened", "happened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int] = mapped_column(Integer)
    verb: Mapped[str] = mapped_column(ENUM)
    from_status: Mapped[str | None] = mapped_column(ENUM)
    to_status: Mapped[str] = mapped_column(ENUM)
    actor_kind: Mapped[str] = mapped_column(ENUM)
    actor_id: Mapped[int | None] = mapped_column(Integer, comment="user id, where the actor is a user")
    actor_name: Mapped[str] = mapped_column(NAME, comment="officer's name as it was; never a complainant's")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str | None] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    case: Mapped[Case] = relationship()
    department: Mapped[Department | None] = relationship()

    def __str__(self) -> str:
        """Verb and place in the chain."""
        return f"{self.seq} {self.verb}"
