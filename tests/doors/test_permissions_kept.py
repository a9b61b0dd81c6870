"""Permissions are read once a process, and what anybody changes anywhere counts at the very next request."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, event, text

from app.cli.upgrading import write_permissions
from app.domain.access import SYSTEM
from app.models.scope import acting

READS = "SELECT ab_role.name"
NO_ROLE = "DELETE FROM ab_user_role WHERE user_id = (SELECT id FROM ab_user WHERE username = :name)"
OTHER_ROLE = (
    "UPDATE ab_user_role SET role_id = (SELECT id FROM ab_role WHERE name = 'security_admin') WHERE user_id = {}"
)
PUBLIC = "SELECT id FROM ab_role WHERE name = 'Public'"
NO_GRANT = """DELETE FROM ab_permission_view_role WHERE permission_view_id IN (
  SELECT pair.id FROM ab_permission_view pair JOIN ab_view_menu menu ON menu.id = pair.view_menu_id
  WHERE menu.name = 'Case') AND role_id = (SELECT id FROM ab_role WHERE name = 'intake')"""


@pytest.fixture
def elsewhere(settings, database, db):
    """Another process's hand on the database: an engine that knows nothing of the app."""
    engine = create_engine(settings.database_url)

    def change(sql, **values):
        db.session.remove()
        with acting(SYSTEM), engine.begin() as connection:
            connection.execute(text(sql), values)
        database.is_dirty = True

    yield change
    engine.dispose()


@pytest.fixture
def seen():
    found = []

    def note(_connection, _cursor, sql, *_):
        found.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_the_second_request_does_not_read_them(rest, login, seen):
    for client, path in ((rest("intake"), "cases/"), (login("intake"), "/admin/cases/list/")):
        get = client.get if hasattr(client, "get") else lambda path, client=client: client("GET", path)
        assert get(path).status_code == 200
        seen.clear()
        assert get(path).status_code == 200
        assert not [sql for sql in seen if sql.startswith(READS)]


@pytest.mark.parametrize("change", [NO_ROLE, OTHER_ROLE.format("(SELECT id FROM ab_user WHERE username = :name)")])
def test_another_role_counts_at_the_next_request(app, account, elsewhere, change):
    from tests.pages import Rest, sign_in

    name = account("intake")
    client, browser = Rest(app, name), sign_in(app, name)
    assert client("GET", "cases/").status_code == browser.get("/admin/cases/list/").status_code == 200
    elsewhere(change, name=name)
    assert client("GET", "cases/").status_code == 403
    assert browser.get("/admin/cases/list/").status_code in (302, 403)


def test_a_user_made_inactive_is_out_at_the_next_request(app, account, elsewhere):
    from tests.pages import Rest

    name = account("intake")
    client = Rest(app, name)
    assert client("GET", "cases/").status_code == 200
    elsewhere("UPDATE ab_user SET active = false WHERE username = :name", name=name)
    assert client("GET", "cases/").status_code == 401


def test_what_upgrade_writes_counts_at_the_next_request(app, rest, elsewhere):
    client = rest("intake")
    elsewhere(NO_GRANT)
    assert client("GET", "cases/").status_code == 403
    write_permissions(app)
    assert client("GET", "cases/").status_code == 200


def test_nothing_is_kept_without_the_stamp(app, rest, elsewhere, seen):
    client = rest("intake")
    elsewhere("DELETE FROM counters WHERE name = 'permissions'")
    for _ in range(2):
        seen.clear()
        assert client("GET", "cases/").status_code == 200
        assert [sql for sql in seen if sql.startswith(READS)]


def test_what_is_public_is_asked_of_the_database_for_those_without_credentials(app, elsewhere):
    def is_public(pair, **headers):
        with app.test_request_context("/", headers=headers):
            return app.appbuilder.sm.is_item_public(*pair)

    described, regions = ("can_get", "OpenApi"), ("can_read", "Region")
    assert (is_public(described), is_public(regions)) == (True, False)
    elsewhere(f"DELETE FROM ab_permission_view_role WHERE role_id = ({PUBLIC})")
    assert not is_public(described)
    assert not is_public(described, Authorization="Bearer x")
    write_permissions(app)
    assert is_public(described)
