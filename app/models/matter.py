"""MatterCategory 事项大类, Matter 事项, AcceptanceRule 受理部门配置 and FormVersion 表单版本: the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.columns import CODE, ENUM, NAME, UtcDateTime, one_of
from app.models.department import DepartmentType

RESPONDENT_KINDS = ("government", "judicial", "utility", "association", "authority")


class MatterCategory(Model):
    """A category: the group of respondents complained about (条例 2020 Arts 83, 84, 86, 87, 88)."""

    __tablename__ = "matter_categories"
    __table_args__: ClassVar = (one_of("respondent_kind", RESPONDENT_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    name_en: Mapped[str | None] = mapped_column(NAME)
    legal_basis: Mapped[str | None] = mapped_column(String(200))
    respondent_kind: Mapped[str] = mapped_column(ENUM)
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.name


class Matter(Model):
    """A matter that can be complained about, with its own fields and limits."""

    __tablename__ = "matters"
    __table_args__: ClassVar = (one_of("handle_unit", ("working_day", "day", "hour")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("matter_categories.id"), index=True)
    name: Mapped[str] = mapped_column(NAME)
    name_en: Mapped[str | None] = mapped_column(NAME)
    statutory_text: Mapped[str | None] = mapped_column(String(500))
    legal_basis: Mapped[str | None] = mapped_column(String(200))
    case_type: Mapped[str | None] = mapped_column(String(40), comment="tag for statistics")
    handle_value: Mapped[int] = mapped_column(Integer, default=30, comment="handling limit")
    handle_unit: Mapped[str] = mapped_column(ENUM, default="day")
    target_days: Mapped[int | None] = mapped_column(Integer, comment="inner target, working days")
    extension_days: Mapped[int | None] = mapped_column(Integer, comment="all extensions together, days")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, comment="the matter's own fields")
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    category: Mapped[MatterCategory] = relationship()

    def __str__(self) -> str:
        """Code and name, for pickers and related columns."""
        return f"{self.code} {self.name}"


acceptance_rule_co = Table(
    "acceptance_rule_co",
    Model.metadata,
    Column("rule_id", ForeignKey("acceptance_rules.id", ondelete="CASCADE"), primary_key=True),
    Column("type_id", ForeignKey("department_types.id"), primary_key=True),
)


class AcceptanceRule(Model):
    """Which type of department leads a matter at one level of government, and which types co-handle."""

    __tablename__ = "acceptance_rules"
    __table_args__: ClassVar = (
        UniqueConstraint("matter_id", "region_level"),
        one_of("region_level", ("province", "city", "county")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"))
    region_level: Mapped[str] = mapped_column(ENUM)
    lead_type_id: Mapped[int] = mapped_column(ForeignKey("department_types.id"))

    matter: Mapped[Matter] = relationship()
    lead_type: Mapped[DepartmentType] = relationship()
    co_types: Mapped[list[DepartmentType]] = relationship(secondary=acceptance_rule_co, lazy="selectin")

    @property
    def co_type_names(self) -> str:
        """Names of the co-handling types, for lists."""
        return "\u3001".join(kind.name for kind in self.co_types)

    def __str__(self) -> str:
        """Matter and level, for pickers and related columns."""
        return f"{self.matter} / {self.region_level}"


class FormVersion(Model):
    """A matter's fields as they were when a case was filed; never changed, found again by hash."""

    __tablename__ = "form_versions"
    __table_args__: ClassVar = (UniqueConstraint("matter_id", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"))
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the canonical fields")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(Text)

    matter: Mapped[Matter] = relationship()

    def __str__(self) -> str:
        """Matter and the head of the hash."""
        return f"{self.matter} {self.hash[:8]}"
