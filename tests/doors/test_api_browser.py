"""The page about the REST API in a real browser: it shows what there is, and asks no other host."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import hosts
from tests.pages import PASSWORD

pytestmark = pytest.mark.browser


def test_the_page_shows_our_endpoints_and_asks_no_other_host(live, browser, account):
    hosts(browser)
    browser.get(f"{live}/login/?next=/swagger/v1")
    browser.find_element(By.NAME, "username").send_keys(account("auditor"))
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "form [type=submit]").click()
    browser.get_log("browser")  # what the sign-in page had to say
    browser.get(f"{live}/swagger/v1")
    shown = WebDriverWait(browser, 20).until(lambda each: each.find_elements(By.CSS_SELECTOR, ".opblock-summary-path"))
    assert "/api/v1/cases/by-number/{number}" in {line.text.replace("\u200b", "") for line in shown}
    assert hosts(browser) == {"127.0.0.1"}
    assert [line["message"] for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []
