"""fast: search by bigrams, a stamp that tells changes of permissions, indexes for long lists

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STAMPED = (
    "ab_role",
    "ab_permission",
    "ab_view_menu",
    "ab_permission_view",
    "ab_permission_view_role",
    "ab_user_role",
    "ab_user_group",
    "ab_group_role",
)
INDEXES = (
    ("ix_cases_filed", "cases", ["filed_at", "id"]),
    ("ix_cases_status_region", "cases", ["status", "region_code", "filed_at", "id"]),
    ("ix_deadlines_due", "deadlines", ["due_on", "id"]),
    ("ix_assignments_assigned", "assignments", ["assigned_at", "id"]),
    ("ix_case_events_happened", "case_events", ["happened_at", "id"]),
    ("ix_messages_created", "messages", ["created_at", "id"]),
    ("ix_follow_ups_called", "follow_ups", ["called_at", "id"]),
    ("ix_evaluations_invited", "evaluations", ["invited_at", "id"]),
)
STAMP = "UPDATE counters SET value = {} WHERE name = 'permissions'"
"""A new number by chance, not the next one: a database put back from a backup must not come to the same again."""
FIRST = "INSERT INTO counters (name, value) VALUES ('permissions', 1)"
TEXT = "coalesce({0}title_redacted, '') || ' ' || coalesce({0}body_redacted, '')"
RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Forward."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)
    op.create_index(
        "ix_deadlines_running", "deadlines", ["kind", "due_at"], postgresql_where=RUNNING, sqlite_where=RUNNING
    )
    op.execute(FIRST)
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgres()


def _postgres() -> None:
    op.execute(
        "CREATE FUNCTION huiyin_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{STAMP.format('floor(random() * 2147483647)')}; RETURN NULL; END $$"
    )
    for table in STAMPED:
        op.execute(
            f"CREATE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE PROCEDURE huiyin_stamp()"
        )
    op.execute(
        "CREATE FUNCTION huiyin_bigrams(told text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT COST 1000 AS $$ "
        "SELECT coalesce(array_agg(DISTINCT one || other), '{}') FROM ("
        "SELECT c AS one, lead(c) OVER (ORDER BY place) AS other "
        "FROM unnest(string_to_array(lower(told), NULL)) WITH ORDINALITY AS chars (c, place)"
        ") AS pairs WHERE other IS NOT NULL $$"
    )
    op.execute(f"CREATE INDEX ix_cases_text ON cases USING gin (huiyin_bigrams({TEXT.format('')}))")


def stamps() -> list[str]:
    """What makes SQLite tell changes."""
    stamp = STAMP.format("abs(random() % 2147483647)")
    return [
        f"CREATE TRIGGER {table}_{act.lower()}_stamp AFTER {act} ON {table} BEGIN {stamp}; END"
        for table in STAMPED
        for act in ("INSERT", "UPDATE", "DELETE")
    ]


def _sqlite() -> None:
    for statement in stamps():
        op.execute(statement)
    op.execute("CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', detail='none')")
    op.execute(f"INSERT INTO case_search (rowid, grams) SELECT id, huiyin_grams({TEXT.format('')}) FROM cases")
    new = f"INSERT INTO case_search (rowid, grams) VALUES (new.id, huiyin_grams({TEXT.format('new.')}));"
    old = (
        "INSERT INTO case_search (case_search, rowid, grams) "
        f"VALUES ('delete', old.id, huiyin_grams({TEXT.format('old.')}));"
    )
    op.execute(f"CREATE TRIGGER cases_insert_search AFTER INSERT ON cases BEGIN {new} END")
    op.execute(f"CREATE TRIGGER cases_delete_search AFTER DELETE ON cases BEGIN {old} END")
    op.execute(
        "CREATE TRIGGER cases_update_search AFTER UPDATE OF id, title_redacted, body_redacted ON cases "
        f"BEGIN {old} {new} END"
    )


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER cases_{act}_search")
            for table in STAMPED:
                op.execute(f"DROP TRIGGER {table}_{act}_stamp")
        op.execute("DROP TABLE case_search")
    else:
        op.execute("DROP INDEX ix_cases_text")
        op.execute("DROP FUNCTION huiyin_bigrams(text)")
        for table in STAMPED:
            op.execute(f"DROP TRIGGER {table}_stamp ON {table}")
        op.execute("DROP FUNCTION huiyin_stamp()")
    op.execute("DELETE FROM counters WHERE name = 'permissions'")
    op.drop_index("ix_deadlines_running", "deadlines")
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
