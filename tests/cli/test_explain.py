"""Commands deadline and route: answers with reasons, line by line too; exit 0, 1 and 2."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager

import pytest

from app.cli import explain
from app.cli.main import main
from tests.factories import LEAD


@pytest.fixture(autouse=True)
def in_the_app(db, monkeypatch):
    @contextmanager
    def application():
        yield

    monkeypatch.setattr(explain, "application", application)


@pytest.fixture
def run(capsys, monkeypatch):
    def command(*arguments, lines=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        try:
            status = main(list(arguments))
        except SystemExit as stop:
            status = stop.code
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


def test_a_deadline_is_told_with_its_days(run):
    status, out, _ = run("deadline", "2026-02-12", "3wd")
    lines = out.splitlines()
    assert (status, lines[0]) == (0, "2026-02-24")
    assert sum(" + " in line for line in lines) == 3
    assert any("2026-02-14" in line and "make_up" in line for line in lines)


def test_a_deadline_of_hours_is_an_instant(run):
    assert run("deadline", "2026-02-12T09:00", "24h")[1].startswith("2026-02-13T09:00:00+08:00")


def test_a_provisional_deadline_says_so(run):
    assert "provisional" in run("deadline", "2027-02-12", "3wd")[1]


def test_a_deadline_as_json(run):
    status, out, _ = run("deadline", "2026-01-16", "30d", "--json")
    answer = json.loads(out)
    assert (status, answer["due_on"], answer["is_provisional"]) == (0, "2026-02-24", False)


@pytest.mark.parametrize("arguments", [("tomorrow", "3wd"), ("2026-02-12", "3 weeks"), ("2026-02-12", "0d")])
def test_a_deadline_that_cannot_be_answered(run, arguments):
    status, out, err = run("deadline", *arguments)
    assert (status, out) == (1, "")
    assert err


@pytest.mark.parametrize("arguments", [("deadline", "2026-02-12"), ("route", "--matter", "A10"), ("route",)])
def test_wrong_usage(run, arguments):
    assert run(*arguments)[0] == 2


def test_deadlines_line_by_line(run):
    lines = "2026-02-12 3wd\n\nnonsense\n2026-02-30 3wd\n2027-02-12 3wd\n2026-01-16 30d\n2100-12-31 9999wd\n"
    status, out, err = run("deadline", "-", lines=lines)
    answers = out.splitlines()
    assert status == 1
    assert answers[0] == "2026-02-12 3wd 2026-02-24"
    assert answers[1].endswith(" provisional")
    assert answers[2] == "2026-01-16 30d 2026-02-24"
    assert [line.partition(":")[0] for line in err.splitlines()][:2] == ["line 3", "line 4"]


def test_a_limit_that_leaves_the_calendar_is_named(run, monkeypatch):
    def too_far(*_):
        raise OverflowError

    monkeypatch.setattr("app.domain.deadlines.due", too_far)
    status, out, err = run("deadline", "-", lines="2026-02-12 3wd\n")
    assert (status, out, err) == (1, "", "line 1: line: The limit reaches too far.\n")


def test_a_route_is_told_with_its_trace(run):
    status, out, _ = run("route", "--matter", "A10", "--region", "410105")
    lines = out.splitlines()
    assert (status, lines[0]) == (0, LEAD)
    assert any(line.strip().startswith("rule:") for line in lines)


def test_a_route_goes_up_from_the_respondent(run):
    out = run("route", "--matter", "A10", "--region", "410105", "--respondent", LEAD, "--json")[1]
    assert json.loads(out)["department"] == "410100-SCJG"


def test_a_route_with_unknown_codes(run):
    status, _, err = run("route", "--matter", "Z99", "--region", "410105")
    assert status == 1
    assert "matter_code" in err


def test_routes_line_by_line(run):
    lines = f"A10 410105\nA10\nA10 410105 {LEAD}\nA10 999999\n"
    status, out, err = run("route", "-", lines=lines)
    assert (status, out.splitlines()) == (1, [f"A10 410105 {LEAD}", "A10 410105 410100-SCJG", "A10 999999 -"])
    assert [line.partition(":")[0] for line in err.splitlines()] == ["line 2"]


def test_all_lines_answered_is_done(run):
    assert run("route", "-", lines="A10 410105\n")[0] == 0
