"""Codes of an app: near in time, good once; recovery codes: good once; the secret cannot be read in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.extensions import access
from app.models.account import RecoveryCode, SecondFactor
from app.models.housekeeping import ConfigurationChange
from app.models.scope import acting
from app.operations import second_factor
from config import ADMINISTRATORS
from tests import factories
from tests.factories import NOW

HALF_MINUTE = timedelta(seconds=30)


def code(secret, at=NOW):
    """What an app shows."""
    return second_factor._totp(secret).generate(int(at.timestamp())).decode()


@pytest.fixture
def officer(db):
    with acting(SYSTEM):
        row = factories.officer(Role.AUDITOR, at=factories.CENTRE)
        row.is_demo = False
        db.session.commit()
        yield row


@pytest.fixture
def enrolled(officer):
    """(user id, secret, recovery codes); confirmed an hour before NOW."""
    second_factor.start(officer.id)
    secret = second_factor.waiting_secret(officer.id)
    before = NOW - timedelta(hours=1)
    return officer.id, secret, second_factor.confirm(officer.id, code(secret, before), before)


def test_it_is_required_by_role_and_not_of_the_demonstration(db, officer, monkeypatch):
    monkeypatch.setattr(access, "factor_roles", frozenset(ADMINISTRATORS))
    assert second_factor.is_required(officer)
    assert not second_factor.is_required(factories.officer(Role.HANDLER))
    officer.is_demo = True
    assert not second_factor.is_required(officer)
    monkeypatch.setattr(access, "is_production", True)
    assert second_factor.is_required(officer)
    monkeypatch.setattr(access, "factor_roles", frozenset())
    assert not second_factor.is_required(officer)


def test_a_secret_counts_from_its_first_code_on_and_is_shown_until_then(db, officer):
    user_id = officer.id
    assert second_factor.waiting_secret(user_id) is None
    assert second_factor.confirm(user_id, "000000", NOW) == []
    second_factor.start(user_id)
    first = second_factor.waiting_secret(user_id)
    second_factor.start(user_id)
    secret = second_factor.waiting_secret(user_id)
    assert first != secret
    assert second_factor.confirm(user_id, code(first), NOW) == []
    assert not second_factor.prove(user_id, code(secret), NOW)
    assert not second_factor.is_enrolled(user_id)
    assert len(set(second_factor.confirm(user_id, code(secret), NOW))) == 10
    assert (second_factor.is_enrolled(user_id), second_factor.waiting_secret(user_id)) == (True, None)
    second_factor.start(user_id)
    assert second_factor.is_enrolled(user_id)
    assert second_factor.uri(secret, "ann", "回音").startswith("otpauth://totp/")


def test_a_code_is_good_within_half_a_minute_and_once(enrolled):
    user_id, secret, _ = enrolled
    assert not second_factor.prove(user_id, code(secret, NOW - 2 * HALF_MINUTE), NOW)
    assert not second_factor.prove(user_id, code(secret, NOW + 2 * HALF_MINUTE), NOW)
    assert second_factor.prove(user_id, f" {code(secret, NOW - HALF_MINUTE)} ", NOW)
    assert second_factor.prove(user_id, code(secret), NOW)
    assert not second_factor.prove(user_id, code(secret), NOW)
    assert not second_factor.prove(user_id, code(secret, NOW - HALF_MINUTE), NOW), "older than one that was used"
    assert second_factor.prove(user_id, code(secret, NOW + HALF_MINUTE), NOW)
    for wrong in ("", "000000", "\ud800", "１２３４５６"):
        assert not second_factor.prove(user_id, wrong, NOW)


def test_recovery_codes_are_good_once_and_replaced_together(enrolled):
    user_id, _, codes = enrolled
    assert second_factor.prove(user_id, codes[0].upper().replace("-", " "), NOW)
    assert not second_factor.prove(user_id, codes[0], NOW)
    assert not second_factor.prove(0, codes[1], NOW)
    assert second_factor.codes_left(user_id) == 9
    assert second_factor.prove(user_id, second_factor.renew_codes(user_id)[3], NOW)
    assert not second_factor.prove(user_id, codes[1], NOW)


def test_tries_are_limited(enrolled):
    user_id = enrolled[0]
    assert [second_factor.take(user_id, NOW) for _ in range(5)] == [None] * 5
    assert second_factor.take(user_id, NOW) == NOW + timedelta(minutes=15)
    second_factor.forget(user_id)
    assert second_factor.take(user_id, NOW) is None


def test_nothing_can_be_read_in_the_database(db, enrolled):
    _, secret, codes = enrolled
    row = db.session.scalars(select(SecondFactor)).one()
    assert secret not in str(vars(row))
    assert not any(each.code_hash in codes for each in db.session.scalars(select(RecoveryCode)))


def test_an_administrator_takes_it_away_which_is_logged(db, officer, enrolled):
    before = officer.stamp
    second_factor.reset(officer, SYSTEM, NOW)
    assert not second_factor.is_enrolled(officer.id)
    assert (second_factor.codes_left(officer.id), officer.stamp) == (0, before + 1)
    assert db.session.scalars(select(ConfigurationChange)).one().after == {"second_factor": False}
