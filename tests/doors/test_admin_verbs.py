"""Verbs at the pages of officers: a case from filing to rating, refusals, forms that keep their text, many at once."""

from __future__ import annotations

import re

import pytest

from app.domain.lifecycle import VERBS, Status
from tests import factories

LONG = "This has been looked into thoroughly."
WALK = (
    ("intake", "accept", {}, "pending_dispatch"),
    ("dispatcher", "assign", {"note": "Please see to it."}, "pending_confirm"),
    ("handler", "sign_for", {}, "investigating"),
    ("handler", "report", {"close_type": "solved", "result": LONG, "reply": LONG}, "pending_close"),
    ("caller", "follow_up", {"is_reached": "1", "satisfaction": "satisfied", "note": "Content."}, "pending_close"),
    ("supervisor", "close", {}, "closed"),
)


def number_of(office, case_id):
    return str(office.read(case_id))


def test_one_case_from_filing_to_rating(office, visitor, complaint):
    assert visitor.send("/complain/A10?region=410105", **complaint).status_code == 303
    admin = office.sign_in("platform_admin")
    case_id = int(re.search(r"/admin/cases/show/(\d+)", admin.get("/admin/work/to_accept").text)[1])
    browsers = {role: office.sign_in(role) for role, *_ in WALK}
    for role, verb, facts, status in WALK:
        browser = browsers[role]
        assert f"/admin/cases/{case_id}/do/{verb}" in browser.get(f"/admin/cases/show/{case_id}").text, verb
        answer = browser.send(f"/admin/cases/{case_id}/do/{verb}", **facts)
        assert (answer.status_code, answer.location) == (302, f"/admin/cases/show/{case_id}"), verb
        assert office.read(case_id).status == status
    assert "Invited, not rated yet." in admin.get(f"/admin/cases/show/{case_id}").text
    token = re.search(r"/evaluate/([\w-]+)", admin.get("/admin/outbox/").text)[1]
    assert visitor.send(f"/evaluate/{token}", speed="5", result="4", manner="5").status_code == 303
    page = admin.get(f"/admin/cases/show/{case_id}").text
    assert "<td>4.67</td>" in page
    assert page.count('<div class="hy-step-head"><strong>') >= len(WALK)


def test_a_refused_verb_says_why(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    other = office.sign_in("intake")
    page = f"/admin/cases/{case_id}/do/accept"
    token = browser.token(page)
    assert other.send(page).status_code == 302
    answer = browser.post(page, data={"csrf_token": token, "note": "Kept note"})
    assert answer.status_code == 409
    assert "Not possible in status To be assigned." in answer.text
    assert "Kept note" in answer.text
    sent_back = browser.get(page)
    assert sent_back.location == f"/admin/cases/show/{case_id}"
    assert "Not possible in status To be assigned." in browser.get(sent_back.location).text


def test_a_form_marks_its_fields_and_keeps_what_was_typed(office):
    case_id = office.case("investigating")
    browser = office.sign_in("handler")
    answer = browser.send(f"/admin/cases/{case_id}/do/report", close_type="moved", result="short", reply=LONG)
    assert answer.status_code == 422
    assert answer.text.count("is-wrong") == 1
    assert "Please write a little more." in answer.text
    assert 'value="moved" selected' in answer.text
    assert (">\nshort</textarea>" in answer.text, f">\n{LONG}</textarea>" in answer.text) == (True, True)
    assert office.read(case_id).status == "investigating"


def test_departments_chosen_are_kept_by_name(office):
    case_id = office.case("pending_dispatch")
    browser = office.sign_in("dispatcher")
    facts = {"department_code": "410105-SCJG", "co_department_codes": ["410105-SWJ", "nonsense"], "note": "x" * 2001}
    answer = browser.send(f"/admin/cases/{case_id}/do/assign", **facts)
    assert answer.status_code == 422
    assert '<option value="410105-SCJG" selected>' in answer.text
    assert "How it was routed" in answer.text
    answer = browser.send(f"/admin/cases/{case_id}/do/assign", **{**facts, "note": ""})
    assert "There is no such department." in answer.text
    facts["co_department_codes"] = ["410105-SWJ"]
    assert browser.send(f"/admin/cases/{case_id}/do/assign", **{**facts, "note": ""}).status_code == 302
    assert {share.department.code for share in shares(office, case_id)} == {"410105-SCJG", "410105-SWJ"}


def shares(office, case_id):
    from app.domain.access import SYSTEM
    from app.extensions import db
    from app.models.assignment import Assignment
    from app.models.scope import acting

    with office.app.app_context(), acting(SYSTEM):
        rows = db.session.query(Assignment).filter_by(case_id=case_id).all()
        return [row for row in rows if row.department.code]


def test_matters_are_offered_by_category(office):
    case_id = office.case("pending_classify")
    browser = office.sign_in("intake")
    page = browser.get(f"/admin/cases/{case_id}/do/classify").text
    assert (page.count("<optgroup"), page.count("<option")) == (5, 35)
    assert browser.send(f"/admin/cases/{case_id}/do/classify", matter_code="A10").status_code == 302
    assert office.read(case_id).department.code == "410105-SCJG"


def test_stars_lines_and_choices_have_fields_too(office):
    from app.admin.verbforms import fields
    from app.domain.lifecycle import VerbName

    with office.app.test_request_context():
        asked = {
            each.fact.name: each for each in fields(VERBS[VerbName.REJECT], {}, {"reason": "Please fill this in."})
        }
    assert [value for value, _ in asked["reason_code"].options[0][1]][:1] == ["out_of_scope"]
    assert asked["reason"].error


def test_no_verb_without_its_permission_and_none_that_clocks_do(office):
    case_id = office.case("pending_accept")
    assert office.sign_in("caller").get(f"/admin/cases/{case_id}/do/accept").status_code == 403
    browser = office.sign_in("intake")
    for verb in ("deem_accepted", "mark_overdue", "evaluate", "file", "nonsense"):
        assert browser.get(f"/admin/cases/{case_id}/do/{verb}").status_code == 404, verb


def test_nothing_is_done_without_a_csrf_token(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    assert browser.post(f"/admin/cases/{case_id}/do/accept").status_code == 400
    assert browser.post("/admin/cases/action_post", data={"action": "accept", "rowid": case_id}).status_code == 400
    assert browser.post("/admin/cases/bulk/accept", data={"case_id": case_id}).status_code == 400
    assert office.read(case_id).status == "pending_accept"


# --- many at once ---------------------------------------------------------------------------------------------


def act(browser, verb, *case_ids):
    form = {"action": verb, "rowid": [str(each) for each in case_ids]}
    return browser.send("/admin/cases/action_post", "/resetmypassword/form", **form)


def test_many_are_accepted_and_each_refused_one_says_why(office):
    ready, done = office.case("pending_accept"), office.case("pending_dispatch")
    answer = act(office.sign_in("intake"), "accept", ready, done)
    assert answer.status_code == 200
    assert "1 of 2 done" in answer.text
    refused = answer.text[answer.text.index("Refused") :]
    assert "Not possible in status To be assigned." in refused[: refused.index("</tr>")]
    assert office.read(ready).status == "pending_dispatch"


def test_many_are_classified_with_the_matter_asked_once(office):
    cases = [office.case("pending_classify") for _ in range(3)]
    browser = office.sign_in("intake")
    asking = act(browser, "classify", *cases)
    assert asking.status_code == 200
    assert asking.text.count('name="case_id"') == 3
    ids = [str(each) for each in cases]
    again = browser.send("/admin/cases/bulk/classify", "/resetmypassword/form", case_id=ids, matter_code="")
    assert (again.status_code, again.text.count('name="case_id"')) == (422, 3)
    wrong = browser.send("/admin/cases/bulk/classify", "/resetmypassword/form", case_id=ids, matter_code="Z99")
    assert "There is no such matter." in wrong.text
    assert "0 of 3 done" in wrong.text
    sent = {"case_id": [*ids, "x", "999999"], "matter_code": "A10"}
    done = browser.send("/admin/cases/bulk/classify", "/resetmypassword/form", **sent)
    assert "3 of 3 done" in done.text
    assert {office.read(each).status for each in cases} == {"pending_accept"}


def test_a_unit_signs_for_many_from_its_list(office):
    cases = [office.case("pending_confirm") for _ in range(2)]
    browser = office.sign_in("handler")
    page = browser.get("/admin/work/to_sign").text
    assert page.count('name="rowid"') == 2
    assert "2 of 2 done" in act(browser, "sign_for", *cases).text


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS.values() if verb.is_bulk])
def test_a_bulk_verb_needs_its_permission(office, verb):
    case_id = office.case(Status.PENDING_ACCEPT)
    auditor = office.sign_in("auditor")
    assert act(auditor, str(verb), case_id).status_code == 403
    assert auditor.send(f"/admin/cases/bulk/{verb}", "/resetmypassword/form", case_id=case_id).status_code == 403


def test_other_verbs_are_not_done_in_bulk(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    assert browser.send("/admin/cases/bulk/reject", "/resetmypassword/form", case_id=case_id).status_code == 404
    assert act(browser, "reject", case_id).status_code == 404


def test_a_clock_that_stands_still_is_said_to(office):
    case_id = office.case("supplementing")
    page = office.sign_in("intake").get(f"/admin/cases/show/{case_id}").text
    assert "The clock stands still" in page


def test_a_promised_improvement_is_on_the_page(office):
    case_id = office.case("closed")
    facts = {"measure": "The fee was taken off the list.", "check_on": "2030-01-02"}
    with office.app.app_context():
        factories.do(case_id, "improve", factories.handler(), office.now, **facts)
    page = office.sign_in("supervisor").get(f"/admin/cases/show/{case_id}").text
    assert "2030-01-02" in page
    assert facts["measure"] in page
