"""Passwords of accounts: none of the last five, changed when somebody else chose it or when its time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.domain.errors import Refused
from app.domain.passwords import ASVS
from app.extensions import access
from app.models.account import OldPassword
from app.models.officer import Officer
from app.models.scope import acting
from app.operations import accounts, demo_accounts, passwords
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


@pytest.fixture
def officer(db):
    """A handler whose password was set now."""
    with acting(SYSTEM):
        row = factories.officer(Role.HANDLER)
        passwords.change(row.id, word(0), factories.actor(Role.HANDLER, user_id=row.id), NOW)
        yield row


def word(number):
    return f"Word-Nr-{number}{number}{number}"


def test_a_password_of_one_s_own_is_kept_and_ends_what_was_before(officer):
    assert passwords.is_right(word(0), officer.password)
    assert (officer.must_change, officer.password_set_at) == (False, NOW)


def test_one_that_another_sets_must_be_changed(officer):
    before = officer.stamp
    passwords.change(officer.id, word(1), SYSTEM, NOW)
    assert (officer.must_change, officer.stamp) == (True, before + 1)
    assert passwords.must_change(officer, NOW)


def test_none_of_the_last_five_comes_again(db, officer):
    for number in range(1, 5):
        passwords.change(officer.id, word(number), SYSTEM, NOW)
    for number in range(5):
        with pytest.raises(Refused) as error:
            passwords.change(officer.id, word(number), SYSTEM, NOW)
        assert [reason.code for reason in error.value.reasons] == ["used"]
    passwords.change(officer.id, word(5), SYSTEM, NOW)
    passwords.change(officer.id, word(0), SYSTEM, NOW)
    assert len(db.session.scalars(select(OldPassword)).all()) == 4


def test_the_policy_is_asked(officer):
    with pytest.raises(Refused) as error:
        passwords.change(officer.id, f"{officer.username}-1X", SYSTEM, NOW)
    assert [reason.code for reason in error.value.reasons] == [
        "length",
        *([] if len(officer.username) < 3 else ["own"]),
    ]
    assert passwords.is_right(word(0), officer.password)


def test_asvs_keeps_no_history_and_knows_no_end(db, officer, monkeypatch):
    monkeypatch.setattr(access, "policy", ASVS)
    passwords.change(officer.id, "twelve letters", officer_self(officer), NOW)
    passwords.change(officer.id, "twelve letters", officer_self(officer), NOW)
    assert not passwords.must_change(officer, NOW + 999 * DAY)
    assert db.session.scalars(select(OldPassword)).all() == []


def officer_self(officer):
    return factories.actor(Role.HANDLER, user_id=officer.id)


def test_a_warning_comes_in_the_last_two_weeks_and_then_the_change(officer):
    assert [passwords.days_left(officer, NOW + days * DAY) for days in (75, 76, 89, 90)] == [None, 14, 1, None]
    assert [passwords.must_change(officer, NOW + days * DAY) for days in (89, 90)] == [False, True]


def test_the_demonstration_is_exempt_but_not_in_production(db, monkeypatch):
    with acting(SYSTEM):
        demo_accounts.ensure("hash", NOW, is_production=False)
        row = accounts.find("handler")
        later = NOW + 91 * DAY
        assert not passwords.must_change(row, later)
        monkeypatch.setattr(access, "is_production", True)
        assert passwords.must_change(row, later)
        assert not passwords.must_change(accounts.find("api_client"), later), "nobody is there to change it"


def test_accounts_of_an_older_demonstration_are_marked(db):
    with acting(SYSTEM):
        demo_accounts.ensure("hash", NOW, is_production=False)
        for row in db.session.scalars(select(Officer)):
            row.is_demo = False
        db.session.commit()
        demo_accounts.ensure("hash", NOW, is_production=False)
        assert all(db.session.scalars(select(Officer.is_demo)))
