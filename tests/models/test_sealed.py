"""Sealed attributes: bound to row, column and table; unreadable without the key; equal phones found by index."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.extensions import db, keyring
from app.models.case import Complainant
from app.models.scope import acting, acting_on
from app.models.sealed import Keyring, SealBroken, bound_to
from tests.factories import case_in, file

pytestmark = pytest.mark.usefixtures("db")


def test_names_and_phones_are_not_in_the_database_in_clear():
    case_in(Status.CLOSED)
    with acting(SYSTEM):
        for table in ("complainants", "messages", "cases", "case_events"):
            for row in db.session.execute(text(f"SELECT * FROM {table}")):
                assert "13812341234" not in str(row)
                assert "Wang Xiaoming" not in str(row)


def test_they_open_in_their_own_row_only():
    first, second = file().case_id, file().case_id
    with acting(SYSTEM), acting_on():
        rows = {row.case_id: row for row in db.session.scalars(select(Complainant))}
        assert (rows[first].name, rows[first].phone) == ("Wang Xiaoming", "13812341234")
        rows[second].name_sealed = rows[first].name_sealed
        with pytest.raises(SealBroken):
            _ = rows[second].name
        rows[first].name_sealed = rows[first].phone_sealed
        with pytest.raises(SealBroken):
            _ = rows[first].name
        db.session.rollback()


def test_masks_are_what_people_see():
    case_id = file().case_id
    with acting(SYSTEM):
        row = db.session.scalars(select(Complainant).where(Complainant.case_id == case_id)).one()
        assert row.masked_phone == "138****1234"
        assert "Xiaoming" not in row.masked_name
        assert str(row) == row.masked_name


def test_the_blind_index_finds_a_phone_exactly():
    case_id = file().case_id
    with acting(SYSTEM):
        found = db.session.scalars(
            select(Complainant.case_id).where(Complainant.phone_index == keyring.index("13812341234"))
        )
        assert found.all() == [case_id]


def test_rotation_keeps_old_values_readable_and_the_index_stable():
    ring = Keyring()
    ring.load({"k1": b"1" * 32})
    place = bound_to("t", "c", "u")
    sealed, index = ring.seal("text", place), ring.index("text")
    ring.load({"k2": b"2" * 32, "k1": b"1" * 32})
    assert ring.key_ids == ("k2", "k1")
    assert ring.open(sealed, place) == "text"
    assert ring.index("text") == index
    assert ring.seal("text", place).startswith("k2.")
    ring.load({"k2": b"2" * 32})
    with pytest.raises(SealBroken):
        ring.open(sealed, place)
    for broken in ("", "k2", "k2.!!!", sealed[:-4]):
        with pytest.raises(SealBroken):
            ring.open(broken, place)
