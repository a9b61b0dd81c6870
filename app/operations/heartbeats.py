"""Signs of life of the processes, in real time."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.extensions import db
from app.models.housekeeping import Heartbeat


def beat(name: str, real_now: datetime) -> None:
    """Say that a process lives; commits."""
    row = db.session.get(Heartbeat, name)
    if row is None:
        db.session.add(Heartbeat(name=name, beat_at=real_now))
    else:
        row.beat_at = real_now
    db.session.commit()


def age(name: str, real_now: datetime) -> timedelta | None:
    """How long ago a process last said that it lives; None when it never did."""
    row = db.session.get(Heartbeat, name)
    return None if row is None else real_now - row.beat_at
