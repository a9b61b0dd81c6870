"""One complaint by real browser through every role, from the public form to the rating; no page asks another host."""

from __future__ import annotations

import re

import pytest
from flask import current_app
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import element_to_be_clickable, staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from app.domain.access import SYSTEM
from app.extensions import clock, db, site
from app.gateways.sms.registry import make_gateway
from app.models.scope import acting
from app.operations import messaging
from tests.browsers import hosts
from tests.factories import FORM, LEAD, SOLVED, file, read, status_of
from tests.pages import PASSWORD

pytestmark = pytest.mark.browser
PAGES = (
    "/admin/",
    "/admin/cases/list/",
    "/admin/cases/chart/by-matter",
    "/admin/evaluations/list/",
    "/admin/matters/list/",
    "/admin/departments/list/",
    "/admin/outbox/",
    "/users/list/",
    "/roles/list/",
    "/users/userinfo/",
    "/swagger/v1",
)


@pytest.fixture
def day(monkeypatch):
    """The walk's business time: eleven o'clock in China, so that messages go out at once."""
    moment = clock.now().replace(hour=3)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


class Person:
    """Somebody at a browser."""

    def __init__(self, browser, live):
        self.browser, self.live = browser, live

    def go(self, path):
        self.browser.get(self.live + path)
        shown = self.browser.find_elements(By.CSS_SELECTOR, "h1, .navbar, #swagger-ui")
        assert shown, self.browser.find_element(By.TAG_NAME, "body").text

    def press(self, css):
        page = self.browser.find_element(By.TAG_NAME, "html")
        self.browser.find_element(By.CSS_SELECTOR, css).click()
        WebDriverWait(self.browser, 10).until(staleness_of(page))

    def sign_in(self, name):
        self.browser.delete_all_cookies()
        self.browser.get(f"{self.live}/login/")
        self.browser.find_element(By.NAME, "username").send_keys(name)
        self.browser.find_element(By.NAME, "password").send_keys(PASSWORD)
        self.press("form [type=submit]")

    def do(self, case_id, verb, **facts):
        """A verb by its button on the case page, and its form in the drawer beside it."""
        self.browser.get(f"{self.live}/admin/cases/show/{case_id}")
        self.browser.find_element(By.CSS_SELECTOR, f'a[href$="/admin/cases/{case_id}/do/{verb}"]').click()
        send = "#drawer.show:not(.showing) form.hy-form button[type=submit]"
        WebDriverWait(self.browser, 20).until(element_to_be_clickable((By.CSS_SELECTOR, send)))
        for name, value in facts.items():
            field = self.browser.find_element(By.NAME, name)
            if field.tag_name == "select":
                self.browser.execute_script(CHOOSE, field, value)
            elif field.get_attribute("type") == "checkbox":
                field.click()
            else:
                field.send_keys(value)
        self.press(send)


CHOOSE = "const [one, value] = arguments; one.tomselect ? one.tomselect.setValue(value) : (one.value = value);"
"""A select, whether it is the browser's or has been dressed by the page."""


def test_a_complaint_from_filing_to_rating(live, browser, account, day, outbox, monkeypatch):
    monkeypatch.setattr(site, "public_url", live)
    people = {role: account(role, at=LEAD if role == "handler" else "") for role in ROLES}
    case_id = file(day, channel="hotline", form=FORM).case_id
    person = Person(browser, live)
    hosts(browser)
    for role, verb, facts in STEPS:
        person.sign_in(people[role])
        person.do(case_id, verb, **facts)
    assert status_of(case_id) == "closed"
    with acting(SYSTEM):
        settings = current_app.config["HUIYIN"]
        counts = messaging.drain(make_gateway(settings.sms, settings), clock.now(), clock.real)
    db.session.remove()
    assert counts["sent"] >= 5
    person.sign_in(people["platform_admin"])
    person.go("/admin/outbox/")
    text = browser.find_element(By.TAG_NAME, "body").text
    assert "138****1234" in text
    assert "13812341234" not in text
    link = re.search(r"/evaluate/[\w-]+", text)[0]
    browser.delete_all_cookies()
    person.go(link)
    for name in ("speed", "result", "manner"):
        browser.execute_script(f"document.querySelector('input[name={name}][value=\"5\"]').click()")
    person.press("main form .button")
    assert read(case_id).evaluations[0].score == 5
    assert hosts(browser) == {"127.0.0.1"}


ROLES = ("intake", "dispatcher", "handler", "caller", "supervisor", "platform_admin")
STEPS = (
    ("intake", "accept", {}),
    ("dispatcher", "assign", {}),
    ("handler", "sign_for", {}),
    ("handler", "report", SOLVED),
    ("caller", "follow_up", {"is_reached": True, "note": "Called, all is well."}),
    ("supervisor", "close", {}),
)


def test_no_page_of_the_back_office_asks_another_host(live, browser, account):
    person = Person(browser, live)
    person.sign_in(account("platform_admin"))
    hosts(browser)
    for path in PAGES:
        person.go(path)
        assert hosts(browser) == {"127.0.0.1"}, path
