"""A planted phone and name in title and body: at no door does a unit, or a connected system, read them."""

from __future__ import annotations

import json

import pytest

from app.domain.access import SYSTEM
from app.models.scope import acting
from app.operations.exporting import case_rows

NAME, PHONE = "Wang Xiaoming", "13812341234"
PLANTED = {"title": f"Title by {NAME}", "body": f"Body by {NAME}, call {PHONE}."}
MASKED = ("138****1234", "W***")


def pages(office, case_id):
    limit = office.read(case_id).deadlines[0].id
    nouns = (
        "cases",
        "assignments",
        "deadlines",
        "case-events",
        "follow-ups",
        "respondents",
        "complainants",
        "messages",
    )
    return [
        *(f"/admin/{noun}/list/" for noun in nouns),
        *(f"/admin/{noun}/show/1" for noun in nouns),
        f"/admin/cases/show/{case_id}",
        f"/admin/cases/{case_id}/do/sign_for",
        f"/admin/cases/{case_id}/do/return",
        f"/admin/cases/{case_id}/deadlines/{limit}",
        "/admin/work/to_sign",
        "/admin/",
        "/admin/evaluations/list/",
        "/admin/desk/",
        "/admin/desk/find/",
    ]


@pytest.mark.parametrize("is_confidential", [False, True])
def test_a_unit_reads_no_planted_name_or_phone_on_any_page(office, is_confidential):
    case_id = office.case("pending_confirm", is_confidential=is_confidential, **PLANTED)
    unit = office.sign_in("handler")
    seen = 0
    for path in pages(office, case_id):
        text = unit.get(path).text
        assert NAME not in text, path
        assert PHONE not in text, path
        seen += "●" in text
        if is_confidential:
            assert MASKED[0] not in text, path
    assert seen >= 5
    assert "hy-personal" not in unit.get(f"/admin/cases/show/{case_id}").text


def test_the_centre_sees_what_was_found_marked(office):
    case_id = office.case("pending_confirm", **PLANTED)
    page = office.sign_in("supervisor").get(f"/admin/cases/show/{case_id}").text
    assert f'<mark class="hy-personal" title="Name of the complainant">{NAME}</mark>' in page
    assert f'<mark class="hy-personal" title="Mobile phone">{PHONE}</mark>' in page


def test_marks_are_escaped(office):
    case_id = office.case("pending_confirm", title="<b>13812341234</b>", body="<script>1</script>")
    page = office.sign_in("supervisor").get(f"/admin/cases/show/{case_id}").text
    assert "&lt;b&gt;<mark" in page
    assert "<script>1" not in page


@pytest.mark.parametrize("role", ["handler", "supervisor"])
def test_a_search_does_not_tell_what_is_hidden(office, role):
    case_id = office.case("pending_confirm", **PLANTED)
    browser = office.sign_in(role)
    for term, is_found in (("Title by", True), (NAME, False), ("Xiao", False)):
        for contains in ("_flt_2_title", "_flt_9_title"):
            found = browser.get("/admin/cases/list/", query_string={contains: term}).text
            assert (f"/admin/cases/show/{case_id}" in found) is is_found, term


def test_rest_gives_units_and_systems_the_redacted_text(rest, db):
    from tests.factories import Status, case_in

    case_id = case_in(Status.PENDING_CONFIRM, is_confidential=True, **PLANTED)
    unit = rest("handler")
    query = json.dumps({"filters": [{"col": "title", "opr": "ct", "value": NAME}]})
    for path in (
        f"cases/{case_id}",
        "cases/",
        f"cases/by-number/{case_id}",
        f"cases/{case_id}/timeline",
        f"cases/{case_id}/verbs",
        f"cases/{case_id}/messages",
        "assignments/",
        "respondents/",
        "follow-ups/",
        "complainants/",
        "messages/",
    ):
        text = unit("GET", path).get_data(as_text=True)
        assert NAME not in text, path
        assert PHONE not in text, path
        assert MASKED[0] not in text, path
    assert unit("GET", "cases/", query_string={"q": query}).get_json()["count"] == 0
    assert unit("GET", f"cases/{case_id}").get_json()["result"]["complainant"] is None
    assert unit("GET", "complainants/").status_code == 403


def test_a_connected_system_reads_back_the_redacted_text(rest):
    from tests.doors.filings import BODY

    client = rest("api_client")
    filed = client("POST", "cases/", json={**BODY, "body": "请拨13812341234，我是王小明。"}).get_json()
    assert client("GET", f"cases/{filed['id']}").get_json()["result"]["body"] == "请拨●●●，我是●●。"


def test_an_export_has_the_redacted_text(office):
    office.case("pending_confirm", **PLANTED)
    with office.app.app_context(), acting(SYSTEM):
        text = str(list(case_rows()))
    assert "●" in text
    assert NAME not in text
    assert PHONE not in text


def test_who_did_what_is_not_told_to_those_who_merely_filed(office):
    from sqlalchemy import func, select

    from app.extensions import db
    from app.models.officer import Officer
    from tests import factories

    window = office.sign_in("window")
    with office.app.app_context():
        with acting(SYSTEM):
            user_id = db.session.scalar(select(func.max(Officer.id)))
        db.session.remove()
        filed = factories.file(office.now, factories.actor(factories.Role.WINDOW, user_id=user_id))
        factories.bring(filed.case_id, factories.Status.PENDING_CONFIRM, office.now)
    path = f"/admin/cases/show/{filed.case_id}"
    assert filed.receipt_no in window.get(path).text
    assert "intake@" not in window.get(path).text
    assert "intake@" in office.sign_in("supervisor").get(path).text
    assert window.get("/admin/case-events/list/").status_code == 403
