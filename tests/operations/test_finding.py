"""Finding a case by its numbers, within scope."""

from __future__ import annotations

import pytest

from app.domain.access import SYSTEM
from app.domain.errors import NotFound, Refused
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import acting
from app.operations import finding
from tests.fab.test_permissions import statements
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


# --- what somebody types ----------------------------------------------------------------------------------------


def suggested(typed, who, limit=8):
    db.session.remove()
    with acting(who):
        return [each.case_id for each in finding.suggest(typed, limit)]


def test_the_beginning_of_a_number_suggests_cases_in_scope():
    case_id, other = case_in(Status.PENDING_CONFIRM), case_in(Status.PENDING_ACCEPT)
    case, who = read(case_id), centre()
    for typed in (case.case_no, case.case_no.lower(), case.case_no[2:], case.case_no[:-1], f" {case.case_no[:8]} "):
        assert suggested(typed, who) == [case_id], typed
    assert suggested(case.receipt_no[:8], who) == [other, case_id]
    assert suggested(case.receipt_no[2:8], who, 1) == [other]
    assert suggested(read(other).receipt_no, handler(at=LEAD)) == []
    assert suggested("TS1901010000019", who) == []


def test_words_suggest_cases_in_scope_by_what_the_reader_reads():
    first = case_in(Status.PENDING_CONFIRM, title="多收了清单以外的费用", body="联系电话 13912345678")
    second = case_in(Status.PENDING_ACCEPT, title="清单以外又收费")
    who, unit = centre(), handler(at=LEAD)
    assert suggested("清单以外", who) == [second, first]
    assert (suggested("清单以外", unit), suggested("清单以外", handler(at="410300-ZJ"))) == ([first], [])
    assert (suggested("清", who), suggested("", who), suggested("没有这个", who)) == ([], [], [])
    assert suggested("电话 13912345678", who) == []
    with acting(who):
        (line, *_) = finding.suggest("清单以外")
    assert (line.title, line.status, line.number) == ("清单以外又收费", "pending_accept", read(second).receipt_no)


def test_words_in_very_many_cases_walk_the_newest(monkeypatch):
    monkeypatch.setattr("app.operations.finding.COMMON", 0)
    cases = [case_in(Status.PENDING_ACCEPT, title="清单以外收费") for _ in range(2)]
    with statements() as seen:
        assert suggested("清单以外", centre()) == cases[::-1]
    selects = [sql for sql in seen if sql.startswith("SELECT") and "FROM cases" in sql]
    assert len(selects) == 2
    assert "case_search" not in selects[1]
    assert "huiyin_bigrams" not in selects[1]
