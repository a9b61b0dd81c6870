"""Connected systems and opened names at the officers' pages."""

from __future__ import annotations

import re

import pytest

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.api_client import ApiClient
from app.models.scope import acting
from app.models.unmasking import Unmasking
from app.operations import client_calls, clients
from app.operations.client_calls import Batch, Slot
from tests.doors.clients import System

GOOD = {
    "code": "hotline-a",
    "name": "市长热线",
    "scope": ["cases:file", "cases:read"],
    "networks": "10.0.0.0/8",
    "per_minute": "600",
    "per_day": "",
    "expires_on": "2099-12-31",
}
NEW = "/admin/clients/new"
KEY = re.compile(r"hyk_[\w-]{43}")


def opens(office, key):
    with office.app.app_context(), acting(SYSTEM):
        return clients.by_key(key, clock.now()) is not None


def rows(office, model):
    with office.app.app_context(), acting(SYSTEM):
        return db.session.query(model).order_by(model.id).all()


@pytest.mark.parametrize("role", ["platform_admin", "security_admin"])
def test_a_client_is_made_and_its_key_shown_once(office, role):
    browser = office.sign_in(role)
    assert 'href="/admin/clients/new"' in browser.get("/admin/api-clients/list/").text
    assert "cases:read" in browser.get(NEW).text
    answer = browser.send(NEW, **GOOD)
    (key,) = KEY.findall(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert opens(office, key)
    (client,) = rows(office, ApiClient)
    assert (client.scopes, client.networks, client.per_minute, client.per_day) == (
        "cases:file cases:read",
        "10.0.0.0/8",
        600,
        None,
    )
    page = browser.get(f"/admin/api-clients/show/{client.id}").text
    assert key[:10] in page
    assert key not in page
    for path in ("/admin/client-keys/list/", "/admin/configuration-changes/list/"):
        assert key[10:] not in browser.get(path).text


@pytest.mark.parametrize(
    ("wrong", "said", "status"),
    [
        ({"code": "X"}, "Use 3 to 32 small letters", 422),
        ({"per_day": "many"}, "A whole number from 1 on.", 422),
        ({"expires_on": "soon"}, "Give a date such as", 422),
        ({"networks": "here"}, "Give networks such as", 422),
        ({"name": " "}, "Please fill this in.", 422),
        ({"department_code": "nobody"}, "There is no department nobody.", 409),
    ],
)
def test_what_was_typed_stays_with_what_is_wrong(office, wrong, said, status):
    answer = office.sign_in("platform_admin").send(NEW, **{**GOOD, **wrong})
    assert answer.status_code == status
    assert said in answer.text
    assert 'value="600"' in answer.text
    assert 'value="cases:act"' in answer.text
    assert 'value="cases:act" checked' not in answer.text
    assert rows(office, ApiClient) == []


def test_a_key_is_changed_and_ended(office):
    browser, system = office.sign_in("security_admin"), System(office.app, "hotline-a")
    show = f"/admin/api-clients/show/{system.id}"
    (new,) = KEY.findall(browser.send(f"/admin/clients/{system.id}/rotate", show, days="3").text)
    assert (opens(office, system.key), opens(office, new)) == (True, True)
    answer = browser.send(f"/admin/clients/keys/{system.key_id}/end", show)
    assert answer.location == show
    assert (opens(office, system.key), opens(office, new)) == (False, True)
    assert browser.send(f"/admin/clients/{system.id}/rotate", show, days="1000").location == show
    assert browser.send(f"/admin/clients/{system.id}/end", show).location == show
    assert not opens(office, new)
    page = browser.get(show).text
    assert "End this system" not in page
    assert browser.get("/admin/api-clients/show/99999").status_code == 404
    assert browser.get("/admin/api-clients/show/x").status_code == 404


def test_others_neither_make_nor_see_clients(office):
    system = System(office.app, "hotline-a")
    for role in ("auditor", "intake", "city_admin", "handler"):
        browser = office.sign_in(role)
        for path in (NEW, "/admin/clients/calls", f"/admin/api-clients/show/{system.id}", "/admin/client-keys/list/"):
            assert browser.get(path).status_code == 403, (role, path)
        token = browser.token("/resetmypassword/form")
        for path in (f"/admin/clients/{system.id}/end", f"/admin/clients/keys/{system.key_id}/end"):
            assert browser.post(path, data={"csrf_token": token}).status_code == 403, (role, path)
    assert opens(office, system.key)


def test_calls_are_drawn_and_listed_by_route(office):
    browser, one, other = office.sign_in("platform_admin"), System(office.app, "one-a"), System(office.app, "two-b")
    assert "No calls in these days." in browser.get("/admin/clients/calls").text
    with office.app.app_context(), acting(SYSTEM):
        batch = Batch()
        hour = client_calls.hour_of(clock.now())
        for status, time in ((200, 3.0), (200, 30.0), (429, 1.0), (500, 9999.0)):
            batch.note(Slot(one.id, hour, "GET /api/v1/cases/"), status, time)
        batch.note(Slot(other.id, hour, "POST /api/v1/cases/"), 201, 40.0)
        client_calls.record(batch)
    page = browser.get("/admin/clients/calls").text
    assert "js-chart" in page
    assert "GET /api/v1/cases/" in page
    assert "POST /api/v1/cases/" in page
    assert "50.0 %" in page
    assert "&gt; 2500" in page
    page = browser.get(f"/admin/clients/calls?client={one.id}&days=1").text
    assert "POST /api/v1/cases/" not in page
    for odd in ("?client=x&days=y", "?client=99999&days=5", "?days=-1"):
        assert browser.get(f"/admin/clients/calls{odd}").status_code == 200


def test_a_phone_is_opened_for_a_reason_and_auditors_read_it(office):
    case_id = office.case("pending_accept")
    browser, auditor = office.sign_in("caller"), office.sign_in("auditor")
    page = f"/admin/unmask/{case_id}/phone"
    assert page in browser.get(f"/admin/cases/show/{case_id}").text
    asking = browser.get(page)
    assert "13812341234" not in asking.text
    assert asking.headers["Cache-Control"] == "no-store"
    wrong = browser.send(page, reason="", words="a")
    assert (wrong.status_code, "13812341234" in wrong.text) == (422, False)
    assert "Say in 4 to 300 characters" in wrong.text
    shown = browser.send(page, reason="call_back", words="I call to ask for the receipt.")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert "13812341234" in shown.text
    assert "Wang Xiaoming" in browser.send(f"/admin/unmask/{case_id}/name", reason="verify", words="Same person?").text
    assert "13812341234" not in browser.get(f"/admin/cases/show/{case_id}").text
    log = auditor.get("/admin/unmaskings/list/").text
    assert "I call to ask for the receipt." in log
    assert "To call the complainant" in log
    assert "13812341234" not in log
    assert len(rows(office, Unmasking)) == 2
    assert browser.get("/admin/unmaskings/list/").status_code == 403


def test_who_may_not_is_sent_back(office):
    secret, plain = office.case("pending_confirm", is_confidential=True), office.case("pending_confirm")
    for role, case_id in (("handler", secret), ("auditor", plain), ("leader_view", plain)):
        browser = office.sign_in(role)
        show = f"/admin/cases/show/{case_id}"
        assert "/admin/unmask/" not in browser.get(show).text
        answer = browser.get(f"/admin/unmask/{case_id}/phone")
        assert (answer.status_code, answer.location) == (302, show)
        token = browser.token("/resetmypassword/form")
        data = {"csrf_token": token, "reason": "other", "words": "I want to."}
        assert browser.post(f"/admin/unmask/{case_id}/phone", data=data).status_code == 302
    other = office.sign_in("handler", at="410300-ZJ")
    assert other.get(f"/admin/unmask/{plain}/phone").status_code == 404
    assert office.sign_in("handler").get(f"/admin/unmask/{plain}/body").status_code == 302
    assert rows(office, Unmasking) == []


def test_too_many_are_told_when_again(office):
    case_id, browser = office.case("pending_accept"), office.sign_in("caller")
    page, typed = f"/admin/unmask/{case_id}/phone", {"reason": "call_back", "words": "I call them back."}
    assert {browser.send(page, **typed).status_code for _ in range(10)} == {200}
    last = browser.send(page, **typed)
    assert (last.status_code, "13812341234" in last.text) == (429, False)
    assert "Again from" in last.text
    assert len(rows(office, Unmasking)) == 10
