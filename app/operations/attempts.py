"""Counting tries, in the database: web processes count together, and Redis may be away or flushed.

A key is counted within a window; the try that makes it full locks it for a while. A try takes its place before
anything is looked at and gives it back where it was right: of tries at the same moment never more than the limit are
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db, keyring
from app.models.attempt import Attempt

BATCH = 100


@dataclass(frozen=True)
class Rule:
    """How many tries are taken within which time; `locked`: for how long a full key is shut (None: the rest of it)."""

    most: int
    within: timedelta
    locked: timedelta | None = None


@dataclass(frozen=True)
class Key:
    """What is counted: a word for the kind, and the thing itself, of which only a keyed hash is kept."""

    kind: str
    value: str
    rule: Rule

    @property
    def hash(self) -> str:
        """The keyed hash."""
        return keyring.index(f"attempt:{self.kind}:{self.value}")


CODES: Final = Rule(5, timedelta(minutes=15), timedelta(minutes=15))


def place_of(address: str) -> str:
    """What is counted for an address: of IPv6 the network of 64 bits, all of whose addresses one customer has."""
    try:
        found = ip_address(address)
    except ValueError:  # a socket of this machine
        return address
    plain = getattr(found, "ipv4_mapped", None) or found
    return str(plain if plain.version == 4 else ip_network((plain, 64), strict=False))


def take(keys: Iterable[Key], real_now: datetime) -> datetime | None:
    """Take one try of every key, all or none, and commit: None, or until when nothing more is taken."""
    keys = sorted(keys, key=lambda key: key.hash)
    if all(_counted(key, real_now) <= key.rule.most for key in keys):
        db.session.commit()
        return None
    db.session.rollback()
    until = shut_until(keys, real_now) or real_now + timedelta(seconds=1)
    db.session.rollback()
    return until


def shut_until(keys: Iterable[Key], real_now: datetime) -> datetime | None:
    """Until when nothing more is taken, where one of the keys is full; None where all are open."""
    most = {key.hash: key.rule.most for key in keys}
    query = select(Attempt.key_hash, Attempt.count, Attempt.until)
    rows = db.session.execute(query.where(Attempt.key_hash.in_(most), Attempt.until > real_now))
    return max((until for key_hash, count, until in rows if count >= most[key_hash]), default=None)


def count(keys: Iterable[Key], real_now: datetime) -> bool:
    """Count one try on each key and commit; False where one had been full before."""
    numbers = [_counted(key, real_now) <= key.rule.most for key in sorted(keys, key=lambda key: key.hash)]
    db.session.commit()
    return all(numbers)


def _counted(key: Key, real_now: datetime) -> int:
    is_over, one_more = Attempt.until <= real_now, Attempt.count + 1
    until = [(is_over, real_now + key.rule.within)]
    if key.rule.locked:
        until.append((one_more == key.rule.most, real_now + key.rule.locked))
    moved = update(Attempt).where(Attempt.key_hash == key.hash)
    moved = moved.values(count=case((is_over, 1), else_=one_more), until=case(*until, else_=Attempt.until))
    while True:
        number = db.session.scalar(moved.returning(Attempt.count), execution_options={"synchronize_session": False})
        if number is not None:
            return int(number)
        _begin(key, real_now)


def _begin(key: Key, real_now: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Attempt).values(key_hash=key.hash, count=0, until=real_now + key.rule.within))
    except IntegrityError:  # pragma: no cover - only when two processes count the first try at once
        return


def forget(keys: Iterable[Key]) -> None:
    """Count from nothing again, and commit: the right try ends a row of wrong ones, an officer opens what is shut."""
    gone = delete(Attempt).where(Attempt.key_hash.in_([key.hash for key in keys]))
    db.session.execute(gone, execution_options={"synchronize_session": False})
    db.session.commit()


def give_back(keys: Iterable[Key]) -> None:
    """Take one counted try off each key, and commit: it was no wrong one."""
    counted = Attempt.key_hash.in_([key.hash for key in keys])
    less = update(Attempt).where(counted, Attempt.count > 0).values(count=Attempt.count - 1)
    db.session.execute(less, execution_options={"synchronize_session": False})
    db.session.commit()


def over_count(real_now: datetime) -> int:
    """Keys that need not be remembered (at most 100 are counted)."""
    return len(db.session.scalars(select(Attempt.id).where(Attempt.until <= real_now).limit(BATCH)).all())


def sweep(real_now: datetime) -> int:
    """Forget keys whose time is over."""
    gone: int = db.session.execute(
        delete(Attempt).where(Attempt.until <= real_now), execution_options={"synchronize_session": False}
    ).rowcount
    db.session.commit()
    return gone
