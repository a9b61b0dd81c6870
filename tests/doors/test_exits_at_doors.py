"""The ways out of the straight line by REST and at the pages of officers: each in the hands of whose turn it is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from app.domain.lifecycle import Status
from app.extensions import clock
from tests import factories
from tests.doors.filings import fields, numbered

REASON = "不属于本单位职责范围，请另行交办"
OTHER, LAST = "410105-GX", "410105-SWJ"
RETURN = {"reason_code": "not_our_duty", "reason": REASON, "basis": "Art. 12", "suggested_code": OTHER}
BETTER = {"measure": "The fee was taken off the list.", "check_on": "2036-01-02"}


def act(who, case_id, verb, **facts):
    answer = who("POST", f"cases/{case_id}/{verb}", json=facts)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


@pytest.fixture
def case(db):
    """Make a case in a status; the id."""

    def make(status):
        case_id = factories.case_in(status, clock.now())
        db.session.remove()
        return case_id

    return make


def test_by_rest_from_a_supplement_to_an_improvement(rest):
    client, intake, dispatcher = rest("api_client"), rest("intake"), rest("dispatcher")
    case_id = client("POST", "cases/", json=numbered("1")).get_json()["id"]
    asked = act(intake, case_id, "request_supplement", what="The contract, please.", days=10)["case"]
    assert (asked["status"], asked["supplement_request"]) == ("supplementing", "The contract, please.")
    assert fields(client("POST", f"cases/{case_id}/supplement", json={})) == {"text"}
    assert act(client, case_id, "supplement", text="Here it is.")["case"]["status"] == "pending_accept"
    act(intake, case_id, "accept")
    act(dispatcher, case_id, "assign")
    back = act(rest("handler"), case_id, "return", **RETURN)
    assert (back["case"]["status"], back["event"]["facts"]["suggested_code"]) == ("pending_dispatch", OTHER)
    act(rest("platform_admin"), case_id, "designate", department_code=OTHER, reason=REASON)
    second = rest("handler", at=OTHER)
    refused = second("POST", f"cases/{case_id}/return", json=RETURN)
    assert [each["code"] for each in refused.get_json()["reasons"]] == ["not_designated"]
    moved = act(dispatcher, case_id, "transfer", department_code=LAST, reason=REASON)["case"]
    assert (moved["status"], moved["department"]["code"], moved["is_designated"]) == ("pending_confirm", LAST, False)
    last = rest("handler", at=LAST)
    act(last, case_id, "sign_for")
    assert second("GET", f"cases/{case_id}").status_code == 200
    assert second("POST", f"cases/{case_id}/report", json=factories.SOLVED).status_code == 409
    act(last, case_id, "report", **factories.SOLVED)
    act(rest("caller"), case_id, "follow_up", is_reached=True, note="called")
    act(rest("supervisor"), case_id, "close")
    assert act(last, case_id, "improve", **BETTER)["event"]["facts"] == {"check_on": BETTER["check_on"]}
    assert last("GET", "improvements/").get_json()["result"][0]["measure"] == BETTER["measure"]
    assert fields(last("POST", f"cases/{case_id}/improve", json={**BETTER, "check_on": "soon"})) == {"check_on"}


def test_by_rest_the_centre_takes_a_case_itself(rest, case):
    case_id, dispatcher = case(Status.PENDING_DISPATCH), rest("dispatcher")
    assert act(dispatcher, case_id, "handle_directly")["case"]["status"] == "investigating"
    assert act(dispatcher, case_id, "report", **factories.SOLVED)["case"]["status"] == "pending_close"


def test_by_rest_intake_withdraws_for_the_complainant(rest, case):
    case_id, intake = case(Status.SUPPLEMENTING), rest("intake")
    done = act(intake, case_id, "withdraw", reason="They have come to terms.")["case"]
    assert (done["status"], done["supplement_request"], bool(done["withdrawn_at"])) == ("withdrawn", None, True)
    assert rest("handler")("POST", f"cases/{case_id}/withdraw", json={"reason": "no"}).status_code == 404
    lines = intake("GET", "suspensions/").get_json()["result"]
    assert [(line["reason"], bool(line["ended_at"])) for line in lines] == [("request_supplement", True)]


def test_by_rest_a_limit_that_stood_still_is_explained_to_its_last_day(rest, case):
    case_id = case(Status.PENDING_ACCEPT)
    now = clock.now()
    factories.do(case_id, "request_supplement", factories.centre(), now, what="The contract, please.", days=10)
    factories.do(case_id, "supplement", factories.centre(), now + timedelta(days=5), text="Here it is.")
    rows = rest("intake")("GET", f"cases/{case_id}/deadlines").get_json()["result"]
    accept = next(row for row in rows if row["kind"] == "accept")
    said = accept["explanation"]
    assert (said["due_on"], said["days"][-1]["day"]) == (accept["due_on"], accept["due_on"])
    assert [day["reason"] for day in said["days"]].count("suspended") == 5


def test_what_the_new_kinds_of_fact_need_is_told(rest, case):
    case_id = case(Status.PENDING_ACCEPT)
    lines = {line["verb"]: line for line in rest("intake")("GET", f"cases/{case_id}/verbs").get_json()["result"]}
    assert lines["request_supplement"]["allowed"]
    assert lines["request_supplement"]["schema"]["properties"]["days"].items() >= {
        ("type", "integer"),
        ("minimum", 1),
        ("maximum", 30),
    }
    check = Draft202012Validator(lines["request_supplement"]["schema"]).is_valid
    assert [check({"what": "The contract", "days": days}) for days in (1, 30, 0, 31, "3")] == [True, True, *[False] * 3]
    assert lines["improve"]["schema"]["properties"]["check_on"]["format"] == "date"


# --- pages ----------------------------------------------------------------------------------------------------


def do(browser, case_id, verb, **facts):
    page = f"/admin/cases/{case_id}/do/{verb}"
    answer = browser.send(page, **facts)
    assert (answer.status_code, answer.location) == (302, f"/admin/cases/show/{case_id}"), (verb, answer.text)
    return browser.get(answer.location).text


def test_at_the_pages_a_supplement_is_asked_for_and_the_case_withdrawn(office):
    case_id, intake = office.case("pending_accept"), office.sign_in("intake")
    form = intake.get(f"/admin/cases/{case_id}/do/request_supplement").text
    assert re.search(r'<input[^>]* name="days"[^>]* value="" inputmode="numeric"', form)
    wrong = intake.send(f"/admin/cases/{case_id}/do/request_supplement", what="The contract, please.", days="31")
    assert (wrong.status_code, 'value="31"' in wrong.text) == (422, True)
    page = do(intake, case_id, "request_supplement", what="The contract, please.", days="10")
    assert page.count("The contract, please.") >= 2
    assert f"/admin/cases/show/{case_id}" in intake.get("/admin/work/supplementing").text
    assert "Here it is." in do(intake, case_id, "supplement", text="Here it is.")
    page = do(intake, case_id, "withdraw", reason="They have come to terms.")
    assert "Withdrawn at" in page
    assert "redacted" not in page
    assert office.read(case_id).status == "withdrawn"


def test_at_the_pages_a_case_is_returned_designated_and_transferred(office):
    case_id = office.case("pending_confirm")
    dispatcher, admin = office.sign_in("dispatcher"), office.sign_in("platform_admin")
    do(office.sign_in("handler"), case_id, "return", **RETURN)
    page = re.sub(r"</dt>\s*<dd>", ": ", dispatcher.get(f"/admin/cases/show/{case_id}").text)
    for said in ("Not the duty of this unit", "Art. 12", f"Suggested unit: {office.read(case_id).department.name}"):
        assert said in page
    assert f"/admin/cases/show/{case_id}" in dispatcher.get("/admin/work/returned").text
    assert "Leave empty" not in admin.get(f"/admin/cases/{case_id}/do/designate").text
    assert "Designated" in do(admin, case_id, "designate", department_code=OTHER, reason=REASON)
    do(dispatcher, case_id, "transfer", department_code=LAST, reason=REASON)
    assert office.read(case_id).department.code == LAST


def test_at_the_pages_a_case_is_handled_directly_and_improved(office):
    case_id, dispatcher = office.case("pending_dispatch"), office.sign_in("dispatcher")
    do(dispatcher, case_id, "handle_directly", note="")
    assert office.read(case_id).department.code == factories.CENTRE
    closed, handler = office.case("closed"), office.sign_in("handler")
    form = handler.get(f"/admin/cases/{closed}/do/improve").text
    assert re.search(r'<input[^>]* value=""[^>]* name="check_on"', form)
    wrong = handler.send(f"/admin/cases/{closed}/do/improve", **{**BETTER, "check_on": "2001-01-01"})
    assert (wrong.status_code, "The day must lie in the future." in wrong.text) == (422, True)
    assert BETTER["measure"] in do(handler, closed, "improve", **BETTER)
    assert BETTER["measure"] in handler.get("/admin/improvements/list/").text
