"""Passwords of accounts: compared, checked against the policy and the earlier ones, replaced; how long they last."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import delete, select

from app.domain.access import Actor, Role
from app.domain.errors import Reason, Refused
from app.extensions import access, db
from app.models.account import OldPassword
from app.models.officer import Officer
from app.operations import configuration


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password behind the hash. Without a hash (nobody has this name) it takes as long and says no.

    An empty password, and one of NUL characters only, is nobody's.
    """
    matches = access.matches(password, stored or _nobodys(access.hash_method))
    return matches and bool(stored) and bool(password.strip("\0"))


@cache
def _nobodys(_method: str) -> str:
    return access.hashed("-")


def check(password: str, username: str, phone: str | None = None, user_id: int = 0) -> None:
    """Whether an account may have this password. Raises Refused with every reason against it; ends the transaction."""
    reasons = access.policy.faults(password, (username, phone or ""))
    earlier = _earlier(user_id)
    db.session.rollback()  # no lock is held while passwords are hashed
    if not reasons and any(is_right(password, each) for each in earlier):
        reasons = (Reason("used", "It is one of the last %(count)s.", {"count": access.policy.history}),)
    if reasons:
        raise Refused(*reasons)


def change(user_id: int, password: str, actor: Actor, now: datetime) -> None:
    """Give an account another password, and commit; what was signed in before ends. Raises Refused.

    Who did not choose it himself must change it when he signs in.
    """
    officer = db.session.get_one(Officer, user_id)
    check(password, officer.username, officer.phone, user_id)
    fresh = access.hashed(password)
    put(officer, fresh, now, is_own=actor.user_id == user_id)
    configuration.save(officer, "update", actor, now)


def put(officer: Officer, password_hash: str, now: datetime, *, is_own: bool = False) -> None:
    """Set a hash, and keep the one before as long as it may not come again; does not commit."""
    if officer.id and officer.password and access.policy.history > 1:
        db.session.add(OldPassword(user_id=officer.id, password_hash=officer.password))
        db.session.flush()
        kept = _kept(officer.id)
        gone = delete(OldPassword).where(OldPassword.user_id == officer.id, OldPassword.id.not_in(kept))
        db.session.execute(gone, execution_options={"synchronize_session": False})
    officer.password, officer.password_set_at, officer.must_change = password_hash, now, not is_own


def must_change(officer: Officer, now: datetime) -> bool:
    """Whether nothing else is open before the password is changed: somebody else chose it, or its time is over."""
    left = access.policy.days_left(officer.password_set_at, now)
    return (officer.must_change or (left is not None and left <= 0)) and not is_exempt(officer)


def days_left(officer: Officer, now: datetime) -> int | None:
    """Days until the password must be changed, where that is near."""
    left = access.policy.days_left(officer.password_set_at, now)
    is_near = left is not None and 0 < left <= access.policy.warned
    return left if is_near and not is_exempt(officer) else None


def is_exempt(officer: Officer) -> bool:
    """Whoever is spared, and everybody where passwords are kept elsewhere."""
    return access.auth != "db" or is_spared(officer)


def is_spared(officer: Officer) -> bool:
    """Accounts of the demonstration (never in production), and of systems, which nobody could ask at a page."""
    is_demo = bool(officer.is_demo) and not access.is_production
    return is_demo or any(role.name == Role.API_CLIENT for role in officer.roles)


def _earlier(user_id: int) -> list[str | None]:
    if not access.policy.history or not user_id:
        return []
    old = select(OldPassword.password_hash).where(OldPassword.id.in_(_kept(user_id)))
    return [db.session.scalar(select(Officer.password).where(Officer.id == user_id)), *db.session.scalars(old)]


def _kept(user_id: int) -> list[int]:
    """Ids of the earlier passwords that count: one less than the policy says, for the present one counts too."""
    latest = select(OldPassword.id).where(OldPassword.user_id == user_id).order_by(OldPassword.id.desc())
    return list(db.session.scalars(latest.limit(access.policy.history - 1)))
