"""ApiClient 对接系统: another system that files and follows cases through the REST API."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.columns import CODE, NAME, UtcDateTime
from app.models.officer import Officer


class ApiClient(Model):
    """A client acts as its user; the key is shown once and stored as a keyed hash."""

    __tablename__ = "api_clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    source_system: Mapped[str | None] = mapped_column(CODE, comment="the only source_system it may file as")
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), unique=True)
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[Officer] = relationship()

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name
