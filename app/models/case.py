"""Case 投诉件 with its Complainant 投诉人 (sealed) and Respondent 被投诉对象."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.domain.access import Ties
from app.domain.lifecycle import STAMPS_BY_STATUS, Status
from app.domain.privacy import mask_name, mask_phone
from app.models.columns import CODE, ENUM, NAME, UtcDateTime, one_of, stamped
from app.models.department import Department
from app.models.matter import RESPONDENT_KINDS, FormVersion, Matter
from app.models.officer import Officer
from app.models.policy import PolicyVersion
from app.models.region import Region
from app.models.scope import OutOfScope, in_act
from app.models.sealed import Sealed, SealedRow

CHANNELS = (
    "online",
    "mobile",
    "window",
    "hotline",
    "letter",
    "superior",
    "transfer",
    "inspector",
    "history",
    "other",
)


class Case(Model):
    """A complaint from filing to rating. Its status moves in `operations.casework.perform` only."""

    __tablename__ = "cases"
    __table_args__: ClassVar = (
        one_of("status", Status),
        one_of("channel", CHANNELS),
        *stamped("status", STAMPS_BY_STATUS),
        UniqueConstraint("source_system", "external_no"),
        Index("ix_cases_region", "region_code", "filed_at"),
        Index("ix_cases_department", "department_id", "filed_at"),
        Index("ix_cases_filed_by", "filed_by_id", "filed_at"),
        Index("ix_cases_status", "status", "filed_at"),
        Index("ix_cases_content", "content_hash"),
        Index("ix_cases_filed", "filed_at", "id"),
        Index("ix_cases_status_region", "status", "region_code", "filed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_no: Mapped[str] = mapped_column(String(24), unique=True)
    case_no: Mapped[str | None] = mapped_column(String(24), unique=True, comment="given on acceptance")
    query_code_hash: Mapped[str | None] = mapped_column(String(64), comment="keyed hash; the code is shown once")
    source_system: Mapped[str | None] = mapped_column(CODE)
    external_no: Mapped[str | None] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64), comment="keyed hash of the filing, to tell repeats")
    channel: Mapped[str] = mapped_column(ENUM)
    status: Mapped[str] = mapped_column(ENUM)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    title_redacted: Mapped[str | None] = mapped_column(String(200), comment="what units read; made at filing")
    body_redacted: Mapped[str | None] = mapped_column(Text, comment="what units read; made at filing")
    form_redacted: Mapped[dict[str, Any] | None] = mapped_column(JSON, comment="answers as units read them")
    is_anonymous: Mapped[bool | None] = mapped_column(Boolean, comment="as the complainant's")
    received_on: Mapped[date | None] = mapped_column(Date, comment="day the paper or call came in")
    occurred_on: Mapped[date | None] = mapped_column(Date)
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="answers to the matter's fields")
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id"), index=True)
    region_code: Mapped[str] = mapped_column(String(6), ForeignKey("regions.code"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), comment="lead department")
    respondent_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_versions.id"))
    limits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="limits as they were at filing")
    route_trace: Mapped[list[Any]] = mapped_column(JSON, default=list, comment="why it was routed here")
    is_confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    is_incomplete: Mapped[bool] = mapped_column(Boolean, default=False, comment="imported without some facts")
    is_deemed_accepted: Mapped[bool] = mapped_column(Boolean, default=False)
    is_overdue: Mapped[bool] = mapped_column(Boolean, default=False, comment="some limit has been missed")
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)
    escalation_level: Mapped[int] = mapped_column(Integer, default=0)
    rework_count: Mapped[int] = mapped_column(Integer, default=0)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="when it entered this system")
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reject_reason_code: Mapped[str | None] = mapped_column(NAME)
    reject_reason: Mapped[str | None] = mapped_column(Text)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supplement_request: Mapped[str | None] = mapped_column(Text, comment="what the complainant is asked for")
    is_designated: Mapped[bool] = mapped_column(Boolean, default=False, comment="the lead cannot return it")
    close_type: Mapped[str | None] = mapped_column(NAME)
    result: Mapped[str | None] = mapped_column(Text, comment="inner report")
    reply: Mapped[str | None] = mapped_column(Text, comment="answer to the complainant")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evaluated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_count: Mapped[int] = mapped_column(Integer, default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="", comment="hash of the last event")
    version: Mapped[int] = mapped_column(Integer)

    matter: Mapped[Matter | None] = relationship()
    region: Mapped[Region] = relationship()
    department: Mapped[Department | None] = relationship(foreign_keys=[department_id])
    respondent_department: Mapped[Department | None] = relationship(foreign_keys=[respondent_department_id])
    policy_version: Mapped[PolicyVersion] = relationship()
    form_version: Mapped[FormVersion | None] = relationship()
    filed_by: Mapped[Officer | None] = relationship()
    complainant: Mapped[Complainant] = relationship(back_populates="case", uselist=False)
    respondent: Mapped[Respondent] = relationship(back_populates="case", uselist=False)

    __mapper_args__: ClassVar = {"version_id_col": version}
    searched_as: ClassVar = {"title": "title_redacted"}
    """What doors search instead of a column: a search must not tell what its reader does not see."""
    text_columns: ClassVar = ("title",)
    """Columns whose filter "has" searches title and account together (`models.search`)."""

    @validates("status")
    def _status_moves_in_acts_only(self, _: str, status: str) -> str:
        if not in_act():
            message = "a status changes in operations.casework only"
            raise OutOfScope(message)
        return status

    @property
    def ties(self) -> Ties:
        """What field rights depend on (`domain.access.seen`)."""
        return Ties(
            is_confidential=self.is_confidential is not False,
            is_anonymous=self.is_anonymous is not False,
            filed_by_id=self.filed_by_id or 0,
            respondent_department_id=self.respondent_department_id or 0,
        )

    def __str__(self) -> str:
        """Formal number once there is one, else the receipt number."""
        return self.case_no or self.receipt_no


class Complainant(SealedRow, Model):
    """Who complains; one row a case. Name, phone, ID number and address are sealed, shown masked."""

    __tablename__ = "complainants"
    __table_args__: ClassVar = (one_of("kind", ("person", "company")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[str] = mapped_column(ENUM)
    is_anonymous: Mapped[bool] = mapped_column(Boolean, default=False)
    name_sealed: Mapped[str | None] = mapped_column(Text)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    id_no_sealed: Mapped[str | None] = mapped_column(Text)
    org_name_sealed: Mapped[str | None] = mapped_column(Text)
    uscc_sealed: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True, comment="blind index for exact lookup")
    uscc_index: Mapped[str | None] = mapped_column(String(64), index=True, comment="blind index of the company code")
    org_index: Mapped[str | None] = mapped_column(String(64), index=True, comment="blind index of the company's name")

    case: Mapped[Case] = relationship(back_populates="complainant")

    name = Sealed()
    phone = Sealed()
    id_no = Sealed()
    org_name = Sealed()
    uscc = Sealed()

    @property
    def masked_name(self) -> str:
        """Name as officers see it: 张*."""
        return "" if self.is_anonymous else mask_name(self.name or "")

    @property
    def masked_phone(self) -> str:
        """Phone as officers see it: 138****1234."""
        return mask_phone(self.phone or "")

    def __str__(self) -> str:
        """Masked, like everywhere."""
        return self.masked_name


class Respondent(Model):
    """Who is complained about; one row a case. The department is known where it is one of ours."""

    __tablename__ = "respondents"
    __table_args__: ClassVar = (one_of("kind", RESPONDENT_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[str | None] = mapped_column(ENUM)
    name: Mapped[str | None] = mapped_column(String(200))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)

    case: Mapped[Case] = relationship(back_populates="respondent")
    department: Mapped[Department | None] = relationship()

    def __str__(self) -> str:
        """Name of the department, else the name given."""
        return str(self.department or self.name or "")
