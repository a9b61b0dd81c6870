"""A real browser on the public pages: from home to the receipt and the progress, and no other host is asked."""

from __future__ import annotations

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import hosts

pytestmark = pytest.mark.browser
TYPED = {
    "title": "A fee that is not on the list",
    "body": "We were charged a fee.",
    "respondent.name": "Some office",
    "form.fee_name": "Handling fee",
    "form.fee_amount": "100",
    "complainant.name": "Wang Xiaoming",
    "complainant.phone": "13812341234",
}


def press(browser):
    """Press the page's button and wait for the next page."""
    page = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, "main form .button").click()
    patient = WebDriverWait(browser, 10, ignored_exceptions=(WebDriverException,))  # asked while the page goes
    patient.until(staleness_of(page))


def test_somebody_files_and_follows_a_complaint(live, browser):
    hosts(browser)
    browser.get_log("browser")
    browser.set_window_size(500, 900)
    browser.get(live)
    browser.find_element(By.CSS_SELECTOR, ".card.first").click()
    press(browser)
    waiting = WebDriverWait(browser, 10, ignored_exceptions=(WebDriverException,))  # the page may be on its way
    waiting.until(lambda each: each.switch_to.active_element.get_attribute("class") == "summary")
    browser.find_element(By.CSS_SELECTOR, "details summary").click()
    browser.find_element(By.CSS_SELECTOR, 'input[value="A10"]').click()
    browser.find_element(By.CSS_SELECTOR, 'option[value="410105"]').click()
    for step in ("", "events", "evidence", "contact"):
        assert browser.current_url.split("#")[0] == f"{live}/complain" + (f"/step/{step}" if step else "")
        for name, text in TYPED.items():
            for field in browser.find_elements(By.NAME, name):
                field.send_keys(text)
        for field in browser.find_elements(By.NAME, "form.fee_date"):
            browser.execute_script("arguments[0].value = '2026-03-01'", field)
        press(browser)
    browser.find_element(By.NAME, "promise").click()
    press(browser)
    assert browser.current_url.startswith(f"{live}/complain/done?n=TS")
    number, code = ("".join(dd.text.split()) for dd in browser.find_elements(By.CSS_SELECTOR, ".numbers dd"))
    browser.get(f"{live}/track?n={number}")
    browser.find_element(By.NAME, "code").send_keys(code)
    press(browser)
    assert number in browser.find_element(By.TAG_NAME, "h1").text
    assert hosts(browser) == {"127.0.0.1"}
    blocked = [entry["message"] for entry in browser.get_log("browser") if "422" not in entry["message"]]
    assert not blocked


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize(
    "path", ["/", "/guide", "/complain?next=1&matter=A08", "/complain/A08?region=410105", "/track"]
)
def test_pages_fit_and_can_be_touched(live, browser, path, width):
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.get(live + path)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        small = browser.execute_script(
            """return [...document.querySelectorAll(".button, .top a, .card, summary, select, textarea, .tick, input")]
            .filter(each => !["hidden", "radio", "checkbox"].includes(each.type))
            .filter(each => each.offsetHeight && each.offsetHeight < 44).map(each => each.outerHTML)"""
        )
        assert small == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
