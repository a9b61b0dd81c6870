"""Ratings and rates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from app.domain.errors import Invalid
from app.domain.scoring import METRICS, Rate, Satisfaction, Score, is_due, is_in_time, rate

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EARLIER = NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("stars", "mean", "is_satisfied"),
    [
        ((5, 5, 5), "5.00", True),
        ((3, 3, 3), "3.00", True),
        ((2, 3, 3), "2.67", False),
        ((5, 2, 5), "4.00", False),
        ((1, 5, 3), "3.00", True),
        ((1, 1, 1), "1.00", False),
    ],
)
def test_a_score(stars, mean, is_satisfied):
    score = Score(*stars)
    assert score.mean == Decimal(mean)
    assert score.is_satisfied is is_satisfied


def test_rounding_the_mean_makes_nobody_satisfied():
    for stars in product(range(1, 6), repeat=3):
        assert Score(*stars).is_satisfied is (stars[1] >= 3 and sum(stars) >= 9)


@pytest.mark.parametrize("wrong", [0, 6, -1, True, 3.0, "3", None])
def test_stars_are_one_to_five(wrong):
    with pytest.raises(Invalid) as caught:
        Score(wrong, 3, wrong)
    assert caught.value.fields == {"speed": "Give one to five stars.", "manner": "Give one to five stars."}


def test_three_of_five_answers_are_satisfied():
    assert [answer.is_satisfied for answer in Satisfaction] == [True, True, True, False, False]


def test_a_rate_keeps_its_numbers():
    assert Rate(184, 198).percent == Decimal("92.93")
    assert Rate(181, 182).percent == Decimal("99.45")
    assert Rate(1, 4).value == 0.25
    assert Rate(1, 8).percent == Decimal("12.50")


def test_nothing_to_count_is_no_rate():
    assert Rate(0, 0).value is None
    assert Rate(0, 0).percent is None


def test_the_metrics():
    counts = {
        "accepted": 100,
        "closed": 80,
        "open": 20,
        "overdue": 5,
        "due": 84,
        "closed_in_time": 78,
        "decision_due": 120,
        "decided_in_time": 118,
        "rated": 40,
        "satisfied": 39,
    }
    assert {metric: rate(metric, counts) for metric in METRICS} == {
        "completion": Rate(80, 100),
        "on_time_completion": Rate(78, 84),
        "on_time_acceptance": Rate(118, 120),
        "satisfaction": Rate(39, 40),
        "participation": Rate(40, 80),
        "overdue": Rate(5, 100),
    }


@pytest.mark.parametrize(
    ("due_at", "done_at", "counts"),
    [(EARLIER, None, True), (NOW, None, False), (NOW + timedelta(1), EARLIER, True), (EARLIER, NOW, True)],
)
def test_what_counts_as_due(due_at, done_at, counts):
    assert is_due(due_at, done_at, NOW) is counts


@pytest.mark.parametrize(("done_at", "expected"), [(None, False), (EARLIER, True), (NOW, True)])
def test_the_last_second_is_in_time(done_at, expected):
    assert is_in_time(NOW, done_at) is expected
    assert is_in_time(EARLIER, NOW) is False
