"""Who is signed in with which browser: rows that end after a while, when nobody is there, or when somebody ends them.

Times are real time. A row counts while its account has the stamp that it had: another password, role or state ends it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.engine import Connection

from app.domain.privacy import mask_address
from app.extensions import access, db, keyring, reads_only
from app.models.account import SignIn
from app.models.officer import Officer

DUE: Final = timedelta(minutes=1)
"""So exactly it is written down when somebody was last seen."""
BATCH: Final = 100


@dataclass(frozen=True)
class Listed:
    """One line of somebody's sign-ins."""

    id: int
    started_at: datetime
    seen_at: datetime
    address: str
    browser: str
    is_this: bool


def begin(user_id: int, address: str, browser: str, real_now: datetime) -> str:
    """Write down that somebody has signed in, and commit; the key that the browser keeps."""
    key = secrets.token_urlsafe(32)
    stamp = db.session.scalars(select(Officer.stamp).where(Officer.id == user_id)).one()
    seen = {"started_at": real_now, "seen_at": real_now, "address": mask_address(address), "browser": browser[:120]}
    db.session.add(SignIn(key_hash=_hash(key), user_id=user_id, stamp=stamp, **seen))
    db.session.commit()
    return key


def holds(key: str, real_now: datetime) -> ColumnElement[bool]:
    """The condition on an account that this key still stands for it: one EXISTS in the query that loads the account."""
    mine = and_(SignIn.key_hash == _hash(key), SignIn.user_id == Officer.id, *_lasting(real_now))
    return select(SignIn.id).where(mine).exists()


def see(key: str, real_now: datetime) -> None:
    """Note that somebody is still there. Apart from the request's own transaction, so call it before that begins."""
    still = (SignIn.key_hash == _hash(key), SignIn.seen_at > real_now - access.idle)
    with _apart() as connection:
        connection.execute(update(SignIn).where(*still).values(seen_at=real_now))


def end_key(key: str) -> None:
    """End the sign-in of a browser: it signs out. Apart, because a request that only reads may ask for it."""
    db.session.rollback()
    with _apart() as connection:
        connection.execute(delete(SignIn).where(SignIn.key_hash == _hash(key)))


def of(user_id: int, real_now: datetime, key: str = "") -> list[Listed]:
    """Somebody's sign-ins that still hold, the newest first; which one has the key."""
    mine = select(SignIn).join(Officer, Officer.id == SignIn.user_id).where(Officer.id == user_id, *_lasting(real_now))
    rows = db.session.scalars(mine.order_by(SignIn.started_at.desc(), SignIn.id.desc()))
    own = _hash(key)
    return [_listed(row, own) for row in rows]


def end(user_id: int, sign_in_id: int) -> None:
    """End one of somebody's sign-ins, and commit; nothing happens to anybody else's."""
    _drop(SignIn.user_id == user_id, SignIn.id == sign_in_id)


def end_all(user_id: int, but: str = "") -> None:
    """End all of somebody's sign-ins, but the one with this key, and commit."""
    _drop(SignIn.user_id == user_id, SignIn.key_hash != _hash(but))


def over_count(real_now: datetime) -> int:
    """Sign-ins whose time is over (at most 100 are counted)."""
    over = select(SignIn.id).where(SignIn.started_at <= real_now - access.longest)
    return len(db.session.scalars(over.limit(BATCH)).all())


def sweep(real_now: datetime) -> int:
    """Remove sign-ins whose time is over, and commit; how many."""
    return _drop(SignIn.started_at <= real_now - access.longest)


def _lasting(real_now: datetime) -> tuple[Any, ...]:
    in_time = (SignIn.seen_at > real_now - access.idle, SignIn.started_at > real_now - access.longest)
    return (*in_time, SignIn.stamp == Officer.stamp)


def _listed(row: SignIn, own: str) -> Listed:
    return Listed(row.id, row.started_at, row.seen_at, row.address, row.browser, row.key_hash == own)


def _drop(*conditions: Any) -> int:
    gone: int = db.session.execute(
        delete(SignIn).where(*conditions), execution_options={"synchronize_session": False}
    ).rowcount
    db.session.commit()
    return gone


def _hash(key: str) -> str:
    return keyring.index(f"sign-in:{key}")


@contextmanager
def _apart() -> Iterator[Connection]:
    """A short transaction that writes, on a connection of its own."""
    before = reads_only.set(False)
    try:
        with db.engine.begin() as connection:
            yield connection
    finally:
        reads_only.reset(before)
