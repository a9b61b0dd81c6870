"""HTML: hidden columns are no oracle, no write without a token, actions and pickers within scope, errors on fields."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from flask import Flask

from app.domain.access import SYSTEM
from app.extensions import db
from app.models import scope
from tests.fab.conftest import Page, sign_in
from tests.fab.things import Kind, ThingView, written

LIST, EDIT, ADD = "/admin/test-things/list/", "/admin/test-things/edit/1", "/admin/test-things/add"
FORM: dict[str, Any] = {"code": "N1", "name": "new", "size": "small", "kind": "2", "is_open": "y"}


def codes(page: str) -> list[str]:
    return re.findall(r">(?:\s*)(T\d\d)<", page)


def test_a_list_is_ordered_by_declared_columns_only(boss: Page) -> None:
    by_default = codes(boss.get(LIST).text)
    assert by_default[0] == "T12"
    assert codes(boss.get(f"{LIST}?_oc_ThingView=hidden&_od_ThingView=asc").text) == by_default
    assert codes(boss.get(f"{LIST}?_oc_ThingView=amount&_od_ThingView=asc").text)[0] == "T01"
    assert codes(boss.get(f"{LIST}?_flt_0_code=T0&_flt_0_hidden=9").text)[0] == "T09"


def test_a_page_is_at_most_a_hundred_rows(boss: Page) -> None:
    assert len(codes(boss.get(LIST).text)) == 10
    assert len(codes(boss.get(f"{LIST}?psize_ThingView=11").text)) == 11
    assert len(codes(boss.get(f"{LIST}?psize_ThingView=100000").text)) == 10


def test_values_are_shown_for_people(boss: Page) -> None:
    boss.send(EDIT, **{**FORM, "code": "T01", "made_at": "2026-01-02T08:30"})
    page = boss.get("/admin/test-things/show/1").text
    assert "2026-01-02 08:30" in page
    assert "Little" in page
    assert ">None<" not in page


@pytest.mark.parametrize("path", ["delete/1", "action/stamp/1", "action_post", "edit/1", "add"])
def test_no_write_without_a_token(boss: Page, path: str) -> None:
    answer = boss.post(f"/admin/test-things/{path}", data={"action": "stamp", "rowid": "1", **FORM})
    assert answer.status_code == 400
    assert (written, ThingView.acted) == ([], [])


def test_no_write_by_get(boss: Page) -> None:
    boss.get("/admin/test-things/delete/1")
    assert boss.get("/admin/test-things/action/stamp/1").status_code == 405
    assert (written, ThingView.acted) == ([], [])


def test_forms_write_through_the_hook(boss: Page) -> None:
    assert boss.send(ADD, **FORM).status_code == 302
    assert boss.send(EDIT, **{**FORM, "code": "T01", "name": "other", "is_open": ""}).status_code == 302
    assert boss.send("/admin/test-things/delete/3", page=ADD).status_code == 302
    assert [line[:2] for line in written] == [("create", "N1"), ("update", "T01"), ("delete", "T03")]
    assert written[1][2]["name"] == ("thing 1", "other")
    assert written[1][2]["size"] == ("big", "small")
    assert "kind" not in written[1][2]  # it was 2 before


def test_an_unticked_box_is_false_and_json_is_json(boss: Page) -> None:
    data = {**FORM, "code": "T01", "extra": '{"a": [1]}'}
    del data["is_open"]
    assert boss.send(EDIT, **data).status_code == 302
    assert written[0][2]["is_open"] == (True, False)
    assert written[0][2]["extra"] == (None, {"a": [1]})
    assert "Not valid JSON." in boss.send(EDIT, **{**data, "extra": "{"}).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "refuse"}, "Not this one."),
        ({"name": "invalid"}, "Think again."),
        ({"code": "T02"}, "Already exists."),
        ({"kind": "99"}, "Not a valid choice"),
        ({"kind": ""}, "This field is required."),
        ({"kind": "abc"}, "Not a valid choice"),
        ({"size": "nope"}, "Not a valid choice"),
        ({"name": "  "}, "This field is required."),
    ],
)
def test_errors_are_told_on_the_form_and_what_was_typed_stays(boss: Page, change: dict[str, str], words: str) -> None:
    for path in (ADD, EDIT):
        page = boss.send(path, **{**FORM, **change})
        assert page.status_code == 200
        assert words in page.text
        assert 'value="N1"' in page.text or "code" in change
    assert written == []


def test_a_required_choice_is_not_made_for_the_user(boss: Page) -> None:
    select = re.search(r'<select[^>]*name="kind".*?</select>', boss.get(ADD).text, re.DOTALL)
    assert select
    assert '<option value="" selected>Please choose</option>' in select.group(0)


@pytest.mark.parametrize("typed", ["2026-03-01", " ２０２６/3/1 ", "2026年3月1日", "20260301", "2026.3.1"])
def test_days_are_read_as_people_type_them(boss: Page, typed: str) -> None:
    assert boss.send(EDIT, **{**FORM, "code": "T01", "made_on": typed}).status_code == 302
    assert written[0][2]["made_on"] == (None, "2026-03-01")


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("amount", str(2**31), "The number is too large or too small."),
        ("amount", "9" * 40, "The number is too large or too small."),
        ("made_on", "2026-02-30", "Give a date such as 2026-11-24."),
        ("made_on", "tomorrow", "Give a date such as 2026-11-24."),
        ("made_at", "2026-03-01 25:00", "Give day and time such as 2026-11-24 09:30."),
    ],
)
def test_what_is_no_value_is_told_at_the_field_and_above_the_form(
    boss: Page, name: str, typed: str, words: str
) -> None:
    page = boss.send(EDIT, **{**FORM, "code": "T01", name: typed}).text
    assert f'value="{typed}"' in page
    assert re.search(rf'<p class="hy-error" id="{name}-error">.*?<span>{re.escape(words)}</span>', page)
    line = rf'hy-summary" role="alert".*?<a href="#{name}">[^<]*{re.escape(words)}</a>'
    assert re.search(line, page, re.DOTALL)
    assert re.search(r"<title>\s*Error: ", page)
    assert f'aria-describedby="{name}-error" aria-invalid="true"' in page
    assert written == []


def test_a_moment_is_shown_as_it_is_typed(boss: Page) -> None:
    boss.send(EDIT, **{**FORM, "code": "T01", "made_at": "2026/3/1 9:05"})
    assert 'value="2026-03-01 09:05"' in boss.get(EDIT).text
    boss.send(EDIT, **{**FORM, "code": "T01", "made_at": "2026-03-01 09:05:30"})
    assert 'value="2026-03-01 09:05:30"' in boss.get(EDIT).text


def test_a_page_of_a_row_names_it_and_leads_to_its_form(boss: Page, clerk: Page) -> None:
    page = boss.get("/admin/test-things/show/1").text
    assert re.search(r"<h1>[^<]* <small>thing 1</small></h1>", page)
    assert 'href="/admin/test-things/edit/1"' in page
    assert "/edit/1" not in clerk.get("/admin/test-things/show/1").text
    fragment = boss.get("/admin/test-things/show/1", headers={"HX-Target": "drawer-body"}).text
    assert ("<h1" in fragment, "<main" in fragment, "thing 1" in fragment) == (False, False, True)


def test_long_texts_have_the_whole_width(boss: Page) -> None:
    boss.send(EDIT, **{**FORM, "code": "T01", "extra": '{"a": [1, 2]}', "name": "short"})
    page = boss.get("/admin/test-things/show/1").text
    assert re.search(r'<div class="hy-wide"><dt>[^<]*</dt><dd><pre class="hy-code"', page)
    assert re.search(r"<div><dt>[^<]*</dt><dd>short</dd></div>", page)


def test_a_link_may_fix_a_relation_but_not_to_a_row_out_of_sight(boss: Page) -> None:
    data = {name: value for name, value in FORM.items() if name != "kind"}
    assert boss.send(f"{ADD}?_flt_0_kind=3", **data).status_code == 302
    assert written[0][2]["kind"] == (None, 3)
    assert boss.post(f"{ADD}?_flt_0_kind=99", data={**data, "csrf_token": boss.token(ADD)}).status_code == 404


def test_actions_get_rows_by_the_scoped_query(boss: Page) -> None:
    post = {"action": "stamp", "rowid": ["1", "2", "99", "abc", "9" * 30]}
    boss.send("/admin/test-things/action_post", page=ADD, **post)
    assert sorted(ThingView.acted) == ["T01", "T02"]
    boss.send("/admin/test-things/action/stamp/3", page=ADD)
    assert "T03" in ThingView.acted
    for path, data in (("action/stamp/99", {}), ("action/nope/1", {}), ("action_post", {"action": "x"})):
        assert boss.send(f"/admin/test-things/{path}", page=ADD, **data).status_code == 404


def test_actions_need_their_permission_and_may_refuse(boss: Page, clerk: Page) -> None:
    change = {"action": "stamp", "rowid": ["1"]}
    token = {"csrf_token": clerk.token("/resetmypassword/form")}
    assert clerk.post("/admin/test-things/action_post", data={**change, **token}).status_code == 403
    with_name = boss.application
    with with_name.app_context(), scope.acting(SYSTEM):
        db.session.execute(db.text("UPDATE test_things SET name = 'refuse' WHERE id = 1"))
        db.session.commit()
    boss.send("/admin/test-things/action_post", page=ADD, **change)
    assert "Not this one." in boss.get(LIST).text
    assert ThingView.acted == []


def test_pickers_ask_the_server_above_fifty_rows(fab_app: Flask, boss: Page) -> None:
    assert "js-pick" not in boss.get(ADD).text
    with fab_app.app_context(), scope.acting(SYSTEM):
        db.session.add_all(Kind(name=f"kind {number}") for number in range(4, 204))
        db.session.commit()
    page = boss.get(ADD).text
    assert 'data-url="/admin/test-things/pick/kind"' in page
    assert page.count("kind 6") < 12
    found = boss.get("/admin/test-things/pick/kind?term=kind 203").get_json()["results"]
    assert found == [{"id": 203, "text": "kind 203"}]
    assert boss.get("/admin/test-things/pick/kind?term=%25").get_json()["results"] == []
    assert boss.get("/admin/test-things/pick/hidden").status_code == 404
    boss.send(EDIT, **{**FORM, "code": "T01", "kind": "203"})
    assert 'value="203" selected' in boss.get(EDIT).text


def test_two_threads_do_not_share_filters(fab_app: Flask) -> None:
    """FAB #2366: `view._filters` was one object, so a reply could hold another request's rows."""
    clients = {code: sign_in(fab_app, "clerk") for code in ("T01", "T02")}
    wrong: list[Any] = []

    def ask(code: str) -> None:
        for _ in range(15):
            found = codes(clients[code].get(f"{LIST}?_flt_3_code={code}").text)
            if found != [code]:
                wrong.append((code, found))

    threads = [threading.Thread(target=ask, args=(code,)) for code in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_nobody_registers_and_the_home_page_needs_a_login(fab_app: Flask) -> None:
    client = fab_app.test_client()
    assert "egister" not in client.get("/login/").text
    assert client.get("/admin/").headers["Location"].startswith("/login/")
    assert client.get("/register/form").status_code == 404
