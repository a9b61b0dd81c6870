"""A whole life by REST, in the hands of those whose turn it is; what is told of it, and to whom it is not."""

from __future__ import annotations

import itertools

import pytest
from jsonschema import Draft202012Validator

from app.domain.lifecycle import VERBS, Status
from app.extensions import clock
from tests import factories
from tests.doors.filings import BODY, fields, numbered

LATER = {"is_reached": True, "satisfaction": "satisfied", "note": "打通了"}
OTHER = "410300-ZJ"
SUBS = ("", "/verbs", "/timeline", "/deadlines", "/messages")


@pytest.fixture
def case(db):
    """Make a case in a status; the id."""

    def make(status=Status.PENDING_ACCEPT, **changes):
        case_id = factories.case_in(status, clock.now(), **changes)
        db.session.remove()
        return case_id

    return make


def act(who, case_id, verb, **facts):
    answer = who("POST", f"cases/{case_id}/{verb}", json=facts)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_whole_life(rest):
    client, intake, dispatcher, handler = rest("api_client"), rest("intake"), rest("dispatcher"), rest("handler")
    filed = client("POST", "cases/", json=numbered("1")).get_json()
    case_id = filed["id"]
    done = act(intake, case_id, "accept", note="属于受理范围")
    assert (done["case"]["id"], done["case"]["status"]) == (case_id, "pending_dispatch")
    assert done["case"]["case_no"].startswith("YS")
    assert (done["event"]["seq"], done["event"]["verb"], done["event"]["from_status"]) == (
        2,
        "accept",
        "pending_accept",
    )
    assert handler("GET", f"cases/{case_id}").status_code == 404
    assert act(dispatcher, case_id, "assign")["case"]["status"] == "pending_confirm"
    assert act(handler, case_id, "sign_for")["case"]["status"] == "investigating"
    assert act(handler, case_id, "report", **factories.SOLVED)["case"]["status"] == "pending_close"
    assert act(rest("caller"), case_id, "follow_up", **LATER)["event"]["facts"]["is_reached"] is True
    closed = act(rest("supervisor"), case_id, "close")
    assert closed["case"]["status"] == "closed"
    assert act(rest("supervisor"), case_id, "rework", reason="投诉人不满意，需要重办")["case"]["rework_count"] == 1

    lines = client("GET", f"cases/{case_id}/timeline").get_json()["result"]
    assert [line["verb"] for line in lines] == [
        *("file", "accept", "assign", "sign_for", "report", "follow_up", "close", "rework")
    ]
    assert [line["seq"] for line in lines] == list(range(1, 9))
    assert all(later["prev_hash"] == line["hash"] for line, later in itertools.pairwise(lines))
    assert lines[6]["hash"] == closed["event"]["hash"]


def test_a_case_is_found_by_each_of_its_numbers(rest):
    client, intake = rest("api_client"), rest("intake")
    filed = client("POST", "cases/", json=numbered("K/1 号")).get_json()
    number = act(intake, filed["id"], "accept")["case"]["case_no"]
    whole = client("GET", f"cases/{filed['id']}").get_json()["result"]
    for spelled in (filed["receipt_no"], filed["receipt_no"].lower(), number, "K%2F1%20%E5%8F%B7", " K/1 号"):
        answer = client("GET", f"cases/by-number/{spelled}")
        assert answer.get_json() == {"id": filed["id"], "result": whole}, spelled
    long = client("POST", "cases/", json=numbered("9" * 64)).get_json()["id"]
    assert client("GET", f"cases/by-number/{'9' * 64}").get_json()["id"] == long
    for unknown in ("TS2611240000018", "1", "%00", "x" * 300):
        assert client("GET", f"cases/by-number/{unknown}").status_code == 404, unknown
    assert rest("api_client")("GET", f"cases/by-number/{filed['receipt_no']}").status_code == 404


def test_a_number_that_two_systems_used_is_asked_back(rest):
    client = rest("api_client")
    for name in ("hotline-x", "hotline-y"):
        assert client("POST", "cases/", json=numbered("7", source_system=name)).status_code == 201
    answer = client("GET", "cases/by-number/7")
    assert answer.status_code == 409
    assert answer.get_json()["reasons"][0]["code"] == "ambiguous"


def test_verbs_are_told_with_reasons_and_with_what_they_need(rest, case):
    case_id = case()
    lines = {line["verb"]: line for line in rest("intake")("GET", f"cases/{case_id}/verbs").get_json()["result"]}
    assert len(lines) == len(VERBS)
    assert lines["accept"]["allowed"] is True
    assert lines["accept"]["reasons"] == []
    assert [each["code"] for each in lines["close"]["reasons"]] == ["role", "status"]
    assert lines["close"]["allowed"] is False
    for line in lines.values():
        Draft202012Validator.check_schema(line["schema"])
    check = Draft202012Validator(lines["reject"]["schema"]).is_valid
    assert check({"reason_code": "unclear", "reason": "事实不清楚，无法核实情况"})
    for wrong in ({}, {"reason_code": "nope", "reason": "x" * 20}, {"reason_code": "unclear", "reason": "short"}):
        assert not check(wrong)
    assert not check({"reason_code": "unclear", "reason": "x" * 20, "status": "closed"})


def test_what_a_verb_needs_is_checked_field_by_field(rest, case):
    intake, case_id = rest("intake", at="410000-YSHJ"), case()
    wrong = {
        "reason_code": "nope",
        "reason": "short",
        "status": "closed",
        "now": 1,
        "actor": 2,
        "case_id": 3,
        "verb": 4,
    }
    assert fields(intake("POST", f"cases/{case_id}/reject", json=wrong)) == set(wrong)
    assert fields(intake("POST", f"cases/{case_id}/reject")) == {"reason_code", "reason"}
    assert fields(intake("POST", f"cases/{case_id}/accept", json={"note": 5})) == {"note"}
    for body in ("[]", '"x"', "1", "null", "true"):
        answer = intake("POST", f"cases/{case_id}/accept", data=body, content_type="application/json")
        assert answer.status_code == 422, body
    assert intake("POST", f"cases/{case_id}/accept", data="x").status_code == 415
    assert intake("POST", f"cases/{case_id}/accept", data={"note": "x"}).status_code == 415
    assert intake("POST", f"cases/{case_id}/accept", data={"note": (__file__, "a.txt")}).status_code == 415
    assert factories.status_of(case_id) == "pending_accept"


def test_a_verb_out_of_turn_is_refused_with_reasons(rest, case):
    answer = rest("dispatcher")("POST", f"cases/{case()}/assign")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    body = answer.get_json()
    assert body["reasons"][0]["code"] == "status"
    assert body["reasons"][0]["message"] in body["detail"]
    assert body["status"] == 409


def test_a_verb_of_another_role_is_forbidden_and_an_unknown_one_is_not_found(rest, case):
    case_id, auditor = case(), rest("auditor")
    assert auditor("GET", f"cases/{case_id}").status_code == 200
    for verb in ("accept", "close", "deem_accepted", "mark_overdue", "evaluate"):
        assert auditor("POST", f"cases/{case_id}/{verb}").status_code == 403, verb
    for verb in ("file", "nope", "timeline", "ACCEPT", "accept%00", "__class__"):
        assert auditor("POST", f"cases/{case_id}/{verb}").status_code == 404, verb
    assert auditor("GET", f"cases/{case_id}/accept").status_code == 405


@pytest.mark.parametrize("status", [Status.PENDING_ACCEPT, Status.INVESTIGATING, Status.CLOSED])
def test_another_departments_case_is_not_there(rest, case, status):
    case_id, handler = case(status), rest("handler", at=OTHER)
    for sub in SUBS:
        assert handler("GET", f"cases/{case_id}{sub}").status_code == 404, sub
    for verb in ("accept", "sign_for", "report", "close", "remind", "nope"):
        assert handler("POST", f"cases/{case_id}/{verb}", json={}).status_code == 404, verb
    assert handler("GET", "cases/").get_json()["count"] == 0
    assert handler("GET", f"cases/by-number/{factories.read(case_id).receipt_no}").status_code == 404


def test_another_clients_case_is_not_there(rest):
    case_id = rest("api_client")("POST", "cases/", json=numbered("1")).get_json()["id"]
    other = rest("api_client")
    for sub in SUBS:
        assert other("GET", f"cases/{case_id}{sub}").status_code == 404, sub
    assert other("GET", "cases/").get_json()["ids"] == []
    assert other("GET", "deadlines/").get_json()["count"] == 0


def test_the_unit_complained_about_sees_nothing(rest, case):
    from app.operations.filing import RespondentFacts

    case_id = case(Status.INVESTIGATING, respondent=RespondentFacts(department_code=factories.LEAD))
    assert rest("handler", at=factories.LEAD)("GET", f"cases/{case_id}").status_code == 404
    assert rest("handler", at=factories.lead_of(case_id))("GET", f"cases/{case_id}").status_code == 200


def test_the_timeline_tells_outsiders_no_names_and_nobody_the_complainant(rest):
    client = rest("api_client")
    case_id = client("POST", "cases/", json=BODY).get_json()["id"]
    act(rest("intake"), case_id, "accept", note="内部意见")
    for answer in (client("GET", f"cases/{case_id}/timeline"), rest("auditor")("GET", f"cases/{case_id}/timeline")):
        assert "13812341234" not in answer.text
        assert "王小明" not in answer.text
    outside = client("GET", f"cases/{case_id}/timeline").get_json()["result"]
    inside = rest("auditor")("GET", f"cases/{case_id}/timeline").get_json()["result"]
    assert not {"actor", "facts", "note"} & set(outside[1])
    assert inside[1]["note"] == "内部意见"
    assert inside[0]["facts"]["matter_code"] == "A10"


def test_the_complainant_of_a_confidential_case_is_hidden_from_the_unit(rest, case):
    case_id = case(Status.INVESTIGATING, is_confidential=True)
    unit, centre = rest("handler"), rest("supervisor")
    assert unit("GET", f"cases/{case_id}").get_json()["result"]["complainant"] is None
    assert centre("GET", f"cases/{case_id}").get_json()["result"]["complainant"]["phone"] == "138****1234"
    assert all("phone" not in line for line in unit("GET", f"cases/{case_id}/messages").get_json()["result"])
    assert all("phone" in line for line in centre("GET", f"cases/{case_id}/messages").get_json()["result"])


def test_messages_are_told_without_text_and_number(rest, case):
    case_id = case(Status.CLOSED, channel="window")
    answer = rest("supervisor")("GET", f"cases/{case_id}/messages")
    kinds = [line["kind"] for line in answer.get_json()["result"]]
    assert kinds[:2] == ["received", "query_code"]
    assert {"closed", "rate"} <= set(kinds)
    assert "13812341234" not in answer.text
    assert "/evaluate/" not in answer.text
    assert {"status", "segments", "audience", "sent_at"} <= set(answer.get_json()["result"][0])


def test_limits_are_told_with_each_day(rest, case):
    lines = rest("auditor")("GET", f"cases/{case(Status.INVESTIGATING)}/deadlines").get_json()["result"]
    assert [line["kind"] for line in lines] == ["accept", "handle", "sign"]
    accept = lines[0]
    days = accept["explanation"]["days"]
    assert (days[0]["reason"], days[-1]["day"]) == ("start_day", accept["due_on"])
    assert sum(day["is_counted"] for day in days) == accept["limit"]["value"] == 3
    assert accept["met_at"] is not None


def test_certain_columns_are_answered_alone(rest, case):
    answer = rest("auditor")("GET", f"cases/{case()}", query_string={"q": "(columns:!(status,title))"})
    assert set(answer.get_json()["result"]) == {"status", "title"}
