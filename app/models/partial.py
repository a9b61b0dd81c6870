"""Partial: a file that is still coming in, piece by piece; its pieces are sealed files in the storage."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcDateTime
from app.models.sealed import Sealed, SealedRow


class Partial(SealedRow, Model):
    """How far a file has come. It hangs on no case; who has its token and is who began it may go on."""

    __tablename__ = "partials"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opener_hash: Mapped[str] = mapped_column(String(64), index=True, comment="keyed hash of who began it")
    name_sealed: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer, comment="bytes of the whole file")
    received: Mapped[int] = mapped_column(Integer, comment="bytes that are there")
    pieces: Mapped[str] = mapped_column(Text, comment="their storage keys in order, by spaces")
    result_sealed: Mapped[str | None] = mapped_column(Text, comment="once whole: its upload, JSON")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    name = Sealed()
    result = Sealed()

    def __str__(self) -> str:
        """How far; the name is sealed."""
        return f"{self.received}/{self.size}"
