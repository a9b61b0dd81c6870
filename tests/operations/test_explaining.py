"""Answers with their reasons: due days and routes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.errors import Invalid
from app.operations.explaining import explain_deadline, explain_route, find_route, instant
from tests.factories import LEAD

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-12", datetime(2026, 2, 12, 4, tzinfo=UTC)),
        (" 2026-02-12T09:00:00+08:00 ", datetime(2026, 2, 12, 1, tzinfo=UTC)),
        ("2026-02-12T09:00", datetime(2026, 2, 12, 1, tzinfo=UTC)),
        ("2026-02-12T01:00:00Z", datetime(2026, 2, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_start_is_a_day_in_china_or_an_instant(text, expected):
    assert instant(text) == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "0001-01-01T00:00:00+08:00"])
def test_what_is_no_start_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the door has its own words
        instant(text)


def test_working_days_are_counted_over_the_spring_festival():
    answer = explain_deadline(instant("2026-02-12"), 3, "working_day")
    assert (answer["due_on"], answer["is_provisional"]) == ("2026-02-24", False)
    assert answer["start"] == "2026-02-12T12:00:00+08:00"
    assert answer["due_at"].endswith("T23:59:59+08:00")
    assert sum(line["is_counted"] for line in answer["days"]) == 3
    assert answer["days"][0]["reason"] == "start_day"
    assert answer["days"][-1]["day"] == answer["due_on"]


def test_the_contracts_examples():
    assert explain_deadline(instant("2026-01-16"), 30, "day")["due_on"] == "2026-02-24"
    assert explain_deadline(instant("2027-02-12"), 3, "working_day")["is_provisional"]


def test_hours_count_no_days():
    answer = explain_deadline(instant("2026-02-12T09:00"), 24, "hour")
    assert (answer["due_at"], answer["days"]) == ("2026-02-13T09:00:00+08:00", [])


@pytest.mark.parametrize(
    ("start", "value", "unit", "field"),
    [
        ("2026-02-12", 0, "day", "value"),
        ("2026-02-12", 3, "fortnight", "unit"),
        ("1900-01-01", 3, "day", "start"),
    ],
)
def test_limits_that_cannot_be_counted_are_refused(start, value, unit, field):
    with pytest.raises(Invalid) as fault:
        explain_deadline(instant(start), value, unit)
    assert list(fault.value.fields) == [field]


def test_a_limit_that_leaves_the_calendar_is_refused(monkeypatch):
    from app.operations import explaining

    def too_far(*_):
        raise OverflowError

    monkeypatch.setattr(explaining, "due", too_far)
    with pytest.raises(Invalid):
        explain_deadline(instant("2026-02-12"), 3, "day")


def test_a_route_is_told_with_its_trace():
    answer = explain_route("A10", "410105")
    assert (answer["department"], answer["is_escalated"]) == (LEAD, False)
    assert answer["trace"][0]["code"] == "rule"
    assert {"code", "role", "department"} <= set(answer["trace"][1])


def test_the_department_complained_about_does_not_get_the_case():
    answer = explain_route("A10", "410105", LEAD)
    assert answer["department"] == "410100-SCJG"
    assert answer["is_escalated"]


def test_codes_that_are_not_known_are_named():
    with pytest.raises(Invalid) as fault:
        find_route("Z99", "999999", "nobody")
    assert set(fault.value.fields) == {"matter_code", "region_code", "respondent"}
