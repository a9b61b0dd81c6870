"""ImportBatch 导入批次: one file of cases taken in, with its counts and its errors line by line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import NAME, UtcDateTime


class ImportBatch(Model):
    """A run of an import. Rows filed twice are recognised by (source system, external number) or content."""

    __tablename__ = "import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(NAME)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    is_dry_run: Mapped[bool] = mapped_column(Boolean, default=False)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    filed_count: Mapped[int] = mapped_column(Integer, default=0)
    repeated_count: Mapped[int] = mapped_column(Integer, default=0)
    failed_count: Mapped[int] = mapped_column(Integer, default=0)
    errors: Mapped[list[Any]] = mapped_column(JSON, default=list, comment="line and messages, no personal data")

    def __str__(self) -> str:
        """File name and id."""
        return f"{self.file_name} #{self.id}"
