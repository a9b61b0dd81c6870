"""The desk: filing for somebody on one page without any script, hints at repeats, the receipt, looking up."""

from __future__ import annotations

import re

import pytest

PAGE, FIND = "/admin/desk/", "/admin/desk/find/"
USCC = "91350100M000100Y43"
TYPED = {
    "do": "file",
    "channel": "window",
    "received_on": "2026-11-01",
    "matter_code": "A10",
    "region_code": "410105",
    "title": "A fee that is not on the list",
    "body": "We were charged a fee that nobody could explain.",
    "respondent.name": "Some office",
    "form.fee_name": "Handling fee",
    "form.fee_amount": "100",
    "form.fee_date": "2026-03-01",
    "complainant.kind": "company",
    "complainant.name": "Wang Xiaoming",
    "complainant.phone": "138 1234 1234",
    "complainant.id_no": "11010519491231002x",
    "complainant.org_name": "Example Ltd",
    "complainant.uscc": " 9135 0100 m000 100y 43 ",
}


@pytest.fixture
def clerk(office):
    return office.sign_in("window")


def case_of(answer):
    return int(re.search(r"/admin/cases/show/(\d+)", answer.text)[1])


def test_a_clerk_files_and_prints_a_receipt_without_phone_or_name(office, clerk):
    answer = clerk.send(PAGE, **{**TYPED, "title": "Wang Xiaoming 13812341234 paid a fee"})
    assert answer.status_code == 200
    assert "●●●● ●●● paid a fee" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r"TS\d{13}", answer.text)
    assert re.search(r"<dd class=\"hy-large\">(\w{4} ){3}\w{4}</dd>", answer.text)
    for secret in ("13812341234", "138 1234 1234", "Wang Xiaoming", "Example Ltd"):
        assert secret not in answer.text
    case = office.read(case_of(answer))
    assert (case.channel, case.department.code, str(case.received_on)) == ("window", "410105-SCJG", "2026-11-01")
    assert (case.complainant.uscc, case.complainant.phone) == (USCC, "13812341234")
    page = clerk.get(f"/admin/cases/show/{case.id}")
    assert page.status_code == 200
    assert "2026-11-01" in page.text
    assert "Limit for entering" in page.text


def test_the_same_page_sent_twice_is_one_case(clerk):
    typed = {**TYPED, "token": "6f7c1a52-9f0e-4b8e-9f57-1f0f6a3d2b10"}
    first = clerk.send(PAGE, **typed)
    again = clerk.send(PAGE, **typed)
    assert case_of(first) == case_of(again)
    assert "Shown before" in again.text
    other = clerk.send(PAGE, **{**typed, "title": "Another"})
    assert other.status_code == 409


def test_continue_brings_the_fields_and_keeps_what_was_typed(clerk):
    page = clerk.send(PAGE, **{**TYPED, "do": "continue"})
    assert page.status_code == 200
    assert 'name="form.fee_name"' in page.text
    assert 'value="A fee that is not on the list"' in page.text
    assert "<datalist" in page.text
    assert page.text.count("is-wrong") == 0
    unknown = clerk.send(PAGE, do="continue", matter_code="Z99", region_code="1")
    assert 'name="form.' not in unknown.text


def test_everything_wrong_is_told_by_its_field(clerk):
    wrong = {
        "channel": "mobile",
        "received_on": "x",
        "occurred_on": "2999-01-01",
        "title": " ",
        "complainant.phone": "1",
        "complainant.id_no": "110105194912310021",
        "complainant.uscc": "91350100M000100Y44",
        "form.fee_amount": "many",
    }
    answer = clerk.send(PAGE, **{**TYPED, **wrong})
    assert answer.status_code == 422
    for name in wrong:
        assert f'href="#desk-{name.replace(".", "-").replace("_", "-")}"' in answer.text, name
    assert answer.text.count('aria-invalid="true"') == len(wrong)
    assert 'value="Wang Xiaoming"' in answer.text


def test_an_unknown_matter_and_somebody_anonymous(office, clerk):
    answer = clerk.send(PAGE, **{**TYPED, "matter_code": "", "complainant.anonymous": "yes", "is_confidential": "yes"})
    case = office.read(case_of(answer))
    assert (case.status, case.is_confidential) == ("pending_classify", True)
    who = case.complainant
    assert (who.is_anonymous, who.name, who.org_name, who.uscc, who.phone) == (True, None, None, None, "13812341234")


def test_a_complaint_about_the_clerks_own_centre_is_filed_and_then_out_of_sight(office):
    with office.app.app_context():
        from tests.factories import CENTRE, department

        name = department(CENTRE).name
    answer = office.sign_in("intake").send(PAGE, **{**TYPED, "respondent.name": name})
    assert re.search(r"TS\d{13}", answer.text)
    assert "/admin/cases/show/" not in answer.text


def test_a_repeat_is_hinted_at_with_reasons_and_filed_when_sure(office):
    before = office.case("pending_accept")
    clerk = office.sign_in("intake")
    hint = clerk.send(PAGE, **TYPED)
    assert hint.status_code == 200
    assert case_of(hint) == before
    for words in ("same phone", "same respondent", "similar text", 'value="sure"'):
        assert words in hint.text
    token = re.search(r'name="token" value="([^"]+)"', hint.text)[1]
    done = clerk.send(PAGE, **{**TYPED, "do": "sure", "token": token})
    assert case_of(done) != before


def test_no_hint_at_what_the_clerk_may_not_see(office, clerk):
    office.case("pending_accept")
    assert "Was this filed before?" not in clerk.send(PAGE, **TYPED).text


def test_a_look_up_is_in_scope_masked_and_not_in_the_address(office, clerk):
    clerk.send(PAGE, **TYPED)
    intake, other = office.sign_in("intake"), office.sign_in("window")
    for text in ("13812341234", USCC, "Example Ltd"):
        found = intake.send(FIND, q=text).text
        assert "1 case" in found, text
        assert "138****1234" in found
        assert "Wang Xiaoming" not in found
        assert "Nothing is found" in other.send(FIND, q=text).text
    assert intake.send(FIND, q=" ").status_code == 422


def test_looking_up_too_fast_is_slowed(office):
    browser = office.sign_in("caller")
    token = browser.token(FIND)
    answers = [browser.post(FIND, data={"q": "13812341234", "csrf_token": token}).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


@pytest.mark.parametrize(
    ("role", "files", "finds"),
    [
        ("window", 200, 200),
        ("intake", 200, 200),
        ("platform_admin", 200, 200),
        ("caller", 403, 200),
        ("handler", 403, 403),
        ("auditor", 403, 403),
        ("leader_view", 403, 403),
    ],
)
def test_who_may(office, role, files, finds):
    browser = office.sign_in(role)
    assert (browser.get(PAGE).status_code, browser.get(FIND).status_code) == (files, finds)


def test_no_filing_without_a_token_of_the_page(clerk):
    assert clerk.post(PAGE, data=TYPED).status_code == 400
