"""Upload: a file that waits for its complaint. Attachment 附件: a piece of evidence of a case.

Both say what a file is; its content is encrypted in the storage under a random key. Names are sealed: people put
their own, and others', into them.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.evidence import KINDS
from app.models.case import Case
from app.models.columns import ENUM, UtcDateTime, one_of
from app.models.sealed import Sealed, SealedRow

SOURCES = ("complainant", "client", "officer")
THUMBNAILS = ("none", "waiting", "made", "failed")


class Upload(SealedRow, Model):
    """A stored file that no case has claimed yet; known by a token, for a day. It hangs on no case: no scope."""

    __tablename__ = "uploads"
    __table_args__: ClassVar = (one_of("kind", KINDS), one_of("source", SOURCES))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    storage_key: Mapped[str] = mapped_column(String(64), unique=True)
    name_sealed: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(ENUM)
    size: Mapped[int] = mapped_column(Integer, comment="bytes")
    sha256: Mapped[str] = mapped_column(String(64))
    listing_sealed: Mapped[str | None] = mapped_column(Text, comment="a zip file's entries, a JSON list")
    is_scanned: Mapped[bool] = mapped_column(Boolean, comment="a virus scanner has found nothing")
    source: Mapped[str] = mapped_column(ENUM)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    name = Sealed()
    listing = Sealed()

    def __str__(self) -> str:
        """Kind; the name is sealed."""
        return self.kind


class Attachment(SealedRow, Model):
    """A piece of evidence. Never changed but for its thumbnail."""

    __tablename__ = "attachments"
    __table_args__: ClassVar = (
        one_of("kind", KINDS),
        one_of("source", SOURCES),
        one_of("thumbnail", THUMBNAILS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="tells a filing that is sent again")
    storage_key: Mapped[str] = mapped_column(String(64), unique=True)
    name_sealed: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(ENUM)
    size: Mapped[int] = mapped_column(Integer, comment="bytes")
    sha256: Mapped[str] = mapped_column(String(64))
    listing_sealed: Mapped[str | None] = mapped_column(Text, comment="a zip file's entries, a JSON list")
    is_scanned: Mapped[bool] = mapped_column(Boolean, comment="a virus scanner has found nothing")
    source: Mapped[str] = mapped_column(ENUM)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    thumbnail: Mapped[str] = mapped_column(ENUM, index=True)
    thumbnail_key: Mapped[str | None] = mapped_column(String(64))

    case: Mapped[Case] = relationship()

    name = Sealed()
    listing = Sealed()

    def __str__(self) -> str:
        """Kind; the name is sealed."""
        return self.kind
