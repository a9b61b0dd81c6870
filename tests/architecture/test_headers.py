"""Security headers: every route, every kind of answer, anonymous and signed in; and no browser complains."""

from __future__ import annotations

import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from app import create_app
from app.domain.access import Role
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.fab import headers
from tests import factories
from tests.callers import Caller
from tests.matrix.walk import rules
from tests.pages import PASSWORD

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SCRIPTS = re.compile(r"<script(?![^>]*nonce=\"[\w-]{20,}\")")


def assert_dressed(rule, answer):
    for name, value in EVERYWHERE.items():
        assert answer.headers.get(name) == value, (rule, name)
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin"), rule
    assert "camera=()" in answer.headers["Permissions-Policy"], rule
    policy = answer.headers.get_all("Content-Security-Policy")
    assert len(policy) == 1, rule
    assert "default-src 'none'" in policy[0], rule
    assert "frame-ancestors 'none'" in policy[0], rule
    assert "unsafe-eval" not in policy[0], rule
    if rule.startswith("/api/"):
        assert policy[0] == headers.NOTHING, rule
    assert "no-store" in answer.headers.get("Cache-Control", ""), rule


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own pages of users, WTForms 3.4
@pytest.mark.parametrize("role", ["", Role.PLATFORM_ADMIN])
def test_every_route_has_the_headers(app, client, account, role):
    caller = Caller(app, account(role) if role else "")
    for rule, method in rules(app):
        answer = caller(rule, method)
        assert_dressed(rule.rule, answer)
        policy = answer.headers["Content-Security-Policy"]
        if role and answer.mimetype == "text/html" and "nonce-" in policy:
            assert "script-src 'nonce-" in policy
            assert not SCRIPTS.search(answer.text), rule.rule
            assert set(re.findall(r'nonce="([^"]*)"', answer.text)) <= {re.search(r"nonce-([\w-]+)'", policy).group(1)}


def test_errors_have_them_too_and_no_two_answers_share_a_nonce(client):
    for path in ("/nowhere", "/api/v1/nowhere", "/api/v1/cases/?q=!", "/" + "x" * 3000):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
    with client.get("/static/portal/portal.css") as static:
        assert static.headers.get("X-Content-Type-Options") == "nosniff"
        assert "no-store" not in static.headers["Cache-Control"]
    policies = {client.get("/login/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_over_https_cookies_and_transport_are_strict(settings, app):
    from dataclasses import replace

    secure = create_app(replace(settings, public_url="https://example.org"), TESTING=True, RATELIMIT_ENABLED=False)
    answer = secure.test_client().get("/login/", base_url="https://example.org")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-huiyin=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    with secure.app_context():
        db.engine.dispose()
    plain = app.test_client().get("/login/")
    assert "Strict-Transport-Security" not in plain.headers
    assert "HttpOnly" in plain.headers["Set-Cookie"]


@pytest.mark.browser
def test_a_browser_finds_nothing_against_the_policy(live, browser, account):
    case_id = factories.case_in(Status.PENDING_CONFIRM, clock.now())
    db.session.remove()
    browser.get(f"{live}/login/")
    browser.find_element(By.NAME, "username").send_keys(account("platform_admin"))
    browser.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda each: "/login" not in each.current_url)
    browser.get_log("browser")
    paths = (
        "/admin/",
        "/admin/cases/list/",
        f"/admin/cases/show/{case_id}",
        "/admin/matters/add",
        "/admin/officers/list/",
    )
    for path in (*paths, "/admin/cases/chart/0", "/users/list/", "/resetmypassword/form", "/nowhere", "/"):
        browser.get(f"{live}{path}")
        browser.execute_script("return document.readyState")
        lines = [line["message"] for line in browser.get_log("browser") if "Content Security Policy" in line["message"]]
        assert lines == [], path
    assert browser.execute_script("return typeof jQuery") in ("function", "undefined")
