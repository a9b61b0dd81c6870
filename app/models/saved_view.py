"""SavedView: a state of a noun's list under a name, for one user or for everybody of a role."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcDateTime


class SavedView(Model):
    """What is looked for and in which order, as the list's address holds it. Rows are always the reader's own scope."""

    __tablename__ = "saved_views"
    __table_args__: ClassVar = (
        CheckConstraint("(user_id IS NULL) <> (role IS NULL)", name="owner_or_role"),
        UniqueConstraint("user_id", "noun", "name"),
        UniqueConstraint("role", "noun", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    role: Mapped[str | None] = mapped_column(String(32))
    noun: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(2000))
    is_default: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __str__(self) -> str:
        """The name."""
        return self.name
