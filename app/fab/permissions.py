"""Roles x permissions, derived from the resources' rights and the verb table, and written by `run.py upgrade`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import Table, delete, insert, select

from app.domain.access import SHIPPED
from app.domain.access import Role as OurRole
from app.resources.base import permission_of

Line = tuple[str, str, str]
"""Role, permission, view."""

PUBLIC = "Public"
_EVERYBODY = (
    ("can_own", "Account"),
    ("can_own", "SavedView"),
    ("can_get", "MenuApi"),
    ("can_get", "OpenApi"),
    ("can_show", "SwaggerView"),
    ("can_userinfo", "UserDBModelView"),
    ("resetmypassword", "UserDBModelView"),
    ("userinfoedit", "UserDBModelView"),
    ("can_this_form_get", "ResetMyPasswordView"),
    ("can_this_form_post", "ResetMyPasswordView"),
    ("can_this_form_get", "UserInfoEditView"),
    ("can_this_form_post", "UserInfoEditView"),
)
_USER_ADMIN = (
    *((f"can_{act}", "UserDBModelView") for act in ("list", "show", "add", "edit")),
    ("resetpasswords", "UserDBModelView"),
    ("account", "UserDBModelView"),
    ("can_this_form_get", "SetPasswordView"),
    ("can_this_form_post", "SetPasswordView"),
    ("can_list", "ReadOnlyRoles"),
    ("can_show", "ReadOnlyRoles"),
    ("menu_access", "Security"),
    ("menu_access", "List Users"),
    ("menu_access", "List Roles"),
)
_USER_ADMINS = (OurRole.SECURITY_ADMIN, OurRole.PLATFORM_ADMIN)


def permission_table(
    resources: Iterable[Any],
    verbs: Mapping[str, Iterable[str]] | None = None,
    extra: Iterable[Line] = (),
) -> set[Line]:
    """Every (role, permission, view) there shall be.

    `verbs` maps a verb to its roles: `can_<verb> on Case`. A resource's menu entries are its noun, its
    category and, where it has charts, `<noun> charts`. `extra` is for pages that are no resource.
    """
    lines = set(extra) | {(PUBLIC, "can_get", "OpenApi")}
    lines |= {(role.value, *pair) for role in SHIPPED for pair in _EVERYBODY}
    lines |= {(role.value, *pair) for role in _USER_ADMINS for pair in _USER_ADMIN}
    for resource in resources:
        lines |= _of_resource(resource)
    shipped = {role.value for role in SHIPPED}
    for verb, roles in (verbs or {}).items():
        lines |= {(str(role), f"can_{verb}", "Case") for role in roles if str(role) in shipped}
    return lines


def _of_resource(resource: Any) -> set[Line]:
    lines = {
        (str(role), f"can_{permission_of(resource.rights, right)}", resource.noun)
        for right, roles in resource.rights.items()
        for role in roles
    }
    menus = [
        resource.noun,
        getattr(resource, "category", ""),
        getattr(resource, "charts", ()) and charts_menu(resource),
    ]
    return lines | {
        (str(role), "menu_access", menu) for role in resource.rights.get("read", ()) for menu in menus if menu
    }


def charts_menu(resource: Any) -> str:
    """Name of the menu entry of a resource's charts."""
    return f"{resource.noun} charts"


def sync(session: Any, table: set[Line]) -> dict[str, int]:
    """Make the database hold exactly the table's permissions for its roles; returns rows added and removed.

    Roles that the table does not name keep what is still declared. Does nothing the second time; does not commit.
    """
    roles = _named(session, Role.__table__, {role for role, _, _ in table})
    permissions = _named(session, Permission.__table__, {permission for _, permission, _ in table})
    views = _named(session, ViewMenu.__table__, {view for _, _, view in table})
    pairs = _pairs(session, {(permissions[permission], views[view]) for _, permission, view in table})
    wanted = {(pairs[permissions[permission], views[view]], roles[role]) for role, permission, view in table}
    added, removed = _grants(session, wanted, set(roles.values()))
    removed += _drop_undeclared(session, set(pairs.values()), set(permissions.values()), set(views.values()))
    return {"added": added, "removed": removed}


def _named(session: Any, table: Table, names: set[str]) -> dict[str, int]:
    """Ids by name, the missing ones inserted."""
    known = {name for (name,) in session.execute(select(table.c.name))}
    if missing := sorted(names - known):
        session.execute(insert(table), [{"name": name} for name in missing])
    return {name: key for name, key in session.execute(select(table.c.name, table.c.id)) if name in names}


def _pairs(session: Any, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    table: Any = PermissionView.__table__
    query = select(table.c.permission_id, table.c.view_menu_id, table.c.id)
    known = {(row[0], row[1]) for row in session.execute(query)}
    if missing := sorted(wanted - known):
        session.execute(insert(table), [{"permission_id": one, "view_menu_id": other} for one, other in missing])
    return {(row[0], row[1]): row[2] for row in session.execute(query) if (row[0], row[1]) in wanted}


def _grants(session: Any, wanted: set[tuple[int, int]], roles: set[int]) -> tuple[int, int]:
    grant = assoc_permissionview_role
    rows = session.execute(select(grant.c.permission_view_id, grant.c.role_id).where(grant.c.role_id.in_(roles)))
    known = {(row[0], row[1]) for row in rows}
    for pair, role in known - wanted:
        session.execute(delete(grant).where(grant.c.permission_view_id == pair, grant.c.role_id == role))
    if missing := sorted(wanted - known):
        session.execute(insert(grant), [{"permission_view_id": pair, "role_id": role} for pair, role in missing])
    return len(missing), len(known - wanted)


def _drop_undeclared(session: Any, pairs: set[int], permissions: set[int], views: set[int]) -> int:
    grant, both = assoc_permissionview_role, PermissionView.__table__
    session.execute(delete(grant).where(grant.c.permission_view_id.not_in(pairs)))
    gone = session.execute(delete(both).where(both.c.id.not_in(pairs)))  # type: ignore[arg-type]
    for model, kept in ((Permission, permissions), (ViewMenu, views)):
        session.execute(delete(model.__table__).where(model.__table__.c.id.not_in(kept)))
    return int(gone.rowcount)
