"""Otp: a code of six digits sent to a phone, to show that the phone is at hand."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import ENUM, UtcDateTime, one_of

PURPOSES = ("mine", "filing")


class Otp(Model):
    """One code: neither it nor the phone can be read here. The latest one of a phone and purpose counts."""

    __tablename__ = "otps"
    __table_args__: ClassVar = (one_of("purpose", PURPOSES), Index("ix_otps_phone", "phone_index", "purpose"))

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_index: Mapped[str] = mapped_column(String(64), comment="keyed hash of the phone")
    purpose: Mapped[str] = mapped_column(ENUM)
    code_hash: Mapped[str] = mapped_column(String(64), comment="keyed hash of phone, purpose and code")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="real time")
    tries: Mapped[int] = mapped_column(Integer, default=0)

    def __str__(self) -> str:
        """Purpose."""
        return self.purpose
