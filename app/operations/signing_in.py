"""Signing in: one look at name and password for every door, and patience with wrong ones.

A try takes its place before the password is looked at and gives it back when it was right, so that of tries at the
same moment never more than the limit are looked at. Names that nobody has are counted as names that there are, and
take as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import func, select, update

from app.domain.calendar import CHINA
from app.extensions import db
from app.models.officer import Officer
from app.operations import attempts, passwords
from app.operations.attempts import Key, Rule

_DAY: Final = timedelta(days=1)
PER_ACCOUNT: Final = (
    Rule(5, _DAY, timedelta(minutes=30)),  # GB/T 22239-2019 8.1.4.1 b
    Rule(10, _DAY, timedelta(hours=2)),
    Rule(20, _DAY, timedelta(hours=12)),
)
"""Wrong passwords in a row for one name; who goes on waits longer each time."""
PER_ADDRESS: Final = (
    Rule(30, timedelta(minutes=10), timedelta(minutes=10)),
    Rule(100, _DAY, timedelta(hours=2)),
    Rule(300, _DAY, timedelta(hours=12)),
)
"""Wrong passwords from one address for any names: a whole office may be behind it."""
_turns: Final = [Lock() for _ in range(64)]
"""In one process the tries for one name go one by one: six right ones at the same moment are no attack."""


class Candidate(NamedTuple):
    """What there is to compare a password with."""

    user_id: int
    username: str
    password_hash: str | None
    is_active: bool | None


@dataclass(frozen=True)
class Outcome:
    """Who has signed in, or until when nothing more is taken; neither: name or password is wrong."""

    user_id: int = 0
    shut_until: datetime | None = None


Check = Callable[[Candidate | None, str], bool]


def by_password(found: Candidate | None, password: str) -> bool:
    """Whether an active account has this password; as slow for nobody's."""
    return passwords.is_right(password, found.password_hash if found is not None and found.is_active else None)


def sign_in(
    name: str, password: str, address: str, now: datetime, real_now: datetime, check: Check = by_password
) -> Outcome:
    """Look at a name and a password, note who has come in, and commit."""
    outcome = prove(name, password, address, real_now, check)
    if outcome.user_id:
        _noted(outcome.user_id, now)
    return outcome


def prove(name: str, password: str, address: str, real_now: datetime, check: Check = by_password) -> Outcome:
    """Look at a name and a password, and commit. Right and wrong hear the same while a name or an address is shut."""
    found = known(name)
    own, shared = account_keys(found.username if found else name), address_keys(address)
    with _turns[int(own[0].hash[:8], 16) % len(_turns)]:
        if until := attempts.take(own + shared, real_now):
            return Outcome(shut_until=until)
        if not check(found, password) or found is None:
            return Outcome()
        attempts.forget(own)
    attempts.give_back(shared)
    return Outcome(found.user_id)


def known(name: str) -> Candidate | None:
    """The account of this name, capital letters or not; as written where there are several.

    The transaction is ended: no lock is held while somebody waits for a turn or a password is hashed.
    """
    columns = (Officer.id, Officer.username, Officer.password, Officer.active)
    named = select(*columns).where(func.lower(Officer.username) == name.strip().lower())
    row = db.session.execute(named.order_by(Officer.username != name.strip())).first()
    db.session.rollback()
    return None if row is None else Candidate(*row)


def locked_until(username: str, real_now: datetime) -> datetime | None:
    """Until when an account is locked after wrong passwords; None where it is not."""
    return attempts.shut_until(account_keys(username), real_now)


def unlock(username: str) -> None:
    """Open an account again, and commit."""
    attempts.forget(account_keys(username))


def account_keys(username: str) -> list[Key]:
    """What is counted for an account, or for a name that nobody has."""
    return [Key(f"sign-in {rule.most}", username.strip().lower(), rule) for rule in PER_ACCOUNT]


def address_keys(address: str) -> list[Key]:
    """What is counted for an address, or its network."""
    return [Key(f"sign-in from {rule.most}", attempts.place_of(address), rule) for rule in PER_ADDRESS]


def shut_until(address: str, real_now: datetime) -> datetime | None:
    """Until when nothing is taken from an address; None where it is open."""
    return attempts.shut_until(address_keys(address), real_now)


def count_forged(address: str, real_now: datetime) -> None:
    """Count a token that was made up as a wrong try of its address, and commit."""
    attempts.count(address_keys(address), real_now)


def _noted(user_id: int, now: datetime) -> None:
    """When and how often: shown to administrators in China time."""
    stamps = {"last_login": now.astimezone(CHINA).replace(tzinfo=None), "fail_login_count": 0}
    counted = update(Officer).where(Officer.id == user_id).values(login_count=func.coalesce(Officer.login_count, 0) + 1)
    db.session.execute(counted.values(stamps), execution_options={"synchronize_session": False})
    db.session.commit()
