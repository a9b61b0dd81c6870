"""Questions about rules: due days with their reasons, routes with their trace, a matter's form, figures."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from app.domain.lifecycle import Status
from app.extensions import clock
from app.operations.statistics import STATISTICS
from tests import factories
from tests.doors.filings import fields


@pytest.fixture
def ask(rest):
    """Somebody who may ask about rules."""
    return rest("auditor")


@pytest.mark.parametrize(
    ("start", "value", "unit", "due_on", "due_at"),
    [
        ("2026-02-12", 3, "working_day", "2026-02-24", "2026-02-24T23:59:59+08:00"),
        ("2026-01-16", 30, "day", "2026-02-24", "2026-02-24T23:59:59+08:00"),
        ("2026-03-02T09:00:00+08:00", 24, "hour", "2026-03-03", "2026-03-03T09:00:00+08:00"),
        ("2026-03-02T01:00:00Z", 24, "hour", "2026-03-03", "2026-03-03T09:00:00+08:00"),
    ],
)
def test_a_due_day_is_explained(ask, start, value, unit, due_on, due_at):
    answer = ask("POST", "deadlines/explain", json={"start": start, "value": value, "unit": unit})
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["due_on"], body["due_at"], body["is_provisional"]) == (due_on, due_at, False)
    counted = [day for day in body["days"] if day["is_counted"]]
    assert len(counted) == (0 if unit == "hour" else value)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": "soon"}, "start"),
        ({"start": 20260212}, "start"),
        ({"start": "1949-01-01"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"start": None}, "start"),
        ({"value": 0}, "value"),
        ({"value": 10000}, "value"),
        ({"value": "3"}, "value"),
        ({"value": 1.5}, "value"),
        ({"value": True}, "value"),
        ({"unit": "natural_day"}, "unit"),
        ({"unit": ["day"]}, "unit"),
        ({"more": 1}, "more"),
    ],
)
def test_a_question_that_makes_no_sense_is_said_by_field(ask, change, field):
    question = {"start": "2026-02-12", "value": 3, "unit": "working_day", **change}
    assert fields(ask("POST", "deadlines/explain", json=question)) == {field}


def test_a_route_is_explained(ask):
    question = {"matter_code": "A10", "region_code": "410105"}
    body = ask("POST", "routes/explain", json=question).get_json()
    assert (body["department"], body["is_escalated"]) == (factories.LEAD, False)
    assert body["trace"][0]["code"] == "rule"
    escalated = ask("POST", "routes/explain", json={**question, "respondent": factories.LEAD}).get_json()
    assert escalated["department"] == "410100-SCJG"
    assert escalated["is_escalated"] is True
    assert fields(ask("POST", "routes/explain", json={"matter_code": "Z9", "region_code": "1", "respondent": "x"})) == {
        *("matter_code", "region_code", "respondent")
    }
    assert fields(ask("POST", "routes/explain", json={})) == {"matter_code", "region_code"}


def test_a_matters_form_is_a_json_schema_with_the_hash_of_its_version(ask):
    body = ask("GET", "matters/A10/form").get_json()
    assert len(body["hash"]) == 64
    Draft202012Validator.check_schema(body["schema"])
    check = Draft202012Validator(body["schema"]).is_valid
    assert check(factories.FORM)
    assert not check({**factories.FORM, "more": 1})
    for unknown in ("Z99", "1", "a10%00", "%E4%B8%8D"):
        assert ask("GET", f"matters/{unknown}/form").status_code == 404, unknown


def test_figures_are_told_within_scope(db, rest, ask):
    for status in (Status.PENDING_ACCEPT, Status.CLOSED):
        factories.case_in(status, clock.now())
    db.session.remove()
    body = ask("GET", "statistics/cases_by_status").get_json()
    assert body == {"cols": ["label", "count"], "rows": [["closed", 1], ["pending_accept", 1]]}
    unit = rest("handler")("GET", "statistics/cases_by_status").get_json()
    assert unit["rows"] == [["closed", 1]]
    assert rest("handler", at="410300-ZJ")("GET", "statistics/cases_by_status").get_json()["rows"] == []
    for name in STATISTICS:
        assert ask("GET", f"statistics/{name}").status_code == 200, name
    assert ask("GET", "statistics/nothing").status_code == 404
    assert rest("security_admin")("GET", "statistics/cases_by_status").status_code == 403


def test_figures_are_filtered_by_what_is_known(ask):
    path = "statistics/cases_by_matter"
    known = {"from": "2026-01-01", "to": "2026-12-31", "region_code": "410100", "category": "A"}
    assert ask("GET", path, query_string=known).status_code == 200
    assert fields(ask("GET", path, query_string={"from": "x", "to": "9999-12-31", "more": "1"})) == {
        "from",
        "to",
        "more",
    }
    assert ask("GET", path, query_string={"region_code": "\0"}).status_code == 400


def test_how_satisfied_people_are_is_not_told_to_units(rest):
    assert rest("handler")("GET", "statistics/satisfaction").status_code == 403
    assert rest("handler")("GET", "statistics/on_time").status_code == 200
    assert rest("supervisor")("GET", "statistics/satisfaction_by_month").status_code == 200
