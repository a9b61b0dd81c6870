"""Cases to files: all three formats, complainants masked, no cell ever a formula."""

from __future__ import annotations

import csv
import json

import pytest
from openpyxl import load_workbook

from app.domain.access import SYSTEM
from app.domain.errors import Invalid
from app.exchange.cases_out import STARTS_A_FORMULA, harmless, write
from app.models.scope import acting
from app.operations import exporting
from app.operations.exporting import COLUMNS, case_rows
from tests.factories import LEAD, Status, case_in, centre, file, handler, read

EVIL = '=HYPERLINK("http://x.invalid")'


@pytest.fixture
def rows(db):
    """Two cases as rows: one whose title would be a formula, one without matter and department."""
    file(title=EVIL, source_system="a", external_no="-1")
    file(matter_code=None, form={})
    with acting(SYSTEM):
        return list(case_rows())


def test_rows_are_masked_and_complete(rows):
    first, second = rows
    assert tuple(first) == COLUMNS
    assert (first["complainant_name"], first["complainant_phone"]) == ("W***********g", "138****1234")
    assert (first["matter_code"], first["department_code"]) == ("A10", LEAD)
    assert (second["matter_code"], second["department_code"]) == (None, None)
    assert first["filed_at"] == "2026-11-24T10:00:00+08:00"


def test_a_unit_exports_nothing_of_who_complains_in_confidence(db):
    for is_confidential, shown in ((True, ""), (False, "138****1234")):
        case_id = case_in(Status.PENDING_CONFIRM, is_confidential=is_confidential)
        with acting(handler()):
            row = list(case_rows())[-1]
        db.session.remove()
        assert row["receipt_no"] == read(case_id).receipt_no
        assert row["complainant_phone"] == shown
        assert bool(row["complainant_name"]) is bool(shown)


def test_rows_come_in_batches_and_within_scope(rows, db, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 1)
    with acting(SYSTEM):
        assert len(list(case_rows())) == 2
    db.session.remove()
    with acting(centre(at="410300-YSHJ")):
        assert list(case_rows()) == []


def test_nobody_waits_while_rows_are_written_out(rows, db, monkeypatch):
    """An export holds no transaction between rows (on SQLite it would be the write lock)."""
    monkeypatch.setattr(exporting, "BATCH", 1)
    with acting(SYSTEM):
        steps = case_rows()
        next(steps)
        assert not db.session().in_transaction()
        steps.close()


def test_jsonl(rows, tmp_path):
    path = tmp_path / "out.jsonl"
    assert write(path, rows, list(COLUMNS)) == 2
    assert [json.loads(line)["title"] for line in path.read_text().splitlines()] == [row["title"] for row in rows]


def test_csv(rows, tmp_path):
    path = tmp_path / "out.CSV"
    assert write(path, rows, list(COLUMNS)) == 2
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first, second = csv.DictReader(lines)
    assert (first["title"], first["external_no"]) == (f"'{EVIL}", "'-1")
    assert second["matter_code"] == ""


def test_xlsx(rows, tmp_path):
    path = tmp_path / "out.xlsx"
    rows[1]["title"] = "a\x01b\nc"
    assert write(path, rows, list(COLUMNS)) == 2
    book = load_workbook(path)
    cells = {name: book.active.cell(2, number) for number, name in enumerate(COLUMNS, 1)}
    assert (cells["title"].value, cells["title"].data_type, cells["title"].quotePrefix) == (EVIL, "s", True)
    assert cells["external_no"].data_type == "s"
    assert book.active.cell(3, COLUMNS.index("title") + 1).value == "ab\nc"


def test_other_names_are_refused(tmp_path):
    with pytest.raises(Invalid, match="ends in"):
        write(tmp_path / "out.doc", [], [])


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
def test_no_text_is_taken_for_a_formula(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"  {start}1") == f"'  {start}1"


def test_plain_texts_stay_as_they_are():
    assert harmless("a=b") == "a=b"
    assert harmless("") == ""
