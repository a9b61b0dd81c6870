"""Sign-ins end by themselves, by being ended, and when password, role or state of the account change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.extensions import access
from app.models.account import SignIn
from app.models.officer import Officer, RoleRow
from app.models.scope import acting
from app.operations import accounts, sign_ins
from tests import factories
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer(db):
    with acting(SYSTEM):
        yield factories.officer(Role.HANDLER)


def begin(officer, at=NOW, address="192.0.2.7"):
    return sign_ins.begin(officer.id, address, "Chrome 156 · Windows", at)


def holds(db, officer, key, at=NOW):
    with db.session.no_autoflush:
        found = db.session.scalar(select(Officer.id).where(Officer.id == officer.id, sign_ins.holds(key, at)))
    db.session.commit()
    return found is not None


def test_a_key_counts_for_its_own_account_and_is_kept_as_a_hash(db, officer):
    key, other = begin(officer), factories.officer(Role.HANDLER)
    assert holds(db, officer, key)
    assert not holds(db, officer, "")
    assert not holds(db, other, key)
    row = db.session.scalars(select(SignIn)).one()
    assert key not in str(vars(row))
    assert (row.address, str(row)) == ("192.0.2.*", "Chrome 156 · Windows 192.0.2.*")


def test_it_ends_after_half_an_hour_without_a_page_and_after_twelve_hours(db, officer):
    key = begin(officer)
    assert [holds(db, officer, key, NOW + minutes * MINUTE) for minutes in (29, 30)] == [True, False]
    at = NOW
    while holds(db, officer, key, at):
        sign_ins.see(key, at)
        at += 29 * MINUTE
    assert timedelta(hours=12) <= at - NOW < timedelta(hours=12, minutes=29)


def test_who_comes_back_too_late_does_not_revive_it(db, officer):
    key = begin(officer)
    sign_ins.see(key, NOW + 30 * MINUTE)
    assert not holds(db, officer, key, NOW + 31 * MINUTE)


def role(db, name):
    return db.session.scalars(select(RoleRow).where(RoleRow.name == name)).one()


@pytest.mark.parametrize(
    "change",
    [
        lambda db, officer: setattr(officer, "password", "another"),
        lambda db, officer: setattr(officer, "active", False),
        lambda db, officer: officer.roles.append(role(db, "intake")),
        lambda db, officer: officer.roles.clear(),
    ],
)
def test_another_password_state_or_role_ends_it(db, officer, change):
    key = begin(officer)
    change(db, officer)
    db.session.commit()
    assert not holds(db, officer, key)
    assert sign_ins.of(officer.id, NOW) == []


def test_other_changes_do_not(db, officer):
    key = begin(officer)
    officer.phone, officer.active, officer.roles = "15400000001", True, list(officer.roles)
    db.session.commit()
    assert holds(db, officer, key)


def test_they_are_listed_and_ended_one_by_one_or_all(db, officer):
    first, second, third = (begin(officer, NOW + number * MINUTE) for number in range(3))
    lines = sign_ins.of(officer.id, NOW + 3 * MINUTE, second)
    assert [line.is_this for line in lines] == [False, True, False]
    sign_ins.end(0, lines[0].id)
    assert len(sign_ins.of(officer.id, NOW)) == 3, "another's are not mine to end"
    sign_ins.end(officer.id, lines[0].id)
    assert [holds(db, officer, key) for key in (first, second, third)] == [True, True, False]
    sign_ins.end_all(officer.id, but=second)
    assert [holds(db, officer, key) for key in (first, second)] == [False, True]
    sign_ins.end_key(second)
    assert sign_ins.of(officer.id, NOW) == []


def test_an_administrator_ends_all_and_tokens_with_them(db, officer):
    key, before = begin(officer), officer.stamp
    accounts.end_sign_ins(officer.id, SYSTEM, NOW)
    assert (holds(db, officer, key), officer.stamp) == (False, before + 1)


def test_those_whose_time_is_over_are_removed(db, officer):
    begin(officer)
    begin(officer, NOW + MINUTE)
    assert (sign_ins.over_count(NOW), sign_ins.sweep(NOW)) == (0, 0)
    later = NOW + access.longest
    assert (sign_ins.over_count(later), sign_ins.sweep(later), sign_ins.over_count(later)) == (1, 1, 0)
