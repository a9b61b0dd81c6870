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


def test_a_try_takes_all_keys_or_none_and_is_given_back():
    other = Key("code", "another", CODES)
    assert [attempts.take((NUMBER, ADDRESS), NOW) for _ in range(5)] == [None] * 5
    assert attempts.take((other, ADDRESS), NOW) == NOW + CODES.locked
    assert [attempts.take((other,), NOW) for _ in range(5)] == [None] * 5
    attempts.give_back((NUMBER, ADDRESS))
    assert attempts.take((NUMBER, ADDRESS), NOW) is None
    assert attempts.take((NUMBER, ADDRESS), NOW) == NOW + CODES.locked


def test_a_key_that_opens_at_this_moment_asks_for_a_second(monkeypatch):
    for _ in range(5):
        attempts.take((NUMBER,), NOW)
    monkeypatch.setattr(attempts, "shut_until", lambda *_: None)
    assert attempts.take((NUMBER,), NOW) == NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::ffff", "2001:db8:1:3::/64"),
        ("", ""),
    ],
)
def test_where_a_try_comes_from(address, counted):
    assert attempts.place_of(address) == counted
