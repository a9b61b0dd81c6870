"""The actor behind a request: who is signed in, and with what scope. The row guard asks at each statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import inspect
from werkzeug.local import LocalProxy

from app.domain.access import SHIPPED, Actor, Role, scope_of
from app.fab.memo import memo

_NAMES = frozenset(role.value for role in SHIPPED)
_RESOLVING = "resolving the actor"


def signed_in() -> Any:
    """The active user of this request by session, token or key; None for anybody else."""
    user = g.get("user")
    user = user._get_current_object() if isinstance(user, LocalProxy) else user  # noqa: SLF001
    return user if user is not None and user.is_authenticated and user.is_active else None


@contextmanager
def resolving() -> Iterator[None]:
    """While the actor (or what he is made of) is loaded, the row guard is told that nobody acts."""
    kept = memo()
    before = kept.get(_RESOLVING, False)
    kept[_RESOLVING] = True
    try:
        yield
    finally:
        kept[_RESOLVING] = before


def resolve_actor() -> Actor | None:
    """The actor of this request, for `models.scope.set_resolver`; asked at each statement, so kept.

    Loading the user is itself a statement: while it runs the answer is None, which sees no scoped row.
    """
    kept = memo()
    if not has_request_context() or kept.get(_RESOLVING):
        return None
    with resolving():
        user = signed_in()
        if user is None:
            return None
        key = ("actor", inspect(user).identity[0])
        if key not in kept:
            kept[key] = actor_of(user, current_app.appbuilder.sm.principal().roles)  # type: ignore[attr-defined]
        found: Actor = kept[key]
        return found


def actor_of(user: Any, roles: frozenset[str]) -> Actor:
    """The actor that a user is: scope by shipped roles and by the level of the department's region."""
    known = frozenset(Role(name) for name in roles & _NAMES)
    department = getattr(user, "department", None)
    region = getattr(department, "region", None)
    level = getattr(region, "level", "")
    return Actor(
        scope=scope_of(known, level),
        name=getattr(user, "full_name", user.username),
        roles=known,
        user_id=user.id,
        department_id=getattr(department, "id", 0),
        department_code=getattr(department, "code", ""),
        region_code=getattr(region, "code", ""),
        level=level,
    )
