"""What connected systems do: ClientCall 调用统计 (figures by hour and route) and Delivery 个人信息提供记录."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.api_client import ApiClient, ClientKey
from app.models.columns import UtcDateTime

RULE = String(160)


class ClientCall(Model):
    """Calls of one client to one route in one hour, with a histogram of how long they took (domain.clients.BOUNDS)."""

    __tablename__ = "client_calls"
    __table_args__: ClassVar = (UniqueConstraint("client_id", "hour_at", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"))
    hour_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    rule: Mapped[str] = mapped_column(RULE, comment="method and route rule, never an address with its ids")
    count: Mapped[int] = mapped_column(Integer, default=0)
    refused_count: Mapped[int] = mapped_column(Integer, default=0, comment="4xx but 429")
    throttled_count: Mapped[int] = mapped_column(Integer, default=0, comment="429")
    failed_count: Mapped[int] = mapped_column(Integer, default=0, comment="5xx")
    ms_5: Mapped[int] = mapped_column(Integer, default=0)
    ms_10: Mapped[int] = mapped_column(Integer, default=0)
    ms_25: Mapped[int] = mapped_column(Integer, default=0)
    ms_50: Mapped[int] = mapped_column(Integer, default=0)
    ms_100: Mapped[int] = mapped_column(Integer, default=0)
    ms_250: Mapped[int] = mapped_column(Integer, default=0)
    ms_500: Mapped[int] = mapped_column(Integer, default=0)
    ms_1000: Mapped[int] = mapped_column(Integer, default=0)
    ms_2500: Mapped[int] = mapped_column(Integer, default=0)
    ms_more: Mapped[int] = mapped_column(Integer, default=0)

    client: Mapped[ApiClient] = relationship()

    def __str__(self) -> str:
        """Route and hour."""
        return f"{self.rule} {self.hour_at:%Y-%m-%d %H}"


class Delivery(Model):
    """Personal data has gone to a client: who, when, by which route, of which cases, which fields. Never the data."""

    __tablename__ = "deliveries"
    __table_args__: ClassVar = (Index("ix_deliveries_client", "client_id", "delivered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("client_keys.id"), comment="none: signed in with a password")
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    rule: Mapped[str] = mapped_column(RULE)
    case_count: Mapped[int] = mapped_column(Integer)
    case_ids: Mapped[str] = mapped_column(Text, comment="ids, each between spaces, so that one can be searched")
    fields: Mapped[str] = mapped_column(String(300))

    client: Mapped[ApiClient] = relationship()
    key: Mapped[ClientKey | None] = relationship()

    def __str__(self) -> str:
        """Route and moment."""
        return f"{self.rule} {self.delivered_at:%Y-%m-%d %H:%M}"
