"""Message 短信 (an outbox row) and MessageTemplate 短信模板."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.messages import MessageKind
from app.domain.privacy import mask_phone
from app.models.case import Case
from app.models.columns import ENUM, NAME, UtcDateTime, one_of
from app.models.sealed import Sealed, SealedRow

MESSAGE_STATUSES = ("queued", "claimed", "sent", "failed", "unknown", "suppressed")
_UNSENT = text("status IN ('queued', 'claimed')")


class MessageTemplate(Model):
    """The text of one kind of message; fields in {braces} from a fixed list, signature in 【】."""

    __tablename__ = "message_templates"
    __table_args__: ClassVar = (one_of("kind", MessageKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(ENUM, unique=True)
    audience: Mapped[str] = mapped_column(ENUM)
    text: Mapped[str] = mapped_column(String(500))
    signature: Mapped[str] = mapped_column(String(40))
    gateway_code: Mapped[str | None] = mapped_column(String(40), comment="template number at the gateway")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __str__(self) -> str:
        """Kind."""
        return self.kind


class Message(SealedRow, Model):
    """One SMS: written with the act it tells of, sent after commit, exactly once. Phone and text are sealed."""

    __tablename__ = "messages"
    __table_args__: ClassVar = (
        one_of("kind", MessageKind),
        one_of("status", MESSAGE_STATUSES),
        Index("ix_messages_created", "created_at", "id"),
        Index("ix_messages_unsent", "not_before", "id", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(ENUM)
    audience: Mapped[str] = mapped_column(ENUM)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True, comment="the same notice is never written twice")
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    segments: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[str] = mapped_column(ENUM, default="queued")
    reason: Mapped[str | None] = mapped_column(NAME, comment="why suppressed, failed or unknown")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, comment="quiet hours and retries, business time")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claim_token: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="real time")
    gateway: Mapped[str | None] = mapped_column(ENUM)
    gateway_ref: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case | None] = relationship(backref="messages")

    phone = Sealed()
    text = Sealed()

    @property
    def masked_phone(self) -> str:
        """Phone as officers see it."""
        return mask_phone(self.phone or "")

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self.kind} {self.id}"
