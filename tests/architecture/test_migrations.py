"""Migrations: one head, forward and back with rows, and the schema they make is the one the models declare."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_appbuilder import Model
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect
from sqlalchemy import text as sql

from app.domain.access import SYSTEM, Role
from app.domain.lifecycle import Status
from app.extensions import MIGRATIONS
from app.models.scope import acting
from app.models.search import is_declared
from tests.factories import case_in


@pytest.fixture
def system(db):
    with acting(SYSTEM):
        yield db


def ours():
    return [table for table in Model.metadata.sorted_tables if not table.info.get("throw_away")]


def test_there_is_one_head():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def test_models_are_the_migrated_schema(system):
    tables = {table.name for table in ours()}
    with system.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_declared})
        found = [line for line in compare_metadata(context, Model.metadata) if _concerns(line, tables)]
    assert found == []


def _concerns(line, tables) -> bool:
    line = line[0] if isinstance(line, list) else line
    parts = [part for part in line[1:] if getattr(part, "columns", None) is not None]
    return not parts or getattr(parts[0], "table", parts[0]).name in tables


def _plain(text: str) -> str:
    """A CHECK without what the databases write differently."""
    text = re.sub(r"::\w+( varying)?(\[\])?", "", text.lower())
    text = re.sub(r"(\w+) = any \(\(?array\[(.*?)\]\)?\)", r"\1 in (\2)", text)
    text = re.sub(r"(\w+) between (\d+) and (\d+)", r"\1 >= \2 and \1 <= \3", text)
    return re.sub(r"[\s()\"]+", "", text)


def test_checks_are_the_ones_declared(system):
    """Alembic does not see a changed CHECK."""
    database = inspect(system.engine)
    for table in ours():
        declared = {
            check.name: _plain(str(check.sqltext)) for check in table.constraints if isinstance(check, CheckConstraint)
        }
        held = {check["name"]: _plain(check["sqltext"]) for check in database.get_check_constraints(table.name)}
        for name, text in declared.items():
            assert held.get(str(name)) == text, (table.name, name)


def test_all_the_way_back_and_forward_with_rows(app, db, database):
    case_in(Status.CLOSED)
    db.session.remove()
    database.is_dirty = True
    downgrade(directory=MIGRATIONS, revision="base")
    with acting(SYSTEM):
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=MIGRATIONS)
    with acting(SYSTEM):
        assert "cases" in inspect(db.engine).get_table_names()


def test_a_key_of_before_opens_after(app, db, database):
    from app.extensions import clock, keyring
    from app.operations import clients
    from tests.factories import CENTRE, officer

    with acting(SYSTEM):
        user_id = officer(Role.API_CLIENT, at=CENTRE).id
    db.session.remove()
    database.is_dirty = True
    downgrade(directory=MIGRATIONS, revision="0002")
    values = {"user": user_id, "hash": keyring.index("key:old-key"), "now": "2026-01-02 03:04:05+00:00"}
    with acting(SYSTEM), db.engine.begin() as connection:
        columns = "code, name, user_id, key_hash, is_active, created_at"
        connection.execute(
            sql(f"INSERT INTO api_clients ({columns}) VALUES ('old', 'old', :user, :hash, true, :now)"), values
        )
    upgrade(directory=MIGRATIONS)
    with acting(SYSTEM):
        found = clients.by_key("old-key", clock.now())
        assert found is not None
        assert found.client.scopes.startswith("cases:file cases:read cases:act")
    db.session.remove()
