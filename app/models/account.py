"""What belongs to an account beside the user row: earlier passwords, sign-ins, the second factor."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import NAME, UtcDateTime
from app.models.sealed import Sealed, SealedRow


class OldPassword(Model):
    """The hash of a password that an account had, so that it is not taken again."""

    __tablename__ = "old_passwords"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(256))

    def __str__(self) -> str:
        """Nothing to read."""
        return "old password"


class SignIn(Model):
    """Somebody is signed in with a browser: removed when that ends. The browser holds the key, here is its hash."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="real time")
    stamp: Mapped[int] = mapped_column(Integer, comment="that of the account when it signed in")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="real time, to the minute")
    address: Mapped[str] = mapped_column(String(64), comment="masked")
    browser: Mapped[str] = mapped_column(NAME)

    def __str__(self) -> str:
        """Browser and address."""
        return f"{self.browser} {self.address}"


class SecondFactor(SealedRow, Model):
    """The secret that an account's codes of six digits are made from; it counts from `confirmed_at` on."""

    __tablename__ = "second_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), unique=True)
    secret_sealed: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(Integer, default=0, comment="the latest half minute whose code was used")

    secret = Sealed()

    def __str__(self) -> str:
        """Nothing to read."""
        return "second factor"


class RecoveryCode(Model):
    """A code that stands once for a second factor that is lost; removed when it is used."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)

    def __str__(self) -> str:
        """Nothing to read."""
        return "recovery code"
