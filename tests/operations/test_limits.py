"""How limits stand: running, soon, late, still, met; how much of the time is used; which one is the nearest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.models.scope import acting
from app.operations import limits
from tests import factories

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def stands(case_id, now):
    with acting(SYSTEM):
        case = factories.read(case_id)
        found = limits.standings(case, now)
        return found, limits.nearest(case, found)


@pytest.mark.parametrize(
    ("later", "state", "tone", "left", "used"),
    [
        (timedelta(0), "running", "good", 3, 0),
        (timedelta(days=1), "running", "soon", 2, 28),
        (timedelta(days=3), "running", "soon", 0, 84),
        (timedelta(days=4), "late", "late", -1, 100),
    ],
)
def test_a_limit_runs_out(db, later, state, tone, left, used):
    case_id = factories.case_in(Status.PENDING_ACCEPT, MONDAY)
    (only,), nearest = stands(case_id, MONDAY + later)
    assert (only.state, only.tone, only.days_left, only.used) == (state, tone, left, used)
    assert only.is_late is (state == "late")
    assert nearest == only


def test_what_runs_comes_first_and_the_first_to_run_out_is_the_nearest(db):
    case_id = factories.case_in(Status.PENDING_CONFIRM, MONDAY)
    found, nearest = stands(case_id, MONDAY)
    assert [each.state for each in found] == ["running", "running", "met"]
    assert (nearest.row.kind, found[1].row.kind, found[2].row.kind) == ("sign", "handle", "accept")
    assert (found[2].tone, found[2].days_left) == ("calm", None)


def test_a_clock_that_stands_still_is_not_the_nearest(db):
    case_id = factories.case_in(Status.SUPPLEMENTING, MONDAY)
    found, nearest = stands(case_id, MONDAY + timedelta(days=9))
    assert nearest.row.kind == "supplement"
    still = next(each for each in found if each.state == "still")
    assert (still.row.kind, still.days_left, still.used) == ("accept", None, 0)


def test_a_closed_case_counts_nothing_down_and_a_withdrawn_one_ends_its_limits(db):
    _, nearest = stands(factories.case_in(Status.CLOSED, MONDAY), MONDAY + timedelta(days=300))
    assert nearest is None
    found, nearest = stands(factories.case_in(Status.WITHDRAWN, MONDAY), MONDAY)
    assert ({each.state for each in found}, nearest) == ({"ended"}, None)


def test_a_limit_without_any_time_is_used_up(db):
    case_id = factories.case_in(Status.PENDING_ACCEPT, MONDAY)
    with acting(SYSTEM):
        case = factories.read(case_id)
        case.deadlines[0].due_at = case.deadlines[0].started_at
        (only,) = limits.standings(case, MONDAY)
        assert only.used == 100
