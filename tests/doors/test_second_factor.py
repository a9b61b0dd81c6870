"""The second factor at both doors: set up first where the role needs it, asked for, and no code works twice."""

from __future__ import annotations

import re
from contextvars import Context

import pytest

from app.extensions import clock
from app.operations import second_factor
from tests.doors.test_passwords import NEW, latest, own, sets
from tests.doors.test_sign_ins import is_in
from tests.operations.test_second_factor import HALF_MINUTE, code
from tests.pages import PASSWORD, page, sign_in

HERE = "/admin/second-factor/"


@pytest.fixture
def auditor(app, office):
    """The name of an auditor who is no demonstration account."""
    office.sign_in("auditor")
    sets(app, is_demo=False)
    return latest(app).username


def enrol(app, browser):
    """Set it up as a person would: (secret, recovery codes). The code of the half minute before is used."""
    assert browser.send(HERE, start="1").location == HERE
    secret = re.search(r'hy-key">([A-Z2-7]+)<', browser.get(HERE).text).group(1)
    done = browser.send(HERE, code=code(secret, clock.real() - HALF_MINUTE))
    return secret, re.findall(r"<code>(\w{5}-\w{5})</code>", done.text)


def call(app, username, **more):
    login = {"username": username, "password": PASSWORD, **more}
    return Context().run(app.test_client().post, "/api/v1/security/login", json=login)


def reason(answer):
    return answer.status_code, answer.get_json()["reasons"][0]["code"]


def test_who_needs_one_comes_to_no_other_page_first(app, auditor):
    browser = sign_in(app, auditor)
    assert browser.get("/admin/").location == HERE
    assert reason(call(app, auditor)) == (401, "second_factor_needed")
    assert own(browser).status_code == 302
    assert browser.get("/admin/").location == HERE, "another password does not stand for it"
    wrong = browser.send(HERE, start="1") and browser.send(HERE, code="000000")
    assert "not right" in wrong.text or "不正确" in wrong.text or "is-wrong" in wrong.text
    assert browser.get("/admin/").location == HERE
    _, codes = enrol(app, browser)
    assert len(codes) == 10
    assert is_in(browser)
    assert not re.search(r'class="hy-key[" ]', browser.get(HERE).text), "the secret is not shown again"
    assert NEW


def test_a_code_is_asked_for_and_works_once(app, auditor):
    secret, codes = enrol(app, sign_in(app, auditor))
    given = code(secret, clock.real())

    def begun():
        browser = page(app)
        assert "/login/code/" in browser.send("/login/", username=auditor, password=PASSWORD).location
        assert not is_in(browser)
        return browser

    first, second, third = begun(), begun(), begun()
    assert first.get("/login/code/").status_code == 200
    assert first.send("/login/code/", code=given).status_code == 302
    assert "is-wrong" in second.send("/login/code/", code=given).text
    assert third.send("/login/code/?next=/admin/cases/list/", code=codes[0]).location == "/admin/cases/list/"
    assert (is_in(first), is_in(second), is_in(third)) == (True, False, True)
    for _ in range(5):
        second.send("/login/code/", code="000000")
    shut = second.send("/login/code/", code=codes[1])
    assert (shut.status_code, "Retry-After" in shut.headers) == (429, True)


def test_nobody_is_awaited_without_the_password_or_when_the_account_has_changed(app, auditor):
    enrol(app, sign_in(app, auditor))
    assert page(app).get("/login/code/").location.startswith("/login/")
    browser = page(app)
    browser.send("/login/", username=auditor, password=PASSWORD)
    sets(app, active=False)
    assert browser.get("/login/code/").location.startswith("/login/")


def test_rest_takes_the_code_as_totp(app, auditor):
    secret, codes = enrol(app, sign_in(app, auditor))
    given = code(secret, clock.real())
    assert reason(call(app, auditor)) == (401, "totp_required")
    assert reason(call(app, auditor, totp="000000")) == (401, "totp_wrong")
    assert call(app, auditor, totp=given).status_code == 200
    assert reason(call(app, auditor, totp=given)) == (401, "totp_wrong")
    assert call(app, auditor, totp=codes[0]).status_code == 200
    for _ in range(5):
        call(app, auditor, totp="000000")
    assert call(app, auditor, totp=codes[1]).status_code == 429


def test_new_recovery_codes_cost_a_code(app, auditor):
    browser = sign_in(app, auditor)
    secret, codes = enrol(app, browser)
    assert "is-wrong" in browser.send(HERE, code="000000").text
    done = browser.send(HERE, code=code(secret, clock.real()))
    new = re.findall(r"<code>(\w{5}-\w{5})</code>", done.text)
    assert (len(new), set(new) & set(codes)) == (10, set())
    for _ in range(6):
        last = browser.send(HERE, code="000000")
    assert ("too many" in last.text or "次数过多" in last.text) is True


def test_an_administrator_takes_a_lost_one_away(app, auditor, office):
    browser = sign_in(app, auditor)
    enrol(app, browser)
    there = f"/admin/account/of/{latest(app).id}/"
    keeper = office.sign_in("security_admin")
    assert "/factor" in keeper.get(there).text
    assert keeper.send(f"{there}factor", there).status_code == 302
    assert not is_in(browser)
    with app.app_context():
        assert not second_factor.is_enrolled(int(there.split("/")[-2]))
