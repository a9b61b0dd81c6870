"""The demonstration: its cases are what the real operations would have made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.domain.access import SYSTEM
from app.domain.deadlines import Limit, china_day, due, moved
from app.domain.errors import Refused
from app.domain.lifecycle import OPEN, VERBS, ClockKind, Status
from app.domain.numbers import is_valid_number, receipt_no
from app.extensions import db as database
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.event import CaseEvent
from app.models.feedback import Evaluation
from app.models.housekeeping import Counter
from app.models.message import Message, MessageTemplate
from app.models.officer import Officer
from app.models.scope import acting, acting_on
from app.operations import chain, demo, demo_accounts, intake, timers
from app.operations.books import books
from app.operations.demo_numbers import Serials
from app.operations.demo_texts import _fallback
from app.operations.filing import check_filing
from app.operations.numbering import next_serial
from tests import factories
from tests.operations import demo_replay as replaying

NOW = factories.NOW
OLD_RULE = datetime(2024, 11, 20, 7, 30, tzinfo=UTC)
RUNNING = {
    Status.PENDING_CLASSIFY: {"accept"},
    Status.PENDING_ACCEPT: {"accept"},
    Status.PENDING_DISPATCH: {"handle"},
    Status.PENDING_CONFIRM: {"handle", "sign"},
    Status.INVESTIGATING: {"handle"},
    Status.PENDING_CLOSE: {"follow_up"},
    Status.CLOSED: {"second_look"},
    Status.SUPPLEMENTING: {"accept", "supplement"},
}


@pytest.fixture
def accounts(db):
    demo_accounts.ensure("hash", NOW, is_production=False)
    db.session.remove()


def seed(wanted, now=NOW):
    told = []
    with acting(SYSTEM):
        made = demo.seed_cases(wanted, now, lambda *done: told.append(done), is_production=False)
    database.session.remove()
    return made, told


def read(query):
    with acting(SYSTEM):
        return database.session.scalars(query).all()


@pytest.mark.parametrize("now", [NOW, OLD_RULE])
def test_every_row_is_what_the_real_operations_write(accounts, now):
    many = replaying.drafts(range(1, 301), 300, now)
    for draft in replaying.drafts(replaying.covering(many), 300, now):
        expected = replaying.draft_rows(draft)
        actual = replaying.real_rows(replaying.replay(draft, now))
        for name, rows in expected.items():
            assert actual[name] == rows, (draft.case["external_no"], name)


def test_three_hundred_cases_are_in_every_status_with_all_that_belongs_to_them(accounts):
    made, told = seed(300)
    assert (made, told) == (300, [(300, 300)])
    cases = read(select(Case))
    assert {case.status for case in cases} == set(Status)
    assert len({case.receipt_no for case in cases}) == 300
    assert all(is_valid_number(case.receipt_no) for case in cases)
    assert all(case.filed_at >= NOW - timedelta(days=549) for case in cases)
    assert {event.verb for event in read(select(CaseEvent))} == set(VERBS)
    assert {False, True} <= {rating.is_satisfied for rating in read(select(Evaluation))}
    assert any(case.is_overdue and case.status in OPEN for case in cases)
    assert any(case.rework_count for case in cases)


def test_their_chains_and_running_limits_are_right(accounts):
    seed(60)
    with acting(SYSTEM):
        for case in database.session.scalars(select(Case)):
            events = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
            assert chain.faults(case, database.session.scalars(events)) == []
            running = {row.kind for row in case.deadlines if row.ended_at is None}
            is_called = any(call.round == case.rework_count for call in case.follow_ups)
            wanted = RUNNING.get(Status(case.status), set())
            assert running == (set() if is_called and case.status == Status.PENDING_CLOSE else wanted)


def test_their_limits_are_those_of_the_rules(accounts):
    seed(40)
    calendar = books().calendar
    rows = read(select(Deadline).options(selectinload(Deadline.suspensions)))
    pauses = {row.id: timers.pauses_of(row) for row in rows}
    assert {row.kind for row in rows} >= {
        str(kind) for kind in ClockKind if kind not in (ClockKind.SUPPLEMENT, ClockKind.ENTER)
    }
    for row in rows:
        when = due(row.started_at, Limit(row.limit_value, row.limit_unit), calendar)
        when = moved(when, row.limit_unit, pauses[row.id], calendar)
        assert (row.due_on, row.due_at, row.is_provisional) == (when.due_on, when.due_at, when.is_provisional)
        assert row.next_check_at is None or row.next_check_at > NOW - timedelta(seconds=2)


def test_nothing_waits_to_be_sent(accounts):
    seed(60)
    rows = read(select(Message))
    assert {row.status for row in rows} == {"sent", "suppressed"}
    assert {row.reason for row in rows if row.status == "suppressed"} <= {"no_phone", "demonstration"}
    assert all(row.phone.startswith("154") for row in rows if row.phone)


def test_what_has_not_gone_out_before_now_is_suppressed(accounts):
    with acting(SYSTEM):
        teller = demo.stories(NOW, 300)
        teller.ledger.notices.now = NOW - timedelta(days=600)
        teller.ledger.serials.read()
        draft = teller.batch(3, 3)[0]
    assert {(row["status"], row["reason"]) for row in draft.messages} == {("suppressed", "demonstration")}


def test_every_filing_passes_the_checks_of_a_real_one(accounts):
    for draft in replaying.drafts(range(1, 301), 300, NOW):
        form = check_filing(draft.filing, books(), draft.case["filed_at"])
        assert form == draft.filing.form


def test_running_it_again_adds_nothing_and_a_larger_number_only_the_rest(accounts, monkeypatch):
    monkeypatch.setattr(demo, "BATCH", 8)
    assert seed(10)[1] == [(8, 10), (10, 10)]
    assert seed(None)[0] == seed(10)[0] == seed(3)[0] == 0
    assert seed(12)[0] == 2
    assert len(read(select(Case))) == 12


def test_without_a_number_there_are_three_hundred(accounts, monkeypatch):
    monkeypatch.setattr(demo, "USUAL", 4)
    assert seed(None)[0] == 4


def test_real_cases_take_the_next_numbers(accounts):
    seed(40)
    day = max(read(select(Case.filed_at)))
    before = set(read(select(Case.receipt_no)))
    filed = factories.file(day)
    assert filed.receipt_no not in before
    case = factories.read(filed.case_id)
    with acting(SYSTEM):
        numbers = database.session.scalars(
            select(Case.receipt_no).where(Case.receipt_no.like(f"{filed.receipt_no[:8]}%"))
        ).all()
    assert sorted(int(number[8:14]) for number in numbers) == list(range(1, len(numbers) + 1))
    assert case.status == Status.PENDING_ACCEPT


def test_a_demonstration_filing_repeated_by_its_system_answers_the_same_case(accounts):
    draft = replaying.drafts([3], 10, NOW)[0]
    seed(10)
    with acting(draft.filed_by):
        again = intake.file_case(draft.filing, draft.filed_by, draft.case["filed_at"])
    assert not again.is_new


def test_it_is_the_same_in_every_run(accounts):
    first, second = (replaying.drafts(range(1, 20), 19, NOW) for _ in range(2))
    assert [draft.filing for draft in first] == [draft.filing for draft in second]
    assert [draft.acts for draft in first] == [draft.acts for draft in second]


def test_officers_are_made_up_where_a_unit_has_none(accounts):
    seed(30)
    officers = read(select(Officer).where(Officer.username.like("handler%")))
    assert len(officers) > 10
    assert {row.password for row in officers} == {"hash"}
    assert all(row.phone.startswith("1540000") for row in officers)


def test_a_series_begun_by_real_cases_goes_on(accounts):
    day = china_day(replaying.drafts([1], 4, NOW)[0].case["filed_at"])
    with acting(SYSTEM):
        assert next_serial(f"receipt-{day}") == 1
        database.session.commit()
    seed(4)
    assert f"{receipt_no(day, 2)}" in read(select(Case.receipt_no))


def test_serials_that_were_not_moved_are_not_stored(db):
    serials = Serials()
    serials.read()
    serials.write()
    assert database.session.scalar(select(func.count(Counter.name)).where(Counter.name.like("receipt%"))) == 0


def test_a_notice_without_a_template_in_use_is_not_written(accounts):
    template = database.session.scalars(select(MessageTemplate).where(MessageTemplate.kind == "received")).one()
    template.is_active = False
    database.session.commit()
    database.session.remove()
    seed(3)
    assert "received" not in {row.kind for row in read(select(Message))}


def test_where_nobody_is_responsible_a_draft_stays_without_a_department(accounts):
    with acting(SYSTEM):
        teller = demo.stories(NOW, 300)
        router = teller.ledger.router
        router.books = replace(router.books, directory=replace(router.books.directory, departments={}))
        teller.ledger.serials.read()
        draft = teller.batch(1, 1)[0]
    assert draft.case["department_id"] is None
    assert draft.status in (Status.PENDING_ACCEPT, Status.PENDING_DISPATCH, Status.NOT_ACCEPTED)


def test_cases_without_any_step_are_written_too(accounts):
    with acting(SYSTEM), acting_on():
        teller = demo.stories(NOW, 300)
        teller.ledger.serials.read()
        draft = next(draft for draft in teller.batch(200, 300) if not draft.steps)
        demo.write([draft])
        database.session.commit()
    database.session.remove()
    assert read(select(Case.receipt_no)) == [draft.case["receipt_no"]]


def test_never_in_production(db):
    with pytest.raises(Refused):
        demo.seed_cases(1, NOW, print, is_production=True)


def test_not_without_the_accounts(db):
    with pytest.raises(Refused), acting(SYSTEM):
        demo.seed_cases(1, NOW, print, is_production=False)
    assert read(select(func.count(Case.id))) == [0]


def test_a_field_the_texts_do_not_know_is_answered_by_its_kind():
    assert _fallback({"type": "enum", "options": ["a", "{b}"]}) == ["a"]
    assert _fallback({"type": "date"}) == ["{date_iso}"]
    assert _fallback({"type": "text", "required": True}) == ["{org}"]
    assert _fallback({"type": "string"}) == []
