"""Working days: the golden vectors, the laws of counting, and what is unknown."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import STATUTORY, Calendar, DayReason
from tests.domain.typed_days import CALENDAR, typed_days

DAY = timedelta(days=1)
GOLDEN = Path(__file__).with_name("workday_golden.csv")
days = st.dates(date(2021, 1, 1), date(2028, 12, 31))
counts = st.integers(1, 90)
few = settings(max_examples=200, deadline=None, database=None)


def walked(day: date, n: int) -> date:
    """Return the n-th working day after (before, for a negative n) the day, by walking."""
    step = DAY if n > 0 else -DAY
    while n:
        day += step
        n -= (1 if n > 0 else -1) * CALENDAR.is_working(day)
    return day


def test_golden_vectors() -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 600
    for row in rows:
        start, expected = date.fromisoformat(row["start"]), date.fromisoformat(row["expected"])
        n = int(row["n_workdays_after"])
        assert CALENDAR.add_working_days(start, n) == expected, row
        assert CALENDAR.working_days_between(start, expected) == n, row


@settings(max_examples=2000, deadline=None, database=None)
@given(days, st.integers(-90, 90))
def test_agrees_with_walking_day_by_day(day: date, n: int) -> None:
    assert CALENDAR.add_working_days(day, n) == walked(day, n)


@few
@given(days, counts)
def test_lands_later_and_on_a_working_day(day: date, n: int) -> None:
    landed = CALENDAR.add_working_days(day, n)
    assert landed > day
    assert CALENDAR.is_working(landed)
    assert CALENDAR.working_days_between(day, landed) == n
    assert CALENDAR.working_days_between(landed, day) == -n


@few
@given(days, counts, counts)
def test_is_additive_and_monotone(day: date, n: int, more: int) -> None:
    landed = CALENDAR.add_working_days(day, n)
    further = CALENDAR.add_working_days(day, n + more)
    assert further == CALENDAR.add_working_days(landed, more)
    assert further > landed
    assert CALENDAR.add_working_days(day + DAY * more, n) >= landed


@few
@given(days)
def test_going_back_undoes_going_forward(day: date) -> None:
    start = CALENDAR.next_working(day)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, 7), -7) == start
    assert CALENDAR.add_working_days(day, 0) == day


@few
@given(days)
def test_next_working_is_the_first_worked_day_from_here(day: date) -> None:
    landed = CALENDAR.next_working(day)
    assert CALENDAR.is_working(landed)
    assert not any(CALENDAR.is_working(day + DAY * n) for n in range((landed - day).days))


@few
@given(days)
def test_reasons_agree_with_working(day: date) -> None:
    assert CALENDAR.is_working(day) == (CALENDAR.why(day).code in {"working", "make_up"})


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-02-12", DayReason("working")),
        ("2026-02-14", DayReason("make_up")),
        ("2026-02-16", DayReason("holiday", "Spring Festival")),
        ("2026-02-15", DayReason("holiday", "Spring Festival")),
        ("2026-03-07", DayReason("weekend")),
        ("2026-05-03", DayReason("holiday", "Labour Day")),
        ("2027-05-02", DayReason("holiday", "Labour Day")),
        ("2027-05-03", DayReason("working")),
        ("2027-01-02", DayReason("weekend")),
    ],
)
def test_why(day: str, reason: DayReason) -> None:
    assert CALENDAR.why(date.fromisoformat(day)) == reason


def test_a_weekday_typed_as_work_and_a_nameless_holiday() -> None:
    calendar = Calendar({date(2026, 3, 4): ("work", ""), date(2026, 3, 5): ("off", "")})
    assert calendar.why(date(2026, 3, 4)) == DayReason("working")
    assert calendar.why(date(2026, 3, 5)) == DayReason("holiday")


def test_an_unknown_year_has_the_statutory_days_a_known_one_only_its_own() -> None:
    assert CALENDAR.known_years == frozenset({2023, 2024, 2025, 2026})
    assert not any(CALENDAR.is_working(date(2027, month, day)) for month, day in STATUTORY)
    plain = Calendar({date(2027, 3, 3): ("off", "a local holiday")})
    assert plain.is_working(date(2027, 1, 1))
    assert CALENDAR.is_known(date(2023, 1, 1), date(2026, 12, 31))
    assert not CALENDAR.is_known(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.is_known(date(2022, 12, 31), date(2023, 1, 3))


@pytest.mark.parametrize("typed", [{}, typed_days()])
def test_counts_far_outside_the_loaded_years(typed: dict[date, tuple[str, str]]) -> None:
    calendar = Calendar(typed)
    assert calendar.add_working_days(date(1949, 9, 30), 1) == date(1949, 10, 4)
    assert calendar.add_working_days(date(2099, 12, 31), 1) == date(2100, 1, 4)
    assert calendar.add_working_days(date(1950, 1, 2), -1) == date(1949, 12, 30)
    far = calendar.add_working_days(date(2026, 1, 5), 9999)
    assert calendar.working_days_between(date(2026, 1, 5), far) == 9999
    assert calendar.add_working_days(far, -9999) == date(2026, 1, 5)
    assert Calendar(typed).working_days_between(date(2031, 1, 6), date(1999, 1, 4)) < 0
