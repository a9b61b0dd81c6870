"""The desk in a real browser: a complaint is filed by keyboard alone, with and without scripts, at both widths."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from app.operations.filing import ComplainantFacts
from tests.browsers import hosts
from tests.factories import file
from tests.pages import PASSWORD
from tests.screens import sign_in

pytestmark = pytest.mark.browser
TYPED = {
    "form.fee_name": "Handling fee",
    "form.fee_amount": "100",
    "respondent.name": "Some office",
    "title": "清单以外收费",
    "body": "窗口收取了清单以外的费用，\n没有收据。",
    "complainant.phone": "13812341234",
    "complainant.name": "王小明",
    "complainant.uscc": f"91350100m000100y43{Keys.ENTER}",  # as a scanner types it
    "complainant.org_name": "郑州某某商贸有限公司",
}


def keys(browser, *pressed):
    browser.switch_to.active_element.send_keys(*pressed)


def tab_to(browser, name, value=""):
    """Press Tab until the input (or button) has the focus; how often."""
    for times in range(60):
        here = browser.switch_to.active_element
        if here.get_attribute("name") == name and (not value or here.get_attribute("value") == value):
            return times
        here.send_keys(Keys.TAB)
    raise AssertionError(name)


def press(browser):
    """Press Enter on the button that has the focus and wait for the next page."""
    page = browser.find_element(By.TAG_NAME, "html")
    keys(browser, Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(page))


def shot(browser, name):
    """Keep a picture where somebody wants to look."""
    if folder := os.environ.get("SHOTS"):
        for width in (1366, 390):
            sized(browser, width)
            height = browser.execute_script("return document.documentElement.scrollHeight")
            sized(browser, width, height)
            browser.save_screenshot(str(Path(folder) / f"{name}-{width}.png"))
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def sized(browser, width, height=900):
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.fixture
def desk(live, browser, account):
    """The desk's page, signed in, in Chinese."""
    browser.set_window_size(1366, 900)
    sign_in(browser, live, account("intake"), PASSWORD)
    browser.get(f"{live}/lang/zh_Hans")
    browser.get(f"{live}/admin/desk/")
    return browser


def test_a_complaint_is_filed_by_keyboard_alone(desk, live):
    hosts(desk)
    begun = time.monotonic()
    shot(desk, "desk")
    tab_to(desk, "channel")
    keys(desk, Keys.DOWN)
    tab_to(desk, "matter_code")
    keys(desk, "A10")
    tab_to(desk, "do", "continue")
    press(desk)
    assert desk.find_element(By.NAME, "matter_code").get_attribute("value") == "A10"
    for name, text in TYPED.items():
        tab_to(desk, name)
        keys(desk, text)
        if name == "form.fee_amount":
            tab_to(desk, "form.fee_date")
            keys(desk, "2026-03-01")
    assert desk.current_url.startswith(f"{live}/admin/desk/")
    assert not desk.find_elements(By.CSS_SELECTOR, ".alert-danger, .hy-receipt"), "Enter in a field files nothing"
    shot(desk, "desk-filled")
    tab_to(desk, "do", "file")
    press(desk)
    number = desk.find_element(By.CSS_SELECTOR, ".hy-large").text
    print(f"\nfiled by keyboard alone in {time.monotonic() - begun:.1f} s")
    assert number.startswith("TS")
    shot(desk, "receipt")
    assert hosts(desk) <= {"127.0.0.1"}


def test_pages_of_the_desk_do_not_overflow(desk, live):
    for wrong in (False, True):
        if wrong:
            tab_to(desk, "do", "file")
            press(desk)
            shot(desk, "desk-wrong")
        for width in (1366, 390):
            sized(desk, width)
            assert desk.execute_script("return document.documentElement.scrollWidth") <= width
        desk.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    desk.get(f"{live}/admin/desk/find/")
    keys(desk, "13812341234", Keys.ENTER)
    WebDriverWait(desk, 10).until(lambda each: each.find_elements(By.CSS_SELECTOR, ".hy-note, table"))
    shot(desk, "find")


def test_a_repeat_is_hinted_at_and_the_case_page_marks_what_was_found(desk, live):
    body = "我是王小明，电话13812341234，窗口收取了清单以外的费用。"
    case_id = file(complainant=ComplainantFacts(name="王小明", phone="13812341234"), body=body).case_id
    typed = {"respondent.name": "某街道办", "title": "收费", "body": body, "complainant.phone": "13812341234"}
    for name, text in {**typed, "complainant.name": "王小明"}.items():
        tab_to(desk, name)
        keys(desk, text)
    tab_to(desk, "do", "file")
    press(desk)
    assert desk.switch_to.active_element.get_attribute("value") == "sure"
    assert desk.find_element(By.CSS_SELECTOR, "#desk-found a").get_attribute("href").endswith(f"/{case_id}")
    shot(desk, "hint")
    desk.get(f"{live}/admin/cases/show/{case_id}")
    assert {each.text for each in desk.find_elements(By.CSS_SELECTOR, "mark")} == {"王小明", "13812341234"}
    shot(desk, "marked")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_seat_finds_a_case_by_phone_number_and_company(desk, live, scripts):
    who = ComplainantFacts(
        "company", "王小明", "13812341234", org_name="郑州某某商贸有限公司", uscc="91350100M000100Y43"
    )
    filed = file(complainant=who)
    desk.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    try:
        for asked in ("138 1234 1234", filed.receipt_no, "郑州某某商贸有限公司", "91350100m000100y43"):
            desk.get(f"{live}/admin/desk/find/")
            keys(desk, asked)
            press(desk)
            links = [each.get_attribute("href") for each in desk.find_elements(By.CSS_SELECTOR, "table a")]
            assert f"{live}/admin/cases/show/{filed.case_id}" in links, asked
            shot(desk, f"find-{'js' if scripts else 'no'}")
        desk.get(f"{live}/admin/desk/find/")
        keys(desk, "13900000000")
        press(desk)
        assert not desk.find_elements(By.CSS_SELECTOR, "table a")
        shot(desk, "find-nothing")
    finally:
        desk.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_files_are_added_on_the_case_page(desk, live, tmp_path, monkeypatch):
    from app.extensions import files as kept
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    (tmp_path / "情况说明.txt").write_bytes("说明".encode() * 200_000)
    case_id = file().case_id
    desk.get(f"{live}/admin/cases/show/{case_id}")
    desk.find_element(By.CSS_SELECTOR, ".hy-upload [type=file]").send_keys(f"{tmp_path}/情况说明.txt")
    WebDriverWait(desk, 20).until(lambda each: each.find_elements(By.CSS_SELECTOR, ".hy-upload [name=attachments]"))
    shot(desk, "case-upload")
    page = desk.find_element(By.TAG_NAME, "html")
    desk.find_element(By.CSS_SELECTOR, ".hy-upload > .btn").click()
    WebDriverWait(desk, 10).until(staleness_of(page))
    assert "情况说明.txt" in desk.find_element(By.CSS_SELECTOR, ".hy-evidence").text
    shot(desk, "case-evidence")
