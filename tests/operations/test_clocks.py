"""The clock: each step once, at its moment, by its ladder; a bad row stops nobody."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.domain.access import SYSTEM, Role
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.batch import ImportBatch
from app.models.deadline import Deadline, DeadlineStep
from app.models.scope import acting
from app.operations import casework, clocks, heartbeats, intake, timers
from app.operations.books import books
from tests.factories import NOW, case_in, file, filing, later, officer, read, status_of

pytestmark = pytest.mark.usefixtures("db")


def tick(now):
    db.session.remove()
    with acting(SYSTEM):
        counts = clocks.step_due(now)
    db.session.remove()
    return counts


def test_nothing_is_due_at_first():
    file()
    with acting(SYSTEM):
        assert clocks.due_count(NOW) == 0
        assert clocks.due_count(later(10)) == 1
    assert tick(NOW) == Counter()


def test_silence_is_reminded_marked_and_then_counts_as_acceptance():
    for role in (Role.INTAKE, Role.PLATFORM_ADMIN):
        officer(role, at="410000-YSHJ")
    case_id = file().case_id  # Tuesday; due on Friday
    assert tick(later(1.9)) == Counter()
    assert tick(later(2)) == Counter({"remind": 1})
    assert tick(later(3)) == Counter()
    assert tick(later(4)) == Counter({"mark_overdue": 1, "deem_accepted": 1})
    case = read(case_id)
    assert (case.status, case.is_deemed_accepted, case.is_overdue) == (Status.PENDING_DISPATCH, True, True)
    kinds = {(m.kind, m.status) for m in case.messages}
    assert {("accept_due_soon", "queued"), ("overdue", "queued"), ("deemed_accepted", "queued")} <= kinds
    assert ("deemed_notice", "queued") in kinds
    accept = next(row for row in case.deadlines if row.kind == "accept")
    assert accept.overdue_at == accept.due_at + (accept.overdue_at - accept.due_at)
    assert accept.ended_at
    assert accept.next_check_at is None


def test_the_rule_of_2023_knows_no_silent_acceptance_and_escalates_twice():
    officer(Role.PLATFORM_ADMIN, at="410000-YSHJ")
    case_id = file(filed_at=later(-900)).case_id
    assert tick(NOW) == Counter({"escalate": 2, "remind": 1, "mark_overdue": 1})
    assert tick(NOW) == Counter()
    case = read(case_id)
    assert (case.status, case.escalation_level) == (Status.PENDING_ACCEPT, 2)


def test_moments_before_an_import_are_recorded_but_never_sent():
    with acting(SYSTEM):
        officer(Role.INTAKE, at="410000-YSHJ")
        batch = ImportBatch(file_name="x", sha256="0" * 64, started_at=NOW)
        db.session.add(batch)
        db.session.commit()
        row = filing(is_lenient=True, filed_at=later(-400))
        case_id = intake.file_case(row, SYSTEM, NOW, intake.Origin(batch.id)).case_id
    tick(NOW)
    assert {m.status for m in read(case_id).messages} == {"suppressed"}
    assert "before_import" in {m.reason for m in read(case_id).messages}


def test_handling_is_reminded_and_escalated_level_by_level():
    officer(Role.HANDLER)
    officer(Role.UNIT_LEADER)
    officer(Role.UNIT_LEADER, at="410100-SCJG")
    officer(Role.SUPERVISOR, at="410100-YSHJ")
    case_id = case_in(Status.INVESTIGATING)
    assert tick(later(60)) == Counter({"remind": 2, "escalate": 2, "mark_overdue": 1})
    told = {(m.kind, m.audience) for m in read(case_id).messages}
    assert {("due_soon", "unit_officers"), ("overdue", "unit_officers"), ("escalated", "unit_leader")} <= told
    up = [m for m in read(case_id).messages if m.kind == "escalated_up"]
    assert len(up) == 2  # the leader a level up, and the centre's supervisor


def test_a_closed_case_has_nothing_left_to_do():
    case_id = case_in(Status.CLOSED)
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.kind == "handle")).one()
        row.next_check_at, row.next_step, row.ended_at = NOW, "overdue", None
        db.session.commit()
    assert tick(later(1)) == Counter({"moot": 1})
    assert tick(later(1)) == Counter()


def test_a_bad_row_is_pushed_back_and_stops_nobody(monkeypatch):
    bad, good = file().case_id, file().case_id
    original = casework.carry_out

    def sometimes(case, *args):
        if case.id == bad:
            raise ZeroDivisionError
        return original(case, *args)

    monkeypatch.setattr(casework, "carry_out", sometimes)
    assert tick(later(2)) == Counter({"remind": 1, "failed": 1})
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline).where(Deadline.case_id == bad)).one()
        assert row.next_check_at == later(2) + clocks.PUSH_BACK
    monkeypatch.undo()
    assert tick(later(3)) == Counter({"remind": 1})
    assert status_of(good) == Status.PENDING_ACCEPT


def test_a_step_that_another_clock_has_taken_is_left_alone():
    file()
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline)).one()
        assert clocks._step(row.id, later(-1), later(2)) == ["raced"]


def test_a_lost_race_is_no_failure(monkeypatch):
    from sqlalchemy.orm.exc import StaleDataError

    file()

    def stale(*_):
        raise StaleDataError

    monkeypatch.setattr(casework, "carry_out", stale)
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline)).one()
        assert clocks._step(row.id, row.next_check_at, later(2)) == ["raced"]


def test_the_same_step_twice_is_refused_by_the_database():
    from sqlalchemy.exc import IntegrityError

    file()
    tick(later(2))
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline)).one()
        with pytest.raises(IntegrityError):
            timers.take(row, "remind", NOW, books())
        db.session.rollback()
        assert db.session.scalar(select(func.count(DeadlineStep.id))) == 1


def test_heartbeats():
    assert heartbeats.age("clock", NOW) is None
    heartbeats.beat("clock", NOW)
    heartbeats.beat("clock", later(1))
    assert heartbeats.age("clock", later(2)).days == 1


def test_a_step_of_an_ended_clock_plans_nothing_more():
    case_id = case_in(Status.CLOSED)
    with acting(SYSTEM):
        row = db.session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.kind == "handle")).one()
        timers.take(row, "overdue", NOW, books())
        assert row.next_check_at is None
        db.session.rollback()


def test_a_case_that_silence_accepted_and_nobody_classified_is_escalated_to_the_centre():
    officer(Role.PLATFORM_ADMIN, at="410000-YSHJ")
    case_id = case_in(Status.PENDING_CLASSIFY)
    assert tick(later(5))["deem_accepted"] == 1
    assert tick(later(90))["failed"] == 0
    case = read(case_id)
    assert (case.status, case.escalation_level) == (Status.PENDING_DISPATCH, 2)
    assert ("escalated", "unit_leader", "queued") in {(m.kind, m.audience, m.status) for m in case.messages}


def test_told_to_stop_it_ends_after_the_step_it_is_at(monkeypatch):
    for _ in range(3):
        file()
    step, calls = clocks._step, []

    def stop_then_step(*arguments):
        clocks.stopping.set()
        calls.append(arguments)
        return step(*arguments)

    monkeypatch.setattr(clocks, "_step", stop_then_step)
    try:
        assert sum(tick(later(10)).values()) > 0
    finally:
        clocks.stopping.clear()
    assert len(calls) == 1
    with acting(SYSTEM):
        assert clocks.due_count(later(10)) >= 2


def test_rows_that_others_are_at_are_left_to_the_next_round(monkeypatch):
    for _ in range(2):
        file()
    monkeypatch.setattr(clocks, "_step", lambda *_: ["raced"])
    assert tick(later(10)) == Counter({"raced": 2})
