"""ApiClient 对接系统 and its ClientKeys 密钥: another system that files and follows cases through the REST API."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.columns import CODE, NAME, UtcDateTime
from app.models.officer import Officer


class ApiClient(Model):
    """A client acts as its user, within its scopes, from its networks and up to its quota."""

    __tablename__ = "api_clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    source_system: Mapped[str | None] = mapped_column(CODE, comment="the only source_system it may file as")
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), unique=True)
    scopes: Mapped[str | None] = mapped_column(String(200), comment="separated by spaces; empty: nothing")
    networks: Mapped[str | None] = mapped_column(String(1000), comment="CIDR, separated by spaces; empty: any")
    per_minute: Mapped[int | None] = mapped_column(Integer, comment="calls; empty: the default")
    per_day: Mapped[int | None] = mapped_column(Integer, comment="calls; empty: the default")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[Officer] = relationship()
    keys: Mapped[list[ClientKey]] = relationship(back_populates="client", order_by="ClientKey.id")

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name


class ClientKey(Model):
    """A key of a client: shown once, kept as a keyed hash; its first characters tell it from others."""

    __tablename__ = "client_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"), index=True)
    hint: Mapped[str] = mapped_column(String(12), comment="the key's first characters")
    key_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="keyed hash")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="ends by itself")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="ended by hand")
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="to the minute")

    client: Mapped[ApiClient] = relationship(back_populates="keys")

    def __str__(self) -> str:
        """What is known of it."""
        return f"{self.hint}…"
