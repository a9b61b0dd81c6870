"""Tries are counted within a window; a full key is shut for a while, and forgotten afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import complainant
from app.models.attempt import Attempt
from app.models.scope import acting
from app.operations import attempts
from app.operations.attempts import CODES, Key, Rule
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
NUMBER, ADDRESS = Key("code", "TS2601010000017", CODES), Key("code from", "192.0.2.1", CODES)


@pytest.fixture(autouse=True)
def public(db):
    with acting(complainant(0)):
        yield
        db.session.remove()


def test_the_fifth_try_shuts_each_key_for_a_quarter_of_an_hour():
    for minute in range(5):
        assert attempts.shut_until((NUMBER, ADDRESS), NOW + minute * MINUTE) is None
        assert attempts.count((NUMBER, ADDRESS), NOW + minute * MINUTE)
    until = NOW + 4 * MINUTE + CODES.locked
    assert attempts.shut_until((NUMBER,), NOW + 5 * MINUTE) == until
    assert attempts.shut_until((ADDRESS,), NOW + 5 * MINUTE) == until
    assert attempts.shut_until((Key("code", "another", CODES),), NOW) is None
    assert not attempts.count((NUMBER,), NOW + 6 * MINUTE)
    assert attempts.shut_until((NUMBER,), until) is None
    assert attempts.count((NUMBER,), until)
    assert attempts.shut_until((NUMBER,), until) is None


def test_old_tries_do_not_add_up():
    for day in range(9):
        attempts.count((NUMBER,), NOW + timedelta(days=day))
    assert attempts.shut_until((NUMBER,), NOW + timedelta(days=8)) is None


def test_without_a_lock_a_full_key_opens_when_its_window_is_over():
    key = Key("sent", "13812341234", Rule(2, MINUTE))
    assert [attempts.count((key,), NOW + timedelta(seconds=each)) for each in (0, 30, 50, 61)] == [
        True,
        True,
        False,
        True,
    ]


def test_what_is_counted_cannot_be_read_and_is_forgotten(db):
    attempts.count((NUMBER, ADDRESS), NOW)
    rows = list(db.session.scalars(select(Attempt)))
    assert {len(row.key_hash) for row in rows} == {64}
    assert {str(row) for row in rows} == {"1"}
    assert attempts.over_count(NOW) == 0
    assert attempts.over_count(NOW + CODES.within) == 2
    assert attempts.sweep(NOW + CODES.within) == 2
    assert attempts.sweep(NOW + CODES.within) == 0
