"""The latest text messages, as the phones they went to would show them. Only the outbox page reads texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.messages import MessageKind
from app.extensions import db
from app.models.message import Message

CODED = frozenset({MessageKind.RATE, MessageKind.QUERY_CODE, MessageKind.OTP})
"""Kinds whose text is a key to something: whoever reads it can rate, follow the case, or sign in."""


@dataclass(frozen=True)
class Bubble:
    """One message. `text` is None where it carries a code and codes are not to be shown."""

    id: int
    case_id: int | None
    kind: str
    audience: str
    text: str | None
    segments: int
    status: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class Phone:
    """A recipient with its messages, the newest first; without a number: nobody could be told."""

    number: str
    bubbles: tuple[Bubble, ...]


def phones(limit: int = 200, *, shows_codes: bool) -> list[Phone]:
    """The latest messages in the actor's scope, by recipient, the one written to last first."""
    query = select(Message).order_by(Message.created_at.desc(), Message.id.desc()).limit(limit)
    by_phone: dict[str | None, list[Message]] = {}
    for row in db.session.scalars(query):
        by_phone.setdefault(row.phone, []).append(row)
    return [Phone(rows[0].masked_phone, _bubbles(rows, shows_codes)) for rows in by_phone.values()]


def _bubbles(rows: Sequence[Message], shows_codes: bool) -> tuple[Bubble, ...]:
    return tuple(
        Bubble(
            row.id,
            row.case_id,
            row.kind,
            row.audience,
            row.text if shows_codes or row.kind not in CODED else None,
            row.segments,
            row.status,
            row.reason,
            row.sent_at or row.created_at,
        )
        for row in rows
    )
