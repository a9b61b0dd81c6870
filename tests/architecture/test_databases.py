"""Tests of the tests: whoever changed the database and however, the next test finds it as the seeds made it."""

from __future__ import annotations

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text

from app.domain.access import SYSTEM
from app.models.scope import acting
from tests import factories
from tests.elsewhere import rows

STRAY = "INSERT INTO ab_role (id, name) VALUES (9001, 'stray')"
HANDS = {
    "rows": [
        STRAY,
        "UPDATE departments SET name = 'stray' WHERE code = '410000-YSHJ'",
        "DELETE FROM calendar_days WHERE id = (SELECT max(id) FROM calendar_days)",
        "DELETE FROM ab_permission_view_role WHERE id = (SELECT min(id) FROM ab_permission_view_role)",
        "INSERT INTO ab_permission_view_role (id) VALUES (90001)",  # as many as before
    ],
    "columns and indexes": ["ALTER TABLE attempts ADD COLUMN stray INTEGER", "DROP INDEX ix_messages_unsent"],
    "a table less": ["DROP TABLE attempts"],
}


@pytest.fixture
def another_hand(settings, db):
    """A connection that the app knows nothing of."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def everything(db):
    """Rows, columns and indexes."""
    db.session.remove()
    with acting(SYSTEM):
        schema = inspect(db.engine)
        names = schema.get_table_names()
        return (
            rows(),
            {name: [str(column) for column in schema.get_columns(name)] for name in names},
            {name: sorted(str(index["name"]) for index in schema.get_indexes(name)) for name in names},
        )


@pytest.mark.parametrize("hand", HANDS)
def test_what_another_hand_changed_is_put_back(db, database, another_hand, hand):
    before = everything(db)
    for sql in HANDS[hand]:
        another_hand.execute(text(sql))
    another_hand.commit()
    another_hand.close()
    assert everything(db) != before
    database.is_dirty = True
    database.restore()
    assert everything(db) == before


def test_numbers_begin_again(db, database):
    numbers = []
    for _ in range(2):
        numbers.append(factories.file())
        database.restore()
    assert numbers[0].case_id == numbers[1].case_id
    assert numbers[0].receipt_no == numbers[1].receipt_no


def test_rows_never_committed_hold_nothing_up(db, database, another_hand):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("the file is copied over all that is open")
    before = everything(db)
    another_hand.execute(text(STRAY))
    database.is_dirty = True
    database.restore()
    assert everything(db) == before
    another_hand.invalidate()
