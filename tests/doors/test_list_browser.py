"""A list in a real browser: filters without a new page, ticking, the drawer, cards on a phone."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from app.domain.lifecycle import Status
from tests.browsers import hosts
from tests.factories import case_in
from tests.pages import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def listed(live, browser, account, db):
    """The list of two cases, signed in, in Chinese."""
    for status in (Status.PENDING_ACCEPT, Status.CLOSED):
        case_in(status)
    db.session.remove()
    browser.set_window_size(1366, 900)
    browser.get(f"{live}/login/")
    browser.find_element(By.NAME, "username").send_keys(account("intake"))
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "form [type=submit]").click()
    browser.get(f"{live}/lang/zh_Hans")
    hosts(browser)
    browser.get_log("browser")
    browser.get(f"{live}/admin/cases/list/?view=all")
    return browser


def script(browser, text):
    return browser.execute_script(f"return {text}")


def until(browser, text):
    return WebDriverWait(browser, 15).until(lambda each: script(each, text))


def test_officers_filter_tick_and_read_without_leaving_the_list(listed, live):
    assert script(listed, "document.querySelector('.hy-bulk').offsetHeight") == 0
    listed.find_element(By.CSS_SELECTOR, ".js-tick").click()
    assert script(listed, "document.querySelector('.hy-ticked').textContent").strip("已选 条") == "1"
    listed.find_element(By.CSS_SELECTOR, ".js-all").click()
    assert "2" in script(listed, "document.querySelector('.hy-ticked').textContent")
    assert script(listed, "getComputedStyle(document.querySelector('thead th')).position") == "sticky"

    listed.find_element(By.CSS_SELECTOR, ".hy-first a").click()
    until(listed, "document.querySelector('#drawer.show .hy-fragment') !== null")
    assert listed.current_url.endswith("?view=all")
    assert script(listed, "document.querySelectorAll('h1').length") == 1
    until(listed, "document.querySelector('tr.is-read') !== null")
    script(listed, "bootstrap.Offcanvas.getInstance(document.getElementById('drawer')).hide()")
    until(listed, "document.activeElement.closest('.hy-first') !== null")

    script(listed, "document.getElementById('f-status').tomselect.addItem('pending_accept')")
    until(listed, "document.querySelectorAll('.hy-chip').length === 1")
    assert "_flt_8_status=pending_accept" in listed.current_url
    assert "_flt_9_title" not in listed.current_url
    assert script(listed, "document.querySelectorAll('.hy-first').length") == 1
    assert "待受理" in script(listed, "document.querySelector('#hy-tabs [aria-current]').textContent")
    listed.back()
    until(listed, "document.querySelectorAll('.hy-first').length === 2")

    faults = [line["message"] for line in listed.get_log("browser") if line["level"] == "SEVERE"]
    assert faults == []
    assert hosts(listed) <= {"127.0.0.1"}


def test_a_phone_shows_cards_and_never_scrolls_sideways(listed):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    listed.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for opened in ("", ".hy-menu", ".hy-list-head .hy-pop", ".hy-views .hy-pop", ".hy-rest"):
            if opened:
                script(listed, f"(document.querySelector('{opened}').open = true)")
            assert script(listed, "document.documentElement.scrollWidth") <= 390, opened
        label = "getComputedStyle(document.querySelector('td[data-label]'), '::before').content"
        assert "标题" in script(listed, label)
        assert script(listed, "document.querySelector('tbody tr').getBoundingClientRect().width") <= 390
    finally:
        listed.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
