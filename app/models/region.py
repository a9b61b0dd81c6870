"""Region 行政区划: province, city, county and function zone, by GB/T 2260 and statistics codes."""

from __future__ import annotations

from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.columns import ENUM, NAME, one_of

LEVELS = ("province", "city", "county", "zone")


class Region(Model):
    """A region. The tree follows `parent_code`; 410173 is of city level though its code lies inside 4101's range."""

    __tablename__ = "regions"
    __table_args__: ClassVar = (one_of("level", LEVELS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True, comment="GB/T 2260 or statistics code")
    name: Mapped[str] = mapped_column(NAME)
    level: Mapped[str] = mapped_column(ENUM)
    parent_code: Mapped[str | None] = mapped_column(String(6), ForeignKey("regions.code"), index=True)
    is_zone: Mapped[bool] = mapped_column(Boolean, default=False, comment="development zone")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    parent: Mapped[Region | None] = relationship(remote_side=[code])

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name
