"""The form in a real browser: files are sent at once and shown, and one that is not taken says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from app.extensions import files as kept
from tests.operations import files

pytestmark = pytest.mark.browser


def test_files_are_uploaded_at_once(browser, live, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    for name, content in (("照片.png", files.picture()), ("page.html", b"<!doctype html><p>")):
        Path(tmp_path / name).write_bytes(content)
    browser.get(f"{live}/complain/A10?region=410105")
    chooser = browser.find_element(By.ID, "attachments")
    chooser.send_keys(f"{tmp_path}/照片.png\n{tmp_path}/page.html")
    lines = "[data-upload] .files li"

    def texts(driver):
        is_busy = driver.find_elements(By.CSS_SELECTOR, "[data-upload] progress")
        found = [] if is_busy else [each.text for each in driver.find_elements(By.CSS_SELECTOR, lines)]
        return found if len(found) == 2 else False

    good, bad = sorted(WebDriverWait(browser, 15).until(texts), reverse=True)
    assert re.match(r"照片\.png \(\d+ KB, ", good)
    assert bad.startswith("page.html: ")
    tokens = browser.find_elements(By.CSS_SELECTOR, "input[name=attachments]:checked")
    assert len(tokens) == 1
    browser.find_element(By.CSS_SELECTOR, "[data-upload] li button").click()
    assert len(browser.find_elements(By.CSS_SELECTOR, lines)) == 1
    assert [entry["message"] for entry in browser.get_log("browser") if "Security" in entry["message"]] == []


def offline(browser, *, is_offline, speed=-1):
    browser.execute_cdp_cmd("Network.enable", {})
    conditions = {"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)


def test_a_file_goes_on_where_the_connection_broke(browser, live, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage
    from app.operations import partials

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    Path(tmp_path / "长文.txt").write_bytes("回音".encode() * 500_000)
    taken, take = [], partials.take
    monkeypatch.setattr(partials, "take", lambda *given: taken.append(given[1]) or take(*given))
    browser.get(f"{live}/complain/A10?region=410105")
    offline(browser, is_offline=False, speed=1_000_000)
    try:
        browser.find_element(By.ID, "attachments").send_keys(f"{tmp_path}/长文.txt")
        WebDriverWait(browser, 15).until(lambda _: len(taken) >= 2)
        offline(browser, is_offline=True)
        WebDriverWait(browser, 15).until(lambda each: "%" not in each.find_element(By.CSS_SELECTOR, ".files li").text)
    finally:
        offline(browser, is_offline=False)
    WebDriverWait(browser, 30).until(lambda each: each.find_elements(By.CSS_SELECTOR, "input[name=attachments]"))
    assert taken.count(0) == 1, "it did not begin anew"
    assert taken[-1] > 0
    assert not browser.execute_script("return sessionStorage.length")


def test_a_file_is_given_up(browser, live, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    Path(tmp_path / "长文.txt").write_bytes("回音".encode() * 500_000)
    browser.get(f"{live}/complain/A10?region=410105")
    offline(browser, is_offline=False, speed=100_000)
    try:
        browser.find_element(By.ID, "attachments").send_keys(f"{tmp_path}/长文.txt")
        WebDriverWait(browser, 15).until(lambda each: each.find_elements(By.CSS_SELECTOR, ".files progress"))
        browser.find_element(By.CSS_SELECTOR, ".files button").click()
        WebDriverWait(browser, 15).until(lambda each: not each.find_elements(By.CSS_SELECTOR, ".files li"))
    finally:
        offline(browser, is_offline=False)
