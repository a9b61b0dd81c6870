"""Department 部门 and DepartmentType 部门类型: who may be made responsible for a matter."""

from __future__ import annotations

from flask_appbuilder import Model
from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.columns import CODE, NAME
from app.models.region import Region


class DepartmentType(Model):
    """A kind of department (市场监督管理局, …), the same at every level."""

    __tablename__ = "department_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name


class Department(Model):
    """A department of one region. Type OTHER accepts nothing by default."""

    __tablename__ = "departments"
    __table_args__ = (Index("ix_departments_place", "region_code", "type_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True, comment="region code - type code")
    name: Mapped[str] = mapped_column(NAME)
    short_name: Mapped[str | None] = mapped_column(NAME)
    region_code: Mapped[str] = mapped_column(String(6), ForeignKey("regions.code"))
    type_id: Mapped[int] = mapped_column(ForeignKey("department_types.id"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    region: Mapped[Region] = relationship()
    type: Mapped[DepartmentType] = relationship()

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name
