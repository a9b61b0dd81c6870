"""Draft: a complaint that somebody is still writing, kept for a day under a token."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcDateTime
from app.models.sealed import Sealed, SealedRow


class Draft(SealedRow, Model):
    """What was typed so far, sealed. It is no case and hangs on none; who has the token may read and change it."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    body_sealed: Mapped[str] = mapped_column(Text, comment="JSON")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="real time")

    body = Sealed()

    def __str__(self) -> str:
        """Only its number: all else is the writer's."""
        return str(self.id)
