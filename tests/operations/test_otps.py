"""Codes by text message: right once, for five minutes and five tries; so many per phone and address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, complainant
from app.models.message import Message
from app.models.otp import Otp
from app.models.scope import acting
from app.operations import otps
from tests import factories
from tests.factories import NOW

PHONE, OTHER = "13812341234", "13900000000"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def public(db):
    with acting(complainant(0)):
        yield
        db.session.remove()


def _messages(db):
    db.session.remove()
    with acting(SYSTEM):
        rows = list(db.session.scalars(select(Message).where(Message.kind == "otp").order_by(Message.id)))
    db.session.remove()
    return rows


def _code(db):
    return re.search(r"[0-9]{6}", _messages(db)[-1].text)[0]


def _send(after=0 * MINUTE, phone=PHONE, address="192.0.2.1", purpose="filing"):
    return otps.send(phone, purpose, address, NOW + after, NOW + after)


def test_a_code_is_right_once_for_its_phone_and_purpose(db, public):
    assert _send() is None
    code = _code(db)
    assert not otps.is_right(OTHER, "filing", code, NOW)
    assert not otps.is_right(PHONE, "mine", code, NOW)
    assert otps.is_right(PHONE, "filing", code, NOW + otps.KEPT - MINUTE)
    assert not otps.is_right(PHONE, "filing", code, NOW)


def test_a_code_is_old_after_five_minutes_and_swept(db, public):
    _send()
    code = _code(db)
    assert not otps.is_right(PHONE, "filing", code, NOW + otps.KEPT)
    assert (otps.over_count(NOW), otps.over_count(NOW + otps.KEPT)) == (0, 1)
    assert str(db.session.scalar(select(Otp))) == "filing"
    assert (otps.sweep(NOW), otps.sweep(NOW + otps.KEPT)) == (0, 1)


def test_after_five_wrong_tries_the_right_code_does_not_count(db, public):
    _send()
    code = _code(db)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert not any(otps.is_right(PHONE, "filing", each, NOW) for each in (wrong, "", "\ud800", wrong, wrong, code))


def test_a_new_code_takes_the_place_of_the_old_one(db, public):
    _send()
    old = _code(db)
    _send(2 * MINUTE)
    new = _code(db)
    assert old == new or not otps.is_right(PHONE, "filing", old, NOW + 2 * MINUTE)
    assert otps.is_right(PHONE, "filing", new, NOW + 2 * MINUTE)


def test_limits_per_phone(db, public):
    assert _send() is None
    assert _send(MINUTE / 2) == NOW + MINUTE
    sent = [_send(2 * each * MINUTE) is None for each in range(1, 8)]
    assert sent == [True] * 4 + [False] * 3
    sent = [_send((61 + 61 * each) * MINUTE) is None for each in range(10)]
    assert sent == [True] * 5 + [False] * 5


def test_limits_per_address(db, public):
    sent = [_send(phone=f"139000000{each:02}") is None for each in range(22)]
    assert sent == [True] * 20 + [False] * 2
    assert _send(phone="13900000099", address="192.0.2.9") is None


def test_a_phone_without_a_case_gets_nothing_and_nobody_sees_that(db):
    factories.file()
    with acting(complainant(0)):
        answers = [otps.send(phone, "mine", "192.0.2.1", NOW, NOW) for phone in (PHONE, OTHER)]
    assert answers == [None, None]
    known, unknown = _messages(db)
    assert (known.status, unknown.status, unknown.reason) == ("queued", "suppressed", "no_case")
    assert known.not_before == NOW


def test_my_cases_are_those_of_my_phone(db):
    filed = [factories.file(), factories.file(title="Another")]
    assert [line.number for line in otps.cases_of(PHONE)] == [each.receipt_no for each in reversed(filed)]
    assert otps.cases_of(OTHER) == []
    (line,) = otps.lines([filed[0].case_id])
    assert (line.case_id, line.status) == (filed[0].case_id, "pending_accept")
