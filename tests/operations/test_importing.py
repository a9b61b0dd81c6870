"""Imports: each row by itself, nothing twice, errors by line; a dry run counts the same and writes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, OperationalError

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid
from app.extensions import db
from app.models.batch import ImportBatch
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.scope import acting
from app.operations import importing
from app.operations.filing import ComplainantFacts, RespondentFacts
from app.operations.importing import KEPT_ERRORS, Candidate, Tally, dry_run, run_import
from tests.factories import NOW, actor, filing, later, read

pytestmark = pytest.mark.usefixtures("db")


def row(number=None, **changes):
    external = {"source_system": "board", "external_no": f"B-{number}"} if number is not None else {}
    old = {"is_lenient": True, "filed_at": later(-900), "form": {}, "respondent": RespondentFacts()}
    return Candidate(filing(**old | external | changes))


def wrong(**changes):
    return row(**{"body": " ", **changes})


def numbered(*rows):
    return list(enumerate(rows, 2))


def last(steps):
    return list(steps)[-1]


def imported(*rows, by=SYSTEM, now=lambda: NOW):
    with acting(by):
        return last(run_import(numbered(*rows), "old.csv", "0" * 64, by, now))


def rehearsed(*rows):
    with acting(SYSTEM):
        return last(dry_run(numbered(*rows), SYSTEM, NOW))


def counts(tally):
    return tally.rows, tally.filed, tally.repeated, tally.failed


def how_many(model):
    db.session.remove()
    with acting(SYSTEM):
        return db.session.scalar(select(func.count()).select_from(model))


MIXED = (
    row(1),
    row(2),
    row(2),
    row(2, title="Another title"),
    row(title="No number"),
    row(title="No number"),
    wrong(),
    Invalid({"filed_at": "Give a time such as 2026-03-02 09:30."}),
)


def test_good_rows_are_filed_and_bad_ones_named_by_line():
    tally = imported(*MIXED)
    assert counts(tally) == (8, 3, 2, 3)
    assert tally.errors == [
        {"line": 5, "fields": {"duplicate": "This external number was filed before with other content."}},
        {"line": 8, "fields": {"body": "Please fill this in."}},
        {"line": 9, "fields": {"filed_at": "Give a time such as 2026-03-02 09:30."}},
    ]


def test_a_dry_run_counts_the_same_and_writes_nothing():
    dry, tally = rehearsed(*MIXED), imported(*MIXED[:2])
    assert (counts(dry), dry.batch_id, tally.filed) == ((8, 3, 2, 3), None, 2)
    assert [error["line"] for error in dry.errors] == [5, 8, 9]
    assert counts(rehearsed(*MIXED)) == (8, 1, 4, 3)
    assert (how_many(Case), how_many(ImportBatch)) == (2, 1)


def test_a_second_import_of_the_same_rows_files_nothing():
    rows = (row(1), row(title="No number"))
    imported(*rows)
    assert counts(imported(*rows)) == (2, 0, 2, 0)
    assert how_many(Case) == 2


def test_a_run_that_was_killed_is_simply_run_again():
    with acting(SYSTEM):
        steps = run_import(numbered(row(1), row(2), row(3)), "old.csv", "0" * 64, SYSTEM, lambda: NOW)
        next(steps)
        next(steps)
        steps.close()
    assert how_many(Case) == 2
    assert counts(imported(row(1), row(2), row(3))) == (3, 1, 2, 0)
    with acting(SYSTEM):
        batches = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id)).all()
        assert [batch.finished_at is None for batch in batches] == [True, False]


def test_the_batch_keeps_counts_times_and_errors():
    moments = iter([NOW, NOW, NOW, NOW, later(1)])  # opened, three rows, finished
    tally = imported(row(1), wrong(), row(2), now=lambda: next(moments))
    with acting(SYSTEM):
        batch = db.session.get_one(ImportBatch, tally.batch_id)
        assert (batch.file_name, batch.sha256, batch.user_id) == ("old.csv", "0" * 64, None)
        assert (batch.started_at, batch.finished_at) == (NOW, later(1))
        assert (batch.row_count, batch.filed_count, batch.repeated_count, batch.failed_count) == (3, 2, 0, 1)
        assert batch.errors == tally.errors


def test_a_file_that_cannot_be_read_leaves_no_batch():
    def unreadable():
        raise Invalid({"file": "The workbook is damaged."})
        yield

    with acting(SYSTEM), pytest.raises(Invalid):
        list(run_import(unreadable(), "x", "0" * 64, SYSTEM, lambda: NOW))
    assert how_many(ImportBatch) == 0


def test_an_empty_file_is_a_finished_batch():
    assert counts(imported()) == (0, 0, 0, 0)
    assert how_many(ImportBatch) == 1


def test_the_reply_becomes_a_note_at_its_time():
    given = replace(row(1), reply="Dear citizen", replied_at=later(-890))
    imported(given)
    with acting(SYSTEM):
        note = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "note")).one()
        assert (note.note, note.happened_at) == ("Dear citizen", later(-890))


@pytest.mark.parametrize("reply", ["a\x00b", "\ud800", "x" * 100_001], ids=["nul", "surrogate", "long"])
def test_a_reply_that_cannot_be_kept_fails_its_row(reply):
    for take in (rehearsed, imported):
        tally = take(replace(row(1), reply=reply), row(2))
        assert (counts(tally), list(tally.errors[0]["fields"])) == ((2, 1, 0, 1), ["reply"])


def test_imported_cases_are_marked_and_tell_nobody():
    imported(row(1, complainant=ComplainantFacts(name="somebody", phone="13812341234")))
    with acting(SYSTEM):
        case_id = db.session.scalars(select(Case.id)).one()
    case = read(case_id)
    assert (case.is_incomplete, case.import_batch_id is not None) == (True, True)
    assert case.filed_at == later(-900)
    assert {(m.status, m.reason) for m in case.messages} == {("suppressed", "imported")}


def test_a_role_that_may_not_file_fails_every_row():
    tally = imported(row(1), row(2), by=actor(Role.AUDITOR))
    assert (counts(tally), list(tally.errors[0]["fields"])) == ((2, 0, 0, 2), ["role"])


def test_what_the_database_refuses_of_a_row_is_that_rows_error(monkeypatch, caplog):
    real = importing.file_case

    def fussy(given, *rest):
        if given.title == "odd":
            raise DataError("INSERT", {"title": "odd and secret"}, Exception("too odd"))
        return real(given, *rest)

    monkeypatch.setattr(importing, "file_case", fussy)
    tally = imported(row(1), row(2, title="odd"), row(3))
    assert counts(tally) == (3, 2, 0, 1)
    assert tally.errors == [{"line": 3, "fields": {"row": "The row could not be stored."}}]
    assert "secret" not in caplog.text


def test_a_database_that_fails_ends_the_run(monkeypatch):
    def down(*_):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(importing, "file_case", down)
    with pytest.raises(OperationalError):
        imported(row(1))


def test_errors_beyond_the_bound_are_counted_only():
    tally = Tally()
    for line in range(KEPT_ERRORS + 5):
        tally.fail(line, Invalid({"title": "Please fill this in."}))
    assert (tally.failed, len(tally.errors)) == (KEPT_ERRORS + 5, KEPT_ERRORS)


def test_rows_are_forgotten_on_the_way(monkeypatch):
    monkeypatch.setattr(importing, "FORGET_EVERY", 2)
    assert counts(imported(row(1), row(2), row(3))) == (3, 3, 0, 0)
