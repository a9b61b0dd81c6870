"""Rows the system keeps for itself: serial counters, heartbeats, seed versions and configuration changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import ENUM, NAME, UtcDateTime


class Counter(Model):
    """A serial number that goes up by one per name (receipt numbers of a day, case numbers of a day)."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class Heartbeat(Model):
    """When a process last said that it lives (real time)."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeedVersion(Model):
    """Which version of a seed file the database holds; a seed runs again only when its hash differs."""

    __tablename__ = "seed_versions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConfigurationChange(Model):
    """Who changed which configuration row, when, from what to what."""

    __tablename__ = "configuration_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    user_id: Mapped[int | None] = mapped_column(Integer)
    user_name: Mapped[str] = mapped_column(NAME)
    noun: Mapped[str] = mapped_column(NAME)
    row_id: Mapped[int | None] = mapped_column(Integer)
    row_label: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(ENUM, comment="create, update or delete")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    def __str__(self) -> str:
        """Noun and row."""
        return f"{self.kind} {self.noun} {self.row_label}"


class Lookup(Model):
    """Somebody has looked a complainant up: who, when, by what kind of key, how many cases came. Never the key."""

    __tablename__ = "lookups"
    __table_args__: ClassVar = (Index("ix_lookups_user", "user_id", "looked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(ENUM, comment="phone, company code or company name")
    found_count: Mapped[int] = mapped_column(Integer)

    def __str__(self) -> str:
        """Kind and moment."""
        return f"{self.kind} {self.looked_at:%Y-%m-%d %H:%M}"
