"""Saved views of lists: a user's own, and those shared with everybody of a role.

A view holds no rows, only what is looked for; whoever opens it sees his own scope.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from app.domain.access import SHIPPED, Actor, Role
from app.domain.errors import Invalid, NotFound, Reason, Refused
from app.extensions import db
from app.models.saved_view import SavedView
from app.operations import configuration

MOST: Final = 20
"""Views that a user, or a role, may have of one noun."""
NAME, QUERY, LAST = 40, 2000, 999
SHARERS: Final = frozenset({Role.PLATFORM_ADMIN})
"""Who configures the program shares views."""


def may_share(actor: Actor) -> bool:
    """Whether the actor may give a view to a role."""
    return bool(actor.roles & SHARERS)


def usable(noun: str, actor: Actor) -> list[SavedView]:
    """The actor's own views of a noun, and those of the actor's roles, in their order."""
    return _listed(noun, or_(SavedView.user_id == actor.user_id, SavedView.role.in_([*actor.roles])))


def changeable(noun: str, actor: Actor) -> list[SavedView]:
    """The views of a noun that the actor may change: own ones, and every shared one for who shares."""
    own = SavedView.user_id == actor.user_id
    return _listed(noun, or_(own, SavedView.role.is_not(None)) if may_share(actor) else own)


def save(
    noun: str, name: str, query: str, actor: Actor, now: datetime, *, role: str = "", is_default: bool = False
) -> SavedView:
    """Keep a state of a list, for oneself or for a role, and commit. Raises Invalid, Refused."""
    _check_share(role, actor)
    owner = {"role": role} if role else {"user_id": actor.user_id}
    row = SavedView(noun=noun, name=_named(name), query=query, is_default=is_default, created_at=now, **owner)
    if len(query) > QUERY:
        raise Invalid({"": "This is too much to be kept as a view."})
    count = db.session.scalar(select(func.count(SavedView.id)).where(_beside(row))) or 0
    if count >= MOST:
        raise Invalid({"": "There are too many views of this list: delete one first."})
    row.position = count
    _write(row, "create", actor, now)
    return row


def change(view_id: int, actor: Actor, now: datetime, *, name: str, is_default: bool, position: int) -> SavedView:
    """Rename a view, move it, make it the one that opens by itself, and commit. Raises NotFound, Invalid."""
    row = _own(view_id, actor)
    if not 0 <= position <= LAST:
        raise Invalid({"position": "Give a whole number from 0 to 999."})
    row.name, row.is_default, row.position = _named(name), is_default, position
    _write(row, "update", actor, now)
    return row


def remove(view_id: int, actor: Actor, now: datetime) -> SavedView:
    """Delete a view and commit. Raises NotFound."""
    row = _own(view_id, actor)
    _write(row, "delete", actor, now)
    return row


def _listed(noun: str, whose: ColumnElement[bool]) -> list[SavedView]:
    query = select(SavedView).where(SavedView.noun == noun, whose).order_by(SavedView.position, SavedView.id)
    return list(db.session.scalars(query))


def _own(view_id: int, actor: Actor) -> SavedView:
    row: SavedView | None = db.session.get(SavedView, view_id)
    if row is None or not (may_share(actor) if row.role else row.user_id == actor.user_id):
        raise NotFound
    return row


def _check_share(role: str, actor: Actor) -> None:
    if role and not may_share(actor):
        raise Refused(Reason("share", "Only who configures the program shares views."))
    if role and role not in set(SHIPPED):
        raise Invalid({"role": "Please choose one of the list."})


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME:
        raise Invalid({"name": "Give a name of at most 40 characters."})
    return name


def _beside(row: SavedView) -> ColumnElement[bool]:
    """The views of the same owner and noun."""
    whose = SavedView.role == row.role if row.role else SavedView.user_id == row.user_id
    return and_(SavedView.noun == row.noun, whose)


def _write(row: SavedView, kind: str, actor: Actor, now: datetime) -> None:
    """Write and commit; what is shared is configuration, and logged as such. One of an owner's views is the default."""
    try:
        if row.is_default and kind != "delete":
            with db.session.no_autoflush:
                others = update(SavedView).where(_beside(row), SavedView.id != (row.id or 0))
                db.session.execute(others.values(is_default=False), execution_options={"synchronize_session": False})
        if row.role:
            configuration.save(row, kind, actor, now)
        else:
            (db.session.delete if kind == "delete" else db.session.add)(row)
            db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Invalid({"name": "Already exists."}) from error
