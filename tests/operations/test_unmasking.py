"""Names and phones in the clear: for a reason that is written down, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Part, Role
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import OutOfScope, acting
from app.models.unmasking import Unmasking
from app.operations import dossier, unmasking
from app.operations.filing import ComplainantFacts
from app.operations.unmasking import Asked, Limits
from tests.factories import NOW, actor, case_in, handler, officer

pytestmark = pytest.mark.usefixtures("db")
GOOD = Asked("phone", "call_back", "I call to ask for the receipt.")


def opened(case_id, by, asked=GOOD, now=NOW, limits=None):
    db.session.remove()
    try:
        with acting(by):
            return unmasking.open_field(case_id, asked, by, now, now, limits or Limits())
    finally:
        db.session.remove()


def rows():
    db.session.remove()
    with acting(SYSTEM):
        found = list(db.session.scalars(select(Unmasking).order_by(Unmasking.id)))
    db.session.remove()
    return found


def caller(role=Role.CALLER, **place):
    with acting(SYSTEM):
        user = officer(role, **place)
        found = actor(role, user_id=user.id, **place)
    db.session.remove()
    return found


def test_a_value_is_opened_and_who_when_which_and_why_is_kept_but_not_the_value():
    case_id, by = case_in(Status.PENDING_ACCEPT), caller()
    assert opened(case_id, by) == "13812341234"
    assert opened(case_id, by, Asked("name", "verify", "  Is it the same person?  ")) == "Wang Xiaoming"
    first, second = rows()
    assert (first.case_id, first.user_id, first.unmasked_at) == (case_id, by.user_id, NOW)
    assert (first.field, first.reason, first.words) == ("phone", "call_back", GOOD.words)
    assert (second.field, second.words) == ("name", "Is it the same person?")
    assert str(first) == "phone 2026-11-24 02:00"


def test_the_row_is_there_before_the_value(monkeypatch):
    case_id, by = case_in(Status.PENDING_ACCEPT), caller()
    real, calls = unmasking.load, []

    def load(key):
        calls.append(key)
        if len(calls) == 2:
            raise OutOfScope("the power went off")
        return real(key)

    monkeypatch.setattr(unmasking, "load", load)
    with pytest.raises(OutOfScope):
        opened(case_id, by)
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked("phone", "", "I call them."), "reason"),
        (Asked("phone", "curious", "I call them."), "reason"),
        (Asked("phone", "other", "  abc  "), "words"),
        (Asked("phone", "other", "x" * 301), "words"),
        (Asked("phone", "other", "abcd\0"), "words"),
    ],
)
def test_without_a_good_reason_nothing_is_opened_or_counted(asked, field):
    case_id, by = case_in(Status.PENDING_ACCEPT), caller()
    with pytest.raises(Invalid) as wrong:
        opened(case_id, by, asked)
    assert set(wrong.value.fields) == {field}
    assert rows() == []
    assert opened(case_id, by, limits=Limits(1, 1)) == "13812341234"


def test_what_is_no_field_and_what_is_out_of_scope_is_not_there():
    case_id = case_in(Status.PENDING_CONFIRM)
    for by, asked in ((caller(), Asked("id_no", "other", "abcd")), (handler(at="410300-ZJ"), GOOD)):
        with pytest.raises(NotFound):
            opened(case_id, by, asked)


def test_who_may_not_is_refused_and_offered_nothing():
    plain = case_in(Status.PENDING_CONFIRM)
    secret = case_in(Status.PENDING_CONFIRM, is_confidential=True)
    nameless = case_in(
        Status.PENDING_CONFIRM, complainant=ComplainantFacts(is_anonymous=True, phone="13812341234", name="Wang Li")
    )
    unit, auditor, centre = handler(), actor(Role.AUDITOR), caller()
    assert opened(plain, unit) == "13812341234"
    for case_id, by, asked in (
        (secret, unit, GOOD),
        (nameless, unit, GOOD),
        (plain, auditor, GOOD),
        (nameless, centre, Asked("name", "other", "abcd")),
    ):
        with pytest.raises(Refused) as refused:
            opened(case_id, by, asked)
        assert [each.code for each in refused.value.reasons] == ["field"]
    assert opened(nameless, centre) == "13812341234"
    for case_id, by, parts in (
        (plain, unit, (Part.NAME, Part.PHONE)),
        (secret, unit, ()),
        (nameless, centre, (Part.PHONE,)),
    ):
        db.session.remove()
        with acting(by):
            assert unmasking.fields_for(case_id, by) == dossier.open_case(case_id, by).unmaskable == parts


def test_so_many_an_hour_and_a_day_and_it_says_when_again():
    case_id, by, other = case_in(Status.PENDING_ACCEPT), caller(), caller()
    limits = Limits(2, 3)
    at = lambda minutes: NOW + timedelta(minutes=minutes)  # noqa: E731
    assert [opened(case_id, by, now=at(minute), limits=limits) for minute in (0, 10)] == ["13812341234"] * 2
    with pytest.raises(Refused) as refused:
        opened(case_id, by, now=at(20), limits=limits)
    reason = refused.value.reasons[0]
    assert (reason.code, reason.params["at"]) == ("rate", "11-24 11:00")
    assert opened(case_id, other, now=at(20), limits=limits)
    assert opened(case_id, by, now=at(61), limits=limits)
    with pytest.raises(Refused) as refused:
        opened(case_id, by, now=at(62), limits=limits)
    assert refused.value.reasons[0].params["at"] == "11-25 10:00"
    assert len(rows()) == 4
