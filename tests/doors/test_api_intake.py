"""Filing by REST: answered, repeated with the same answer, and every fault told with its field."""

from __future__ import annotations

import re

import pytest

from app.domain.access import SYSTEM
from app.extensions import clock
from app.models.api_client import ApiClient
from app.models.case import Case
from app.models.officer import Officer
from app.models.scope import acting
from tests import factories
from tests.doors.clients import ALL
from tests.doors.filings import BODY, changed, fields, numbered, without


@pytest.fixture
def hotline(rest):
    """A client without a system name of its own."""
    return rest("api_client")


def cases(db):
    db.session.remove()
    with acting(SYSTEM):
        return db.session.query(Case).count()


def test_a_filing_is_answered_with_all_that_the_caller_needs(hotline):
    answer = hotline("POST", "cases/", json=BODY)
    assert answer.status_code == 201
    filed = answer.get_json()
    assert set(filed) == {"id", "receipt_no", "query_code", "status", "department", "deadlines"}
    assert re.fullmatch(r"TS\d{13}", filed["receipt_no"])
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", filed["query_code"])
    assert (filed["status"], filed["department"]) == ("pending_accept", factories.LEAD)
    (limit,) = filed["deadlines"]
    assert (limit["kind"], limit["is_provisional"]) == ("accept", False)
    assert limit["due_at"] == f"{limit['due_on']}T23:59:59+08:00"


def test_text_is_answered_as_utf_8_not_escaped(hotline):
    case_id = hotline("POST", "cases/", json=BODY).get_json()["id"]
    answer = hotline("GET", f"cases/{case_id}")
    assert "清单外收费".encode() in answer.data
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    case = answer.get_json()["result"]
    assert case["filed_at"].endswith("+08:00")
    assert case["form"] == BODY["form"]
    assert case["complainant"] == {"kind": "person", "anonymous": False, "name": "王*明", "phone": "138****1234"}
    assert (case["matter"]["code"], case["department"]["code"]) == ("A10", factories.LEAD)
    assert "13812341234" not in answer.text


def test_a_repeat_gets_the_same_answer_and_the_code_only_once(db, hotline):
    first = hotline("POST", "cases/", json=numbered("1"))
    again = hotline("POST", "cases/", json=numbered("1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == {**first.get_json(), "query_code": None}
    assert cases(db) == 1


def test_the_same_number_with_other_content_is_refused(db, hotline):
    hotline("POST", "cases/", json=numbered("1"))
    answer = hotline("POST", "cases/", json=numbered("1", title="另一件事"))
    assert answer.status_code == 409
    assert [line["code"] for line in answer.get_json()["reasons"]] == ["duplicate"]
    assert cases(db) == 1


def test_the_same_number_from_another_client_is_refused_and_tells_nothing(hotline, rest):
    filed = hotline("POST", "cases/", json=numbered("1")).get_json()
    answer = rest("api_client")("POST", "cases/", json=numbered("1"))
    assert answer.status_code == 409
    assert filed["receipt_no"] not in answer.text


@pytest.mark.parametrize("matter", ["Z99", "", None, "no such matter"])
def test_an_unknown_matter_waits_to_be_classified(hotline, matter):
    answer = hotline("POST", "cases/", json={**BODY, "matter_code": matter})
    assert answer.status_code == 201
    assert (answer.get_json()["status"], answer.get_json()["department"]) == ("pending_classify", None)


def test_without_a_matter_and_without_a_form_it_waits_too(hotline):
    assert hotline("POST", "cases/", json=without("matter_code", "form")).status_code == 201


def test_an_anonymous_complainant_needs_neither_name_nor_phone(hotline):
    body = {**BODY, "complainant": {"kind": "company", "anonymous": True}}
    case_id = hotline("POST", "cases/", json=body).get_json()["id"]
    shown = hotline("GET", f"cases/{case_id}").get_json()["result"]["complainant"]
    assert shown == {"kind": "company", "anonymous": True, "name": "", "phone": ""}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("channel", "smoke", "channel"),
        ("channel", None, "channel"),
        ("channel", 1, "channel"),
        ("matter_code", 7, "matter_code"),
        ("region_code", "999999", "region_code"),
        ("region_code", ["410105"], "region_code"),
        ("title", "", "title"),
        ("title", "x" * 101, "title"),
        ("title", {"a": 1}, "title"),
        ("body", "x" * 5001, "body"),
        ("body", True, "body"),
        ("occurred_on", "08.10.2026", "occurred_on"),
        ("occurred_on", "2999-01-01", "occurred_on"),
        ("occurred_on", 20261008, "occurred_on"),
        ("respondent", "某局", "respondent"),
        ("respondent", {}, "respondent.name"),
        ("respondent.kind", "alien", "respondent.kind"),
        ("respondent.department_code", "410105-NOPE", "respondent.department_code"),
        ("respondent.note", "x", "respondent.note"),
        ("complainant", [], "complainant"),
        ("complainant.foo", 1, "complainant.foo"),
        ("complainant.is_anonymous", True, "complainant.is_anonymous"),
        ("complainant.kind", "ghost", "complainant.kind"),
        ("complainant.name", None, "complainant.name"),
        ("complainant.phone", "12345", "complainant.phone"),
        ("complainant.phone", 13812341234, "complainant.phone"),
        ("complainant.anonymous", "yes", "complainant.anonymous"),
        ("complainant.uscc", "91410100MA0000000X", "complainant.uscc"),
        ("form", "x", "form"),
        ("form.fee_amount", "many", "form.fee_amount"),
        ("form.fee_nmae", "x", "form.fee_nmae"),
        ("external_no", "1", "external_no"),
        ("source_system", "x", "external_no"),
    ],
)
def test_what_is_not_acceptable_is_said_by_field(hotline, path, value, field):
    assert field in fields(hotline("POST", "cases/", json=changed(path, value)))


def test_all_that_is_wrong_is_said_at_once(hotline):
    body = {**BODY, "title": "", "region_code": "1", "complainant": {"name": "x", "phone": "1"}}
    assert fields(hotline("POST", "cases/", json=body)) == {"title", "region_code", "complainant.phone"}
    assert fields(hotline("POST", "cases/")) == {
        "channel",
        "region_code",
        "title",
        "body",
        "respondent",
        "complainant",
    }


@pytest.mark.parametrize(
    "name",
    ["status", "id", "receipt_no", "department_id", "is_overdue", "filed_at", "filed_by_id", "is_lenient", "limits"],
)
def test_no_body_sets_what_an_operation_sets(db, hotline, name):
    assert fields(hotline("POST", "cases/", json={**BODY, name: "closed"})) == {name}
    assert cases(db) == 0


def test_only_those_who_file_may_file(rest):
    assert rest("window")("POST", "cases/", json=BODY).status_code == 201
    for role in ("handler", "auditor", "caller", "security_admin"):
        assert rest(role)("POST", "cases/", json=BODY).status_code == 403, role


def test_nobody_files_without_signing_in(client):
    answer = client.post("/api/v1/cases/", json=BODY)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_county_files_for_another_region_and_is_told_its_limit(rest):
    answer = rest("county_admin", at="410105-YSHJ")("POST", "cases/", json={**BODY, "region_code": "410305"})
    assert answer.status_code == 201
    assert len(answer.get_json()["deadlines"]) == 1


def client_of(db, account, name, **columns):
    """An account with its row as a connected system."""
    username = account("api_client")
    with acting(SYSTEM):
        user = db.session.query(Officer).filter_by(username=username).one()
        db.session.add(ApiClient(code=name, name=name, user_id=user.id, created_at=clock.now(), scopes=ALL, **columns))
        db.session.commit()
    db.session.remove()
    return username


def test_a_client_files_under_its_own_name_and_no_other(app, db, account):
    from tests.pages import Rest

    own = Rest(app, client_of(db, account, "one", source_system="hotline-x"))
    other = Rest(app, client_of(db, account, "two", source_system="hotline-y"))
    body = {name: value for name, value in numbered("1").items() if name != "source_system"}
    case_id = own("POST", "cases/", json=body).get_json()["id"]
    assert own("GET", f"cases/{case_id}").get_json()["result"]["source_system"] == "hotline-x"
    assert own("POST", "cases/", json=numbered("1")).get_json()["id"] == case_id
    assert fields(other("POST", "cases/", json=numbered("1"))) == {"source_system"}
    assert other("POST", "cases/", json={**body, "external_no": "1"}).status_code == 201
