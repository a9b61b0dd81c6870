"""Roles x permissions follow from the resources, are written once, and answer by one query a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.domain.access import SYSTEM, Role
from app.extensions import db
from app.fab.permissions import permission_table, sync
from app.models import scope
from tests.fab.conftest import Rest, sign_in
from tests.fab.things import KindResource, ThingResource

TABLE = permission_table(
    [ThingResource, KindResource],
    {"accept": {Role.INTAKE, Role.CLOCK}},
    {("intake", "menu_access", "Outbox")},
)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(conn, cursor, sql, *rest):
        seen.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("line", "is_in"),
    [
        (("intake", "can_read", "TestThing"), True),
        (("intake", "can_write", "TestThing"), False),
        (("city_admin", "can_read", "TestThing"), True),
        (("city_admin", "can_write", "TestThing"), True),
        (("city_admin", "can_create", "TestThing"), False),
        (("platform_admin", "can_create", "TestThing"), True),
        (("platform_admin", "can_delete", "TestThing"), True),
        (("platform_admin", "can_delete", "TestKind"), False),
        (("intake", "menu_access", "Test"), True),
        (("intake", "menu_access", "TestThing charts"), True),
        (("intake", "menu_access", "TestKind charts"), False),
        (("caller", "menu_access", "Test"), False),
        (("intake", "can_accept", "Case"), True),
        (("clock", "can_accept", "Case"), False),
        (("intake", "menu_access", "Outbox"), True),
        (("caller", "can_this_form_post", "ResetMyPasswordView"), True),
        (("caller", "can_list", "UserDBModelView"), False),
        (("security_admin", "can_list", "UserDBModelView"), True),
        (("Public", "can_get", "OpenApi"), True),
        (("Public", "can_read", "TestThing"), False),
    ],
)
def test_who_may_what(line: tuple[str, str, str], is_in: bool) -> None:
    assert (line in TABLE) is is_in


def test_the_table_is_written_once_and_what_is_undeclared_goes(fab_app: Flask) -> None:
    with fab_app.app_context(), scope.acting(SYSTEM):
        assert sync(db.session, TABLE)["added"] == 2
        assert sync(db.session, TABLE) == {"added": 0, "removed": 0}
        smaller = permission_table([KindResource])
        assert sync(db.session, smaller)["removed"] > 0
        assert sync(db.session, smaller) == {"added": 0, "removed": 0}
        roles = {role.name: role for role in db.session.query(fab_app.appbuilder.sm.role_model)}
        left = {str(each.view_menu) for each in roles["intake"].permissions}
        assert "TestKind" in left
        assert "TestThing" not in left


def test_a_page_asks_for_permissions_once(fab_app: Flask) -> None:
    boss = sign_in(fab_app, "boss")
    boss.get("/admin/test-things/list/")
    with statements() as seen:
        assert boss.get("/admin/test-things/list/").status_code == 200
    assert sum("ab_permission_view_role" in sql for sql in seen) == 0
    assert sum("FROM ab_user" in sql and "password" in sql for sql in seen) == 1
    assert sum("test_kinds" in sql for sql in seen) == 1  # with the rows; a picker asks when it is opened
    assert len(seen) <= 6, seen


def test_a_rest_list_costs_four_statements(fab_app: Flask) -> None:
    rest = Rest(fab_app, "boss")
    rest("GET", "test-things/")
    with statements() as seen:
        assert rest("GET", "test-things/").status_code == 200
    asked = [sql for sql in seen if not sql.startswith("BEGIN")]
    assert len(asked) == 4, asked  # user, count, rows (objects, for the mask), kinds of all rows


@pytest.mark.parametrize(
    ("user", "method", "path", "status"),
    [
        ("clerk", "GET", "test-things/", 200),
        ("clerk", "PUT", "test-things/1", 403),
        ("clerk", "POST", "test-things/", 403),
        ("clerk", "DELETE", "test-things/1", 403),
        ("county", "PUT", "test-things/1", 200),
        ("county", "POST", "test-things/", 403),
        ("county", "DELETE", "test-things/1", 403),
        ("nobody", "GET", "test-things/", 403),
        ("boss", "GET", "test-kinds/", 200),
        ("boss", "POST", "test-kinds/", 405),
        ("boss", "PUT", "test-kinds/1", 405),
        ("boss", "DELETE", "test-kinds/1", 405),
    ],
)
def test_rest_follows_the_noun_by_method_table(fab_app: Flask, user: str, method: str, path: str, status: int) -> None:
    body = {"json": {}} if method in ("POST", "PUT") else {}
    assert Rest(fab_app, user)(method, path, **body).status_code == status


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("clerk", "test-things/list/", 200),
        ("clerk", "test-things/show/1", 200),
        ("clerk", "test-things/chart/", 200),
        ("clerk", "test-things/edit/1", 403),
        ("clerk", "test-things/add", 403),
        ("county", "test-things/edit/1", 200),
        ("county", "test-things/add", 403),
        ("nobody", "test-things/list/", 403),
        ("nobody", "test-things/chart/", 403),
        ("nobody", "test-things/pick/kind", 403),
        ("boss", "test-kinds/add", 404),
        ("boss", "test-kinds/edit/1", 404),
        ("boss", "test-kinds/delete/1", 404),
        ("boss", "test-kinds/download/x", 404),
        ("boss", "test-kinds/action/x/1", 404),
    ],
)
def test_pages_follow_it_too(fab_app: Flask, user: str, path: str, status: int) -> None:
    assert sign_in(fab_app, user).get(f"/admin/{path}").status_code == status


def test_a_related_tab_shows_only_to_those_who_may_read_it(fab_app: Flask) -> None:
    assert "ThingView" in sign_in(fab_app, "clerk").get("/admin/test-kinds/show/1").text
    with fab_app.app_context(), scope.acting(SYSTEM):
        sync(db.session, {line for line in TABLE if line != ("intake", "can_read", "TestThing")})
        db.session.commit()
    assert "ThingView" not in sign_in(fab_app, "clerk").get("/admin/test-kinds/show/1").text


def test_the_edit_button_is_not_offered_where_nobody_may(clerk) -> None:
    page = clerk.get("/admin/test-things/list/").text
    assert "/admin/test-things/show/1" in page
    assert "/admin/test-things/edit/1" not in page
    assert "/admin/test-things/delete/1" not in page
