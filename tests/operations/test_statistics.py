"""Figures: grouped by the database, filtered, within the scope of whoever asks, alike on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid, NotFound
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import acting
from app.operations import clocks, evaluation
from app.operations.statistics import STATISTICS, figures
from tests.factories import LEAD, NOW, actor, case_in, centre, department, do, file, handler, later, lead_of, read

OTHER = "410102"  # a county of the same city
RATES = ["label", "numerator", "denominator", "percent"]


def ask(name, by=SYSTEM, **filters):
    db.session.remove()
    with acting(by):
        answer = figures(name, filters)
    db.session.remove()
    return answer["rows"]


def rate(case_id, stars):
    text = next(message.text for message in read(case_id).messages if message.kind == "rate")
    token = re.search(r"/([\w-]{16})", text)[1]
    db.session.remove()
    evaluation.submit(token, NOW, speed=stars, result=stars, manner=stars)
    db.session.remove()


@pytest.fixture
def cases(db):
    """Of LEAD: one closed and rated well, one closed and rated badly, one in hand; one elsewhere; one unclassified."""
    closed = [case_in(Status.CLOSED), case_in(Status.CLOSED)]
    rate(closed[0], 5)
    rate(closed[1], 1)
    case_in(Status.INVESTIGATING)
    file(region_code=OTHER, channel="hotline", filed_at=datetime(2026, 9, 30, 17, tzinfo=UTC))
    file(matter_code=None, form={})
    return closed


def names():
    with acting(SYSTEM):
        return {code: department(code).name for code in (LEAD, f"{OTHER}-SCJG")}


def test_cases_are_counted_by_group(cases):
    name = names()
    by_status = ask("cases_by_status")
    assert by_status[0] == ["closed", 2]
    assert dict(by_status) == {"closed": 2, "investigating": 1, "pending_accept": 1, "pending_classify": 1}
    assert dict(ask("cases_by_channel")) == {"online": 4, "hotline": 1}
    assert dict(ask("cases_by_department")) == {name[LEAD]: 3, name[f"{OTHER}-SCJG"]: 1, None: 1}
    assert sorted(count for _, count in ask("cases_by_matter")) == [1, 4]
    assert sorted(count for _, count in ask("cases_by_category")) == [1, 4]
    assert sorted(count for _, count in ask("cases_by_region")) == [1, 4]


def test_months_are_chinas(cases):
    assert ask("cases_by_month") == [["2026-10", 1], ["2026-11", 4]]


def test_rates_carry_numerator_and_denominator(cases):
    name = names()[LEAD]
    assert ask("completion") == [[name, 2, 3, 66.67]]
    assert ask("satisfaction") == [[name, 1, 2, 50.0]]
    assert ask("satisfaction_by_month") == [["2026-11", 1, 2, 50.0]]
    assert ask("on_time") == [[name, 2, 2, 100.0]]
    with acting(SYSTEM):
        assert figures("completion")["cols"] == RATES


def test_a_case_taken_back_after_acceptance_has_ended(cases):
    do(case_in(Status.INVESTIGATING), "withdraw", centre(), reason="We have come to terms.")
    do(case_in(Status.PENDING_ACCEPT), "withdraw", centre(), reason="We have come to terms.")
    assert ask("completion") == [[names()[LEAD], 3, 4, 75.0]]


def test_a_missed_limit_counts_against_its_department(cases):
    name = names()[LEAD]
    with acting(SYSTEM):
        clocks.step_due(later(60))
    assert ask("on_time") == [[name, 2, 3, 66.67]]
    assert ask("overdue_by_department") == [[name, 1, 3, 33.33]]


def test_what_was_done_late_is_not_in_time(db):
    case_id = case_in(Status.INVESTIGATING)
    facts = {"close_type": "solved", "result": "The fee was paid back.", "reply": "The fee was paid back."}
    do(case_id, "report", handler(at=lead_of(case_id)), later(60), **facts)
    assert ask("on_time") == [[names()[LEAD], 0, 1, 0.0]]


def test_nothing_to_count_is_no_rate(db):
    file()
    assert ask("on_time") == []
    assert ask("completion") == []


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 5),
        ({"from": "2026-11-24"}, 4),
        ({"to": "2026-10-01"}, 1),
        ({"to": "2026-09-30"}, 0),
        ({"from": "2026-10-01", "to": "2026-10-01"}, 1),
        ({"region_code": OTHER}, 1),
        ({"region_code": "410100"}, 5),
        ({"region_code": "410000"}, 5),
        ({"region_code": "410300"}, 0),
        ({"region_code": "999999"}, 0),
        ({"category": "A"}, 4),
        ({"category": "B"}, 0),
        ({"from": "", "to": "", "region_code": "", "category": ""}, 5),
    ],
)
def test_filters(cases, filters, count):
    assert sum(row[1] for row in ask("cases_by_status", **filters)) == count


def test_a_rate_is_filtered_by_its_cases(cases):
    assert ask("on_time", region_code="410300") == []
    assert ask("satisfaction", category="B") == []


@pytest.mark.parametrize("filters", [{"from": "soon"}, {"to": "9999-12-31"}, {"colour": "red"}])
def test_filters_that_cannot_be_used_are_named(db, filters):
    with acting(SYSTEM), pytest.raises(Invalid) as fault:
        figures("cases_by_status", filters)
    assert set(fault.value.fields) == set(filters)


def test_an_unknown_statistic_is_not_found(db):
    with acting(SYSTEM), pytest.raises(NotFound):
        figures("cases_by_colour")


@pytest.mark.parametrize("name", STATISTICS)
def test_each_is_counted_within_scope(cases, name):
    """The guard narrows each query to the actor's cases, joined children too."""
    whole = ask(name)
    assert ask(name, by=centre()) == whole
    assert ask(name, by=centre(at="410300-YSHJ")) == []
    assert ask(name, by=actor(Role.API_CLIENT)) == []
    in_unit = ask(name, by=handler())
    assert sum(map(counted, in_unit)) <= sum(map(counted, whole))


def counted(row):
    """The first number behind the labels."""
    return next(value for value in row[1:] if not isinstance(value, str))


def test_categories_by_month_add_up_to_the_months(cases):
    crossed, months = ask("cases_by_category_and_month"), dict(ask("cases_by_month"))
    assert {month: sum(row[2] for row in crossed if row[1] == month) for month in months} == months
    assert {label for label, _, _ in crossed} == set(dict(ask("cases_by_category")))


def test_a_unit_counts_what_was_assigned_to_it(cases):
    assert dict(ask("cases_by_status", by=handler())) == {"closed": 2, "investigating": 1}
    assert ask("cases_by_status", by=handler(at=f"{OTHER}-SCJG")) == []
    assert ask("on_time", by=handler(at=f"{OTHER}-SCJG")) == []
