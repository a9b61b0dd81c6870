"""Due times: the golden cases of the law, the laws of limits, explanations, and the ladder of steps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import CHINA
from app.domain.deadlines import (
    DayLine,
    Limit,
    LimitUnit,
    Pause,
    Step,
    china_day,
    due,
    explain,
    moved,
    next_step,
    parse_limit,
    plan,
    step_at,
)
from app.domain.errors import Invalid
from tests.domain.typed_days import CALENDAR, on

LADDER = (
    Step("overdue", 0, "mark_overdue", "handler"),
    Step("up", 3, "escalate", "superior"),
    Step("early", -3, "remind", "handler"),
    Step("late", -1, "remind", "handler"),
    Step("leader", 1, "escalate", "leader"),
)
starts = st.datetimes(datetime(2022, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(["working_day", "day"]))
few = settings(max_examples=300, deadline=None, database=None)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2023-07-06", "5wd", "2023-07-13"),
        ("2026-02-12", "3wd", "2026-02-24"),
        ("2026-02-13", "5wd", "2026-02-27"),
        ("2026-02-14", "5wd", "2026-02-28"),
        ("2026-04-30", "5wd", "2026-05-11"),
        ("2026-09-24", "5wd", "2026-10-09"),
        ("2026-09-29", "5wd", "2026-10-12"),
        ("2026-11-23", "3wd", "2026-11-26"),
        ("2026-01-16", "30d", "2026-02-24"),
        ("2026-09-01", "30d", "2026-10-08"),
        ("2026-12-01", "30d", "2026-12-31"),
    ],
)
def test_golden_cases(start: str, limit: str, expected: str) -> None:
    found = due(on(start), parse_limit(limit), CALENDAR)
    assert found.due_on == date.fromisoformat(expected)
    assert found.due_at == on(expected, "23:59:59")
    assert found.due_at.tzinfo is UTC
    assert not found.is_provisional


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-12-30", "5wd", "2027-01-07"),
        ("2026-12-20", "30d", "2027-01-19"),
        ("2022-12-20", "5wd", "2022-12-27"),
        ("2022-12-29", "3wd", "2023-01-04"),
    ],
)
def test_what_rests_on_an_unknown_year_is_provisional(start: str, limit: str, expected: str) -> None:
    found = due(on(start), parse_limit(limit), CALENDAR)
    assert (found.due_on, found.is_provisional) == (date.fromisoformat(expected), True)


@pytest.mark.parametrize(("start", "limit"), [("2022-12-31", "3wd"), ("2022-12-20", "30d"), ("2030-05-01", "9h")])
def test_only_days_looked_at_make_it_provisional(start: str, limit: str) -> None:
    assert not due(on(start), parse_limit(limit), CALENDAR).is_provisional


def test_the_starting_day_is_the_day_in_china() -> None:
    before_midnight, midnight = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (15, 16))
    assert (china_day(before_midnight), china_day(midnight)) == (date(2026, 11, 23), date(2026, 11, 24))
    limit = parse_limit("3wd")
    assert due(before_midnight, limit, CALENDAR).due_on == date(2026, 11, 26)
    assert due(midnight, limit, CALENDAR).due_on == date(2026, 11, 27)


def test_hours_run_to_the_instant_without_rolling() -> None:
    start = on("2026-02-13", "18:30")
    found = due(start, parse_limit("24h"), CALENDAR)
    assert found.due_at == start + timedelta(hours=24)
    assert (found.due_on, found.due_at.tzinfo) == (date(2026, 2, 14), UTC)
    assert explain(start, parse_limit("24h"), CALENDAR) == ()


@few
@given(starts, limits, st.integers(1, 30))
def test_due_lands_later_on_a_working_day_and_never_earlier_for_more(start: datetime, limit: Limit, more: int) -> None:
    found = due(start, limit, CALENDAR)
    assert CALENDAR.is_working(found.due_on)
    assert found.due_at > found.start_at == start
    assert due(start, Limit(limit.value + more, limit.unit), CALENDAR).due_on >= found.due_on
    assert due(start + timedelta(hours=more), limit, CALENDAR).due_on >= found.due_on


@few
@given(starts, limits)
def test_an_explanation_counts_as_many_days_as_the_limit_has(start: datetime, limit: Limit) -> None:
    found, lines = due(start, limit, CALENDAR), explain(start, limit, CALENDAR)
    assert sum(line.is_counted for line in lines) == limit.value
    assert (lines[0].day, lines[-1].day) == (china_day(start), found.due_on)
    assert lines[0][1:3] == (False, "start_day")
    assert len(lines) == (found.due_on - lines[0].day).days + 1


def test_an_explanation_of_a_rolled_limit() -> None:
    lines = explain(on("2026-01-16"), parse_limit("30d"), CALENDAR)
    assert lines[29] == DayLine(date(2026, 2, 14), True, "make_up", "", True)
    assert lines[30] == DayLine(date(2026, 2, 15), True, "holiday", "Spring Festival", True)
    assert {line[1:4] for line in lines[31:-1]} == {(False, "holiday", "Spring Festival")}
    assert lines[-1] == DayLine(date(2026, 2, 24), False, "rolled_to", "", True)


def test_an_explanation_of_working_days_into_an_unknown_year() -> None:
    lines = explain(on("2026-12-30"), parse_limit("5wd"), CALENDAR)
    assert lines[1] == DayLine(date(2026, 12, 31), True, "working", "", True)
    assert lines[2] == DayLine(date(2027, 1, 1), False, "holiday", "New Year's Day", False)
    assert lines[3] == DayLine(date(2027, 1, 2), False, "weekend", "", False)


@pytest.mark.parametrize("text", ["3wd", "30d", "24h", "9999d"])
def test_a_limit_reads_back(text: str) -> None:
    assert str(parse_limit(f" {text.upper()} ")) == text


@pytest.mark.parametrize("text", ["", "3", "wd", "-1d", "3 wd", "10000d", "1.5h", "3wd 4d", "\u0663d"])
def test_other_writings_are_invalid(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_limit(text)
    assert list(caught.value.fields) == ["limit"]


@pytest.mark.parametrize(
    ("value", "unit", "field"), [(0, "day", "value"), (10000, "hour", "value"), (1, "month", "unit")]
)
def test_a_limit_that_cannot_be_counted_is_invalid(value: int, unit: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Limit(value, unit)
    assert list(caught.value.fields) == [field]


def test_a_unit_may_be_a_member_or_its_text() -> None:
    assert Limit(3, LimitUnit.HOUR) == Limit(3, "hour") == parse_limit("3h")


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(1949, 12, 31, tzinfo=UTC),
    ],
)
def test_an_unusable_start_is_invalid(start: datetime) -> None:
    for compute in (due, explain):
        with pytest.raises(Invalid) as caught:
            compute(start, parse_limit("9999wd"), CALENDAR)
        assert list(caught.value.fields) == ["start"]


def test_the_last_start_and_the_longest_limit_still_count() -> None:
    assert due(on("2100-12-31"), parse_limit("9999wd"), CALENDAR).due_on.year == 2139


def test_a_ladder_in_order_of_time() -> None:
    found = plan(due(on("2026-02-02"), parse_limit("10wd"), CALENDAR), LADDER, CALENDAR)
    assert [(step.code, at) for step, at in found] == [
        ("early", on("2026-02-11", "09:00")),
        ("late", on("2026-02-13", "09:00")),
        ("overdue", on("2026-02-15", "00:00")),
        ("leader", on("2026-02-24", "09:00")),
        ("up", on("2026-02-26", "09:00")),
    ]


def test_a_step_at_or_before_the_start_is_dropped() -> None:
    limit = parse_limit("1wd")
    for clock, first in (("08:59", "late"), ("09:00", "overdue"), ("09:01", "overdue")):
        start = on("2026-11-23", clock)
        assert plan(due(start, limit, CALENDAR), LADDER, CALENDAR)[0][0].code == first


def test_steps_around_a_limit_in_hours() -> None:
    found = due(on("2026-11-27", "15:00"), parse_limit("24h"), CALENDAR)
    at = {step.code: step_at(step, found, CALENDAR) for step in LADDER}
    assert at["overdue"] == on("2026-11-28", "15:00:01")
    assert at["late"] == on("2026-11-27", "09:00")
    assert at["leader"] == on("2026-11-30", "09:00")


@few
@given(starts, limits)
def test_a_plan_lies_after_the_start_and_in_order(start: datetime, limit: Limit) -> None:
    found = due(start, limit, CALENDAR)
    steps = plan(found, LADDER, CALENDAR)
    times = [at for _, at in steps]
    assert times == sorted(times)
    assert times[0] > start
    assert [step.code for step, at in steps if at > found.due_at] == ["overdue", "leader", "up"]


def test_the_next_step_is_the_first_not_taken() -> None:
    steps = plan(due(on("2026-02-02"), parse_limit("10wd"), CALENDAR), LADDER, CALENDAR)
    assert next_step(steps, set()) == steps[0]
    assert next_step(steps, {"early", "overdue"}) == steps[1]
    assert next_step(steps, {step.code for step in LADDER}) is None


@given(
    start=st.dates(date(2023, 1, 2), date(2025, 6, 1)),
    n=st.integers(1, 40),
    after=st.integers(0, 20),
    length=st.integers(0, 40),
)
def test_a_pause_of_k_working_days_moves_the_due_day_by_k(start, n, after, length):
    calendar = CALENDAR
    at = datetime.combine(start, time(12), CHINA)
    limit = Limit(n, "working_day")
    since, until = at + timedelta(days=after), at + timedelta(days=after + length)
    pause = Pause(since, until)
    before = due(at, limit, calendar)
    later = moved(before, limit.unit, [pause], calendar)
    k = calendar.working_days_between(since.date(), until.date())
    assert calendar.working_days_between(before.due_on, later.due_on) == k


def test_pauses_of_other_units():
    calendar = CALENDAR
    at = datetime(2024, 5, 6, 12, tzinfo=CHINA)
    pause = Pause(at + timedelta(days=1), at + timedelta(days=4))
    days = moved(due(at, Limit(30, "day"), calendar), "day", [pause], calendar)
    assert days.due_on == date(2024, 6, 11)  # 8 June is a Saturday before the Dragon Boat holiday
    lines = explain(at, Limit(30, "day"), calendar, [pause])
    assert sum(line.is_counted for line in lines) == 30
    assert [line.reason for line in lines].count("suspended") == 3
    hours = moved(due(at, Limit(24, "hour"), calendar), "hour", [pause], calendar)
    assert hours.due_at == at + timedelta(days=4)
