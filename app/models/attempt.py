"""Attempt: how often something was tried of late. Counted in the database, so that all web processes count together."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcDateTime


class Attempt(Model):
    """Tries of one kind on one thing (a case number, an address, a phone); which one only a keyed hash tells."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="counted or locked until then; real time")

    def __str__(self) -> str:
        """How many."""
        return str(self.count)
