"""What goes to connected systems of personal data is written down before it leaves."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from app.extensions import clock
from app.models.client_log import Delivery
from tests import factories
from tests.doors.clients import rows
from tests.doors.filings import BODY
from tests.operations import files

PROBLEM = "application/problem+json"


def logged():
    return [(row.rule, row.case_ids, row.fields) for row in rows(Delivery)]


def test_every_answer_with_personal_data_is_logged_once(system, app):
    one = system("one-key")
    first, second = (one("POST", "cases/", json=BODY).get_json() for _ in range(2))
    assert logged() == []  # a receipt holds nothing of anybody
    key = first["id"]
    whole = "body complainant.name complainant.phone form respondent.name title"
    for path, expected in (
        (f"cases/{key}", ("GET /api/v1/cases/<pk>", f" {key} ", whole)),
        ("cases/", ("GET /api/v1/cases/", f" {key} {second['id']} ", "title")),
        (f"cases/by-number/{first['receipt_no']}", ("GET /api/v1/cases/by-number/<number>", f" {key} ", whole)),
        (f"cases/{key}/messages", ("GET /api/v1/cases/<case_id>/messages", f" {key} ", "phone")),
    ):
        before = len(logged())
        assert one("GET", path).status_code == 200
        assert logged()[before:] == [expected], path
    rule, cases, fields = _one_more(one, "GET", "respondents/")
    assert (rule, cases, fields) == ("GET /api/v1/respondents/", f" {key} {second['id']} ", "title")
    row = rows(Delivery)[0]
    assert (row.client_id, row.key_id, row.case_count) == (one.id, one.key_id, 1)
    assert abs(row.delivered_at - clock.now()) < timedelta(minutes=1)
    assert "王" not in str(logged())


def _one_more(one, method, path, **body):
    before = len(logged())
    assert one(method, path, **body).status_code == 200
    (found,) = logged()[before:]
    return found


def test_what_holds_no_personal_data_is_not_logged(system):
    one = system("one-key")
    key = one("POST", "cases/", json=BODY).get_json()["id"]
    for path in (f"cases/{key}/verbs", f"cases/{key}/timeline", f"cases/{key}/deadlines", "matters/", "cases/999999"):
        one("GET", path)
    one("GET", "cases/", query_string={"q": "(columns:!(receipt_no,status))"})
    one("GET", "statistics/cases_by_status")
    assert one("OPTIONS", f"cases/{key}").status_code == 200
    assert logged() == []


def test_evidence_and_acts_are_logged(system):
    one = system("one-key")
    part = {"file": (BytesIO(files.picture()), "a.png")}
    token = one("POST", "attachments/", data=part).get_json()["token"]
    key = one("POST", "cases/", json={**BODY, "attachments": [token]}).get_json()["id"]
    assert logged() == []
    listed = one("GET", f"cases/{key}/attachments").get_json()["result"][0]["id"]
    assert one("GET", f"cases/{key}/attachments/{listed}").status_code == 200
    assert [fields for _, _, fields in logged()] == ["attachment.name", "attachment"]
    factories.do(key, "request_supplement", factories.centre(), clock.now(), what="The contract.", days=10)
    _, cases, fields = _one_more(one, "POST", f"cases/{key}/supplement", json={"text": "Here it is."})
    assert cases == f" {key} "
    assert "complainant.phone" in fields


def test_what_cannot_be_logged_does_not_leave(system, app, monkeypatch):
    one = system("one-key")
    key = one("POST", "cases/", json=BODY).get_json()["id"]
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("app.api.gate.deliveries.record", lambda *_: 1 / 0)
    answer = one("GET", f"cases/{key}")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "138" not in answer.text
    assert "清单" not in answer.text


def test_auditors_read_the_log_and_nobody_writes_it(system, rest):
    one = system("one-key")
    key = one("POST", "cases/", json=BODY).get_json()["id"]
    one("GET", f"cases/{key}")
    auditor, guard = rest("auditor"), rest("security_admin")
    found = auditor("GET", "deliveries/").get_json()
    assert [row["case_ids"] for row in found["result"]] == [f" {key} "]
    assert guard("GET", "deliveries/").status_code == 403
    for method in ("PUT", "DELETE"):
        assert auditor(method, f"deliveries/{found['ids'][0]}", json={}).status_code == 405
    assert auditor("POST", "deliveries/", json={}).status_code == 405


def test_a_system_of_the_respondents_own_office_sees_no_complainant(system):
    theirs, other = system("one-key", department_code=factories.LEAD), system("two-key")
    about = {**BODY, "respondent": {"department_code": factories.LEAD, "kind": "government"}}
    for caller, is_shown in ((theirs, False), (other, True)):
        key = caller("POST", "cases/", json=about).get_json()["id"]
        found = caller("GET", f"cases/{key}").get_json()["result"]
        assert (found["complainant"] is not None) is is_shown
        lines = caller("GET", f"cases/{key}/messages").get_json()["result"]
        assert lines
        assert {"phone" in line for line in lines} == {is_shown}
