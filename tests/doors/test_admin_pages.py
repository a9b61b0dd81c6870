"""The generated pages by role and scope: who sees which noun, and nobody another department's case."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, event

from app.admin.views import VIEWS
from app.domain.lifecycle import VERBS
from app.resources import ALL
from tests.factories import LEAD

OTHER = "410300-ZJ"
ROLES = ("platform_admin", "handler", "window", "auditor", "security_admin", "leader_view")


def test_every_noun_has_a_page():
    assert [view.noun for view in VIEWS] == [resource.noun for resource in ALL]


@pytest.mark.parametrize("role", ROLES)
def test_a_list_opens_for_those_who_may_read_the_noun(office, role):
    browser = office.sign_in(role)
    for resource in ALL:
        expected = 200 if role in resource.rights["read"] else 403
        assert browser.get(f"/admin/{resource.plural}/list/").status_code == expected, resource.plural


def test_add_and_edit_exist_only_where_the_table_says_so(office):
    browser = office.sign_in("platform_admin")
    office.case("pending_accept")
    for resource in ALL:
        add = browser.get(f"/admin/{resource.plural}/add").status_code
        assert add == (200 if resource.rights["create"] else 404), resource.plural
        edit = browser.get(f"/admin/{resource.plural}/edit/1").status_code
        assert edit == (200 if resource.rights["update"] and resource.plural != "api-clients" else 404), resource.plural


@pytest.mark.parametrize("number", ["2147483648", "-2147483649", "9" * 30, "9" * 5000, "1.5", "x"])
def test_a_number_that_no_column_holds_is_refused_beside_its_field(office, number):
    browser = office.sign_in("platform_admin")
    typed = {
        "code": "Z",
        "name": "Last",
        "respondent_kind": "government",
        "legal_basis": "-",
        "position": number,
        "is_active": "y",
    }
    page = browser.send("/admin/matter-categories/add", **typed)
    assert page.status_code == 200
    assert re.search(
        r'name="position"(?:(?!name=).)*(Not a valid (integer )?value|The number is too)', page.text, re.DOTALL
    )
    assert browser.send("/admin/matter-categories/add", **{**typed, "position": "2147483647"}).status_code == 302


def test_a_unit_sees_a_case_from_its_assignment_on(office):
    waiting, theirs = office.case("pending_dispatch"), office.case("pending_confirm")
    browser = office.sign_in("handler")
    listed = browser.get("/admin/cases/list/").text
    assert office.read(theirs).receipt_no in listed
    assert office.read(waiting).receipt_no not in listed
    assert browser.get(f"/admin/cases/show/{theirs}").status_code == 200
    assert browser.get(f"/admin/cases/show/{waiting}").status_code == 404


def test_another_departments_case_is_nowhere(office):
    case_id = office.case("pending_confirm")
    limit = office.read(case_id).deadlines[0].id
    browser = office.sign_in("handler", at=OTHER)
    for path in (
        f"/admin/cases/show/{case_id}",
        f"/admin/cases/{case_id}/do/sign_for",
        f"/admin/cases/{case_id}/deadlines/{limit}",
        f"/admin/deadlines/show/{limit}",
    ):
        assert browser.get(path).status_code == 404, path
    token = browser.token("/resetmypassword/form")
    rows = {"csrf_token": token, "action": "sign_for", "rowid": str(case_id)}
    assert browser.post(f"/admin/cases/{case_id}/do/sign_for", data=rows).status_code == 404
    assert browser.post("/admin/cases/action_post", data=rows).status_code == 404
    assert browser.post("/admin/cases/bulk/sign_for", data={**rows, "case_id": str(case_id)}).status_code == 404
    assert office.read(case_id).status == "pending_confirm"


def test_a_search_finds_within_scope_only(office):
    mine, other = office.case("pending_confirm"), office.case("pending_dispatch")
    browser = office.sign_in("handler")
    for case_id, is_found in ((mine, True), (other, False)):
        number = office.read(case_id).receipt_no
        found = browser.get(f"/admin/cases/list/?_flt_3_receipt_no={number}").text
        assert (f"/admin/cases/show/{case_id}" in found) is is_found


def test_the_complainant_is_masked_and_hidden_from_a_unit_in_a_confidential_case(office):
    plain, secret = office.case("pending_confirm"), office.case("pending_confirm", is_confidential=True)
    unit, centre = office.sign_in("handler"), office.sign_in("supervisor")
    for browser, case_id in ((unit, plain), (centre, secret), (centre, plain)):
        page = browser.get(f"/admin/cases/show/{case_id}").text
        assert "138****1234" in page
        assert "13812341234" not in page
        assert "Wang Xiaoming" not in page
    page = unit.get(f"/admin/cases/show/{secret}").text
    assert "138****1234" not in page
    assert "this case is confidential" in page


def test_a_unit_sees_no_evaluation_and_no_message(office):
    case_id = office.case("closed")
    unit, centre = office.sign_in("unit_leader"), office.sign_in("supervisor")
    seen, hidden = centre.get(f"/admin/cases/show/{case_id}").text, unit.get(f"/admin/cases/show/{case_id}").text
    for words in ("Invited, not rated yet.", "Invitation to rate"):
        assert words in seen
        assert words not in hidden
    assert "The fee was paid back in full." in hidden


def test_a_window_sees_what_it_filed_but_not_how_it_was_handled_inside(office):
    browser = office.sign_in("window")
    with office.app.app_context():
        from app.domain.access import Role
        from app.extensions import db
        from app.models.officer import Officer
        from tests.factories import CENTRE, actor, file

        user_id = db.session.query(Officer).order_by(Officer.id.desc()).first().id
        by = actor(Role.WINDOW, at=CENTRE, user_id=user_id)
        case_id = file(office.now, by).case_id
    page = browser.get(f"/admin/cases/show/{case_id}")
    assert page.status_code == 200
    assert "How it was routed" not in page.text
    assert browser.get("/admin/work/filed_open").text.count('href="/admin/cases/show/') == 1
    assert browser.get("/admin/work/overdue").status_code == 404


def test_a_limit_is_explained_day_by_day(office):
    case_id = office.case("pending_accept")
    limit = office.read(case_id).deadlines[0].id
    page = office.sign_in("intake").get(f"/admin/cases/{case_id}/deadlines/{limit}").text
    assert "The day it starts is not counted" in page
    assert re.findall(r'Yes <span class="hy-badge hy-badge-good">(\d)<', page) == ["1", "2", "3"]


def test_the_route_is_told_in_words(office):
    case_id = office.case("pending_dispatch")
    page = office.sign_in("dispatcher").get(f"/admin/cases/show/{case_id}").text
    name = office.read(case_id).department.name
    assert f"{name} leads." in page
    assert LEAD not in page.split("How it was routed")[1]


def test_departments_are_found_by_parts_of_code_or_name(office):
    found = office.sign_in("dispatcher").get("/admin/departments/find?term=410105 SCJG").get_json()["results"]
    assert [each["id"] for each in found] == [LEAD]


def test_somebody_unknown_is_sent_to_the_login(client):
    for path in ("/admin/", "/admin/cases/list/", "/admin/cases/1/do/accept", "/admin/work/overdue", "/admin/outbox/"):
        answer = client.get(path)
        assert (answer.status_code, "/login/" in answer.location) == (302, True), path


def statements(browser, path):
    found = []

    def note(_conn, _cursor, sql, *_):
        found.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(found)


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_one(office):
    browser = office.sign_in("supervisor")
    paths = [f"/admin/{each.plural}/list/" for each in ALL if "supervisor" in each.rights["read"]]
    paths += ["/admin/", "/admin/work/to_follow_up"]
    for status in ("closed", "pending_close"):
        office.case(status)
    few = {path: statements(browser, path) for path in paths for _ in (1, 2)}
    for status in ("closed", "pending_close") * 2:
        office.case(status)
    assert {path: statements(browser, path) for path in paths} == few
    assert max(few.values()) <= 20


@pytest.mark.filterwarnings("ignore")  # the page is FAB's own and uses what is deprecated
def test_a_role_is_shown_in_words(office):
    browser = office.sign_in("security_admin")
    page = browser.get("/roles/list/").text
    assert "Intake officer" in page
    shown = browser.get(re.search(r"/roles/show/\d+", page)[0]).text
    assert "can_read" not in shown
    assert "can read on" not in shown


def test_every_verb_with_a_button_is_on_the_page_or_told_to_be_for_others(office):
    case_id = office.case("pending_accept")
    page = office.sign_in("intake").get(f"/admin/cases/show/{case_id}").text
    links = page.count(f'href="/admin/cases/{case_id}/do/')
    assert links == 5  # classify, accept, reject, ask for a supplement, withdraw
    assert sum(verb.is_button for verb in VERBS.values()) == 19
    assert "Your role does not do this." in page
