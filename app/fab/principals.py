"""What a user may do, kept by each process from one request to the next for as long as nothing has changed.

Triggers of the database (migration 0007) draw a new number, the stamp, at every change of roles, of who has them and
of what they open; it is the row `permissions` of `counters`. It comes with the user at each request, so that a change
made anywhere is heeded by every process at its next request. Drawn by chance, it is no other's after a backup was put
back. Without the row nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_group_role,
    assoc_permissionview_role,
    assoc_user_group,
    assoc_user_role,
)
from sqlalchemy import or_, select

from app.fab.memo import memo
from app.models.housekeeping import Counter

STAMP = "permissions"
_STAMP = "stamp of the permissions"
_KEPT = 5000


class Principal(NamedTuple):
    """What one user may do: names of roles, and (permission, view) pairs."""

    roles: frozenset[str]
    permissions: frozenset[tuple[str, str]]


class Principals:
    """The principals that this process knows, each with the stamp under which it was read."""

    def __init__(self) -> None:
        """Know nobody."""
        self._known: dict[int, tuple[int, Principal]] = {}
        self._sets: dict[frozenset[tuple[str, str]], frozenset[tuple[str, str]]] = {}

    def of(self, user_id: int, stamp: int | None, load: Callable[[], Principal]) -> Principal:
        """The user's principal (0: the public's), read again where the stamp is another one."""
        kept = self._known.get(user_id)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        found = load()
        if stamp is not None:
            self._keep(user_id, stamp, found)
        return found

    def peek(self, user_id: int) -> Principal | None:
        """What was last known of the user, however old."""
        kept = self._known.get(user_id)
        return kept[1] if kept else None

    def _keep(self, user_id: int, stamp: int, found: Principal) -> None:
        if len(self._known) >= _KEPT:
            self._known.clear()
            self._sets.clear()
        shared = self._sets.setdefault(found.permissions, found.permissions)  # thousands of users, a dozen of roles
        self._known[user_id] = stamp, Principal(found.roles, shared)


def stamp_column() -> Any:
    """The stamp, to be read together with the user."""
    return select(Counter.value).where(Counter.name == STAMP).scalar_subquery()


def note_stamp(stamp: int | None) -> None:
    """Remember the stamp that this request has read."""
    memo()[_STAMP] = stamp


def stamp_of_request(session: Any) -> int | None:
    """The stamp as this request sees it; one statement, if the user did not bring it."""
    kept = memo()
    if _STAMP not in kept:
        kept[_STAMP] = session.scalar(select(Counter.value).where(Counter.name == STAMP))
    found: int | None = kept[_STAMP]
    return found


def read_principal(session: Any, which: Any) -> Principal:
    """Roles and permissions of the roles that `which` selects, in one statement."""
    pairs = (
        select(Role.name, Permission.name, ViewMenu.name)
        .select_from(Role)
        .outerjoin(assoc_permissionview_role, assoc_permissionview_role.c.role_id == Role.id)
        .outerjoin(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .outerjoin(Permission, Permission.id == PermissionView.permission_id)
        .outerjoin(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(which)
    )
    rows = session.execute(pairs).all()
    return Principal(frozenset(row[0] for row in rows), frozenset((row[1], row[2]) for row in rows if row[1]))


def roles_of(user_id: int) -> Any:
    """The roles that a user has, by himself or by a group."""
    direct = select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == user_id)
    groups = select(assoc_user_group.c.group_id).where(assoc_user_group.c.user_id == user_id)
    by_group = select(assoc_group_role.c.role_id).where(assoc_group_role.c.group_id.in_(groups))
    return or_(Role.id.in_(direct), Role.id.in_(by_group))
