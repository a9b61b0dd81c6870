"""Verification finds altered, missing and cut timelines, in all cases or in one."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from app.cli import verify as command
from app.cli.main import main
from app.domain.errors import NotFound
from app.domain.lifecycle import Status
from app.operations import verification
from app.operations.verification import verify
from tests import factories


@pytest.fixture
def cases(db):
    """Three cases with one, two and three events."""
    return [
        factories.case_in(status) for status in (Status.PENDING_ACCEPT, Status.PENDING_DISPATCH, Status.PENDING_CONFIRM)
    ]


def alter(db, *statements):
    """Change rows behind the application's back, past the triggers."""
    db.session.remove()
    guards = {
        "sqlite": ("DROP TRIGGER case_events_no_update", "DROP TRIGGER case_events_no_delete"),
        "postgresql": ("ALTER TABLE case_events DISABLE TRIGGER ALL",),
    }[db.engine.dialect.name]
    connection = db.engine.raw_connection()
    for statement in (*guards, *statements):
        connection.cursor().execute(statement)
    connection.commit()
    connection.close()


def test_untouched_timelines_verify(cases, monkeypatch):
    monkeypatch.setattr(verification, "BATCH", 2)
    told = []
    checked = verify(told=told.append)
    assert (checked.case_count, checked.event_count, checked.faults) == (3, 6, [])
    assert told == [2, 3]


def test_one_case_is_found_by_any_of_its_numbers(cases):
    case = factories.read(cases[2])
    for number in (case.receipt_no, case.case_no.lower(), f" {case.case_no[:8]}-{case.case_no[8:]} "):
        assert (verify(number).case_count, verify(number).event_count) == (1, 3)
    with pytest.raises(NotFound):
        verify("YS0000000000000")


def test_the_external_number_is_a_number_too(db):
    factories.file(source_system="hotline-a", external_no="x-1")
    assert verify("x-1").event_count == 1


def test_an_altered_event_is_found(cases, db):
    alter(db, f"UPDATE case_events SET note = 'other' WHERE case_id = {cases[1]} AND seq = 2")
    checked = verify()
    receipt_no = factories.read(cases[1]).receipt_no
    assert checked.faults == [f"{receipt_no}: event 2 was altered"]


def test_a_cut_timeline_is_found(cases, db):
    alter(db, f"DELETE FROM case_events WHERE case_id = {cases[2]} AND seq = 3")
    assert "the chain ends at 2" in verify().faults[0]


def test_a_timeline_that_is_gone_is_found(cases, db):
    alter(db, f"DELETE FROM case_events WHERE case_id = {cases[0]}")
    checked = verify(factories.read(cases[0]).receipt_no)
    assert (checked.case_count, checked.event_count) == (1, 0)
    assert "the chain ends at 0" in checked.faults[0]


@pytest.fixture
def run(app, db, monkeypatch, capsys):
    @contextmanager
    def application():
        yield app

    monkeypatch.setattr(command, "application", application)

    def run(*arguments):
        return main(["verify", *arguments]), capsys.readouterr()

    return run


def test_the_command_says_how_many(run, cases, monkeypatch):
    monkeypatch.setattr(command, "SHOWN", 3)
    status, printed = run()
    assert (status, printed.out) == (0, "3 cases, 6 events, 0 faults\n")
    assert printed.err == "3 cases checked\u2026\n"


def test_the_command_fails_where_there_is_a_fault(run, cases, db):
    alter(db, f"UPDATE case_events SET note = 'other' WHERE case_id = {cases[1]} AND seq = 2")
    status, printed = run("--json")
    data = json.loads(printed.out)
    assert (status, data["cases"], len(data["faults"])) == (1, 3, 1)
    assert run(factories.read(cases[0]).receipt_no)[0] == 0
    assert run("nothing")[0] == 1
