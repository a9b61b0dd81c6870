"""After a commit that wrote messages the worker is woken. Redis away or flushed: the clock sweeps up the rows."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.domain.messages import MessageKind
from app.jobs.queues import connect, wake
from app.models.attachment import Attachment
from app.models.message import Message
from app.models.scope import ScopedSession

_KEY, _PICTURES = "has_messages", "has_pictures"


def install(app: Flask) -> None:
    """Give the app its connection; listen once per process, however many apps are made."""
    app.extensions["huiyin_redis"] = connect(app.config["HUIYIN"].redis_url)
    if not event.contains(ScopedSession, "after_flush", _note):
        event.listen(ScopedSession, "after_flush", _note)
        event.listen(ScopedSession, "after_commit", _wake)
        event.listen(ScopedSession, "after_rollback", _forget)


def _note(session: Session, _: Any) -> None:
    if any(isinstance(row, Message) and _wakes(row) for row in session.new):
        session.info[_KEY] = True
    if any(isinstance(row, Attachment) and row.thumbnail == "waiting" for row in session.new):
        session.info[_PICTURES] = True


def _wakes(row: Message) -> bool:
    """A code wakes the worker even where it is not to be sent: how long it takes tells nobody whose phone is known."""
    return row.status == "queued" or row.kind == MessageKind.OTP


def _wake(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(_KEY, False):
        wake(current_app.extensions["huiyin_redis"], "messages")
    if not session.in_nested_transaction() and session.info.pop(_PICTURES, False):
        wake(current_app.extensions["huiyin_redis"], "thumbnails")


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_KEY, None)
        session.info.pop(_PICTURES, None)
