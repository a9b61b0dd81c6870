"""Finding a case by its numbers, within scope."""

from __future__ import annotations

import pytest

from app.domain.access import SYSTEM
from app.domain.errors import NotFound, Refused
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import acting
from app.operations import finding
from tests.factories import LEAD, case_in, centre, file, handler, read

pytestmark = pytest.mark.usefixtures("db")


def found(number, who):
    db.session.remove()
    with acting(who):
        return finding.by_number(number)


def test_a_case_is_found_by_each_number_in_scope():
    case_id = case_in(Status.PENDING_CONFIRM, source_system="hotline-a", external_no="12345")
    case, who = read(case_id), centre()
    unit, other = handler(at=LEAD), handler(at="410300-ZJ")
    for number in (case.receipt_no, f" {case.receipt_no.lower()} ", case.case_no, "12345", " 12345 "):
        assert found(number, who) == case_id, number
        assert found(number, unit) == case_id
        with pytest.raises(NotFound):
            found(number, other)
    with pytest.raises(NotFound):
        found("123456", who)


def test_our_number_wins_over_an_external_one():
    first = file()
    second = file(source_system="hotline-a", external_no=first.receipt_no)
    assert found(first.receipt_no, centre()) == first.case_id != second.case_id


def test_an_external_number_used_twice_is_asked_back():
    for name in ("hotline-a", "hotline-b"):
        file(source_system=name, external_no="7")
    with pytest.raises(Refused) as refused:
        found("7", centre())
    assert refused.value.reasons[0].code == "ambiguous"


def test_what_is_told_of_a_case():
    case_id = case_in(Status.INVESTIGATING)
    assert [row.kind for row in finding.started(case_id)] == ["accept", "handle", "sign"]
    db.session.remove()
    with acting(SYSTEM):
        assert [row.kind for row in finding.messages(case_id)][:2] == ["received", "accepted"]
    db.session.remove()
    with acting(handler(at="410300-ZJ")):
        assert finding.messages(case_id) == []
