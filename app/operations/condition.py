"""How the whole stands, in numbers: what waits, since when, whether the clock lives. Counts only, of everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.lifecycle import OPEN
from app.models.attachment import Attachment
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.housekeeping import Heartbeat
from app.models.message import MESSAGE_STATUSES, Message
from app.models.scope import unscoped

_UNSENT = Message.status.in_(("queued", "claimed"))


@dataclass(frozen=True)
class Condition:
    """Numbers of one moment. Ages are None where there is nothing that could be old."""

    open_cases: int
    due_steps: int
    messages: dict[str, int]
    oldest_unsent: timedelta | None
    """Since the oldest unsent message was written; quiet hours and retries count."""
    longest_ready: timedelta | None
    """For how long a message could have gone out by now."""
    longest_due: timedelta | None
    clock_age: timedelta | None


def condition(now: datetime, real_now: datetime) -> Condition:
    """Look. Raises what the database raises."""
    with unscoped("counts for whoever keeps the site running") as session:
        ready = session.scalar(select(func.min(Message.not_before)).where(_UNSENT, Message.not_before <= now))
        due = select(Deadline.next_check_at).where(Deadline.next_check_at <= now)
        return Condition(
            open_cases=session.scalar(select(func.count(Case.id)).where(Case.status.in_(OPEN))) or 0,
            due_steps=session.scalar(select(func.count()).select_from(due.subquery())) or 0,
            messages=_messages(session),
            oldest_unsent=_since(session.scalar(select(func.min(Message.created_at)).where(_UNSENT)), now),
            longest_ready=_since(ready, now),
            longest_due=_since(session.scalar(due.order_by(Deadline.next_check_at).limit(1)), now),
            clock_age=_since(session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == "clock")), real_now),
        )


def stored_keys(limit: int) -> list[tuple[int, str]]:
    """Id and storage key of the latest pieces of evidence, at most `limit` of them."""
    with unscoped("whether the files are there, not what is in them") as session:
        rows = session.execute(
            select(Attachment.id, Attachment.storage_key).order_by(Attachment.id.desc()).limit(limit)
        )
        return [(row.id, row.storage_key) for row in rows]


def _messages(session: Session) -> dict[str, int]:
    counted = {
        row.status: row.number
        for row in session.execute(select(Message.status, func.count().label("number")).group_by(Message.status))
    }
    return {status: counted.get(status, 0) for status in MESSAGE_STATUSES}


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return None if moment is None else max(now - moment, timedelta())
