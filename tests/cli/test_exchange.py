"""Commands import cases and export cases: what they print and their exit status."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from app.cli import exchange
from app.cli.main import main


@pytest.fixture(autouse=True)
def in_the_app(db, monkeypatch):
    @contextmanager
    def application():
        yield

    monkeypatch.setattr(exchange, "application", application)


@pytest.fixture
def run(capsys):
    def command(*arguments):
        status = main([str(each) for each in arguments])
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


@pytest.fixture
def old(tmp_path):
    def write(count, *extra):
        good = {"channel": "history", "region_code": "410105", "title": "A title", "body": "A body"}
        rows = [{**good, "source_system": "board", "external_no": str(n)} for n in range(count)]
        path = tmp_path / "old.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *extra]))
        return path

    return write


def test_a_good_file_twice(run, old):
    path = old(3)
    assert run("import", "cases", path)[:2] == (0, "3 rows: 3 filed, 0 filed before, 0 refused\n")
    assert run("import", "cases", path)[:2] == (0, "3 rows: 0 filed, 3 filed before, 0 refused\n")


def test_a_dry_run(run, old):
    status, out, _ = run("import", "cases", old(2), "--dry-run")
    assert (status, out) == (0, "Dry run, nothing written. 2 rows: 2 filed, 0 filed before, 0 refused\n")


def test_bad_rows_are_listed_and_make_the_status_1(run, old):
    status, out, _ = run("import", "cases", old(1, *({"title": "", "colour": "red"} for _ in range(25))))
    lines = out.splitlines()
    assert status == 1
    assert lines[0].startswith("line 2: title: Please fill this in.")
    assert lines[20] == "… and 5 more (--json shows up to 1,000)"
    assert lines[21] == "Columns without a meaning here, not read: colour"
    assert lines[22] == "26 rows: 1 filed, 0 filed before, 25 refused"


def test_an_import_as_json(run, old):
    status, out, _ = run("import", "cases", old(1, {"title": "x"}), "--json")
    answer = json.loads(out)
    assert (status, answer["filed"], answer["failed"], answer["unused_columns"]) == (1, 1, 1, [])
    assert answer["errors"][0]["line"] == 2


def test_progress_is_told_every_second(run, old, monkeypatch):
    moments = iter(range(100))
    monkeypatch.setattr(exchange.time, "monotonic", lambda: next(moments))
    out = run("import", "cases", old(2))[1]
    assert out.splitlines()[0] == "1 rows: 1 filed, 0 filed before, 0 refused, 1 rows/s"


def test_files_that_cannot_be_read(run, tmp_path):
    assert run("import", "cases", tmp_path / "none.csv")[0] == 1
    assert run("import", "cases", tmp_path / "old.doc")[0] == 1


def test_an_export(run, old, tmp_path):
    run("import", "cases", old(2))
    target = tmp_path / "out.jsonl"
    assert run("export", "cases", "--to", target)[:2] == (0, f"2 cases written to {target}\n")
    assert len(target.read_text().splitlines()) == 2
    assert run("export", "cases", "--to", tmp_path / "out.doc")[0] == 1
