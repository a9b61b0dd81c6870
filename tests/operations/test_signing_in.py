"""Five wrong passwords in a row lock a name, many an address; never more are looked at; the right one ends the row."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.domain.errors import NotFound
from app.extensions import access
from app.models.attempt import Attempt
from app.models.housekeeping import ConfigurationChange
from app.models.officer import Officer
from app.models.scope import acting
from app.operations import accounts, passwords, signing_in
from app.operations.signing_in import PER_ACCOUNT, PER_ADDRESS
from tests import factories
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
RIGHT = "Right-Word-12"


@pytest.fixture
def name(db):
    """An account with a password."""
    with acting(SYSTEM):
        officer = factories.officer(Role.HANDLER)
        officer.password = access.hashed(RIGHT)
        db.session.commit()
        name = officer.username
    db.session.remove()
    return name


def tried(name, password="wrong", at=NOW, address="192.0.2.1"):
    return signing_in.sign_in(name, password, address, at, at)


def test_the_right_password_is_let_in_and_noted(db, name):
    assert tried(name.upper(), RIGHT).user_id == db.session.scalar(select(Officer.id).where(Officer.username == name))
    officer = db.session.scalars(select(Officer).where(Officer.username == name)).one()
    assert (officer.login_count, f"{officer.last_login:%Y-%m-%d %H:%M}") == (1, "2026-11-24 10:00")
    assert tried(name, "").user_id == 0


@pytest.mark.parametrize("stored", [None, ""])
def test_an_account_without_a_password_is_nobodys(stored):
    assert not passwords.is_right("-", stored)
    assert not passwords.is_right("\0", access.hashed("\0"))


def test_five_wrong_ones_in_a_row_lock_the_name_for_half_an_hour_for_right_ones_too(db, name):
    outcomes = [tried(name, address=f"192.0.2.{number}") for number in range(5)]
    assert {(each.user_id, each.shut_until) for each in outcomes} == {(0, None)}
    assert tried(name, RIGHT).shut_until == NOW + 30 * MINUTE
    assert signing_in.locked_until(name, NOW) == NOW + 30 * MINUTE
    assert tried(name, RIGHT, NOW + 30 * MINUTE).user_id


def test_four_wrong_ones_and_a_right_one_begin_a_new_row(db, name):
    for _ in range(3):
        assert [tried(name).shut_until for _ in range(4)] == [None] * 4
        assert tried(name, RIGHT).user_id


def test_who_goes_on_waits_longer_each_time(db, name):
    waits, at = [], NOW
    for number in range(20):
        tried(name, at=at, address=f"192.0.2.{number}")
        if until := signing_in.locked_until(name, at):
            waits.append(until - at)
            at = until
    assert waits == [30 * MINUTE, 120 * MINUTE, 30 * MINUTE, 720 * MINUTE]


def test_a_name_that_nobody_has_is_locked_like_any_other(db, name):
    assert [tried("nobody").shut_until for _ in range(7)] == [tried(name).shut_until for _ in range(7)]
    assert tried("nobody").shut_until == NOW + 30 * MINUTE


def test_nobody_and_the_inactive_cost_as_much_as_somebody(db, name, monkeypatch):
    looked = []
    real = access.matches
    monkeypatch.setattr(access, "matches", lambda *pair: looked.append(pair) or real(*pair))
    db.session.scalars(select(Officer).where(Officer.username == name)).one().active = False
    db.session.commit()
    assert [tried(each, RIGHT).user_id for each in ("nobody", name)] == [0, 0]
    assert len(looked) == 2
    assert {stored.split("$")[0] for _, stored in looked} == {access.hashed("x").split("$")[0]}


def test_an_address_is_shut_for_all_names_and_right_ones_do_not_count(db, name):
    for number in range(PER_ADDRESS[0].most):
        assert tried(f"name{number}", at=NOW).shut_until is None
        if number < 20:
            assert tried(name, RIGHT).user_id
    assert tried(name, RIGHT).shut_until == NOW + 10 * MINUTE
    assert tried(name, RIGHT, address="192.0.2.2").user_id
    signing_in.count_forged("192.0.2.3", NOW)
    assert signing_in.shut_until("192.0.2.3", NOW) is None
    assert signing_in.shut_until("192.0.2.1", NOW) == NOW + 10 * MINUTE


@pytest.mark.parametrize("password", ["wrong", RIGHT])
def test_tries_at_the_same_moment_are_never_more_than_allowed_and_right_ones_do_no_harm(app, db, name, password):
    outcomes, start = [], threading.Barrier(12)

    def one():
        with app.app_context():
            start.wait()
            outcomes.append(tried(name, password))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    looked = [each for each in outcomes if each.shut_until is None]
    assert len(looked) == (PER_ACCOUNT[0].most if password == "wrong" else 12)


def test_an_administrator_opens_the_account_which_is_logged(db, name):
    for _ in range(5):
        tried(name)
    officer = signing_in.known(name)
    with acting(SYSTEM):
        accounts.unlock(officer.user_id, SYSTEM, NOW)
        change = db.session.scalars(select(ConfigurationChange)).one()
        assert (change.row_id, change.after) == (officer.user_id, {"locked": False})
        with pytest.raises(NotFound):
            accounts.unlock(0, SYSTEM, NOW)
    assert tried(name, RIGHT).user_id


def test_no_name_is_kept_in_the_count(db, name):
    tried(name)
    assert not any(name in str(vars(row)) for row in db.session.scalars(select(Attempt)))


def test_neighbours_in_a_network_of_ipv6_count_as_one_address(name):
    for place in range(PER_ADDRESS[0].most):
        tried(f"nobody-{place}", address=f"2001:db8::{place:x}")
    assert tried(name, RIGHT, address="2001:db8::ffff").shut_until
    assert tried(name, RIGHT, address="2001:db8:0:1::1").user_id
