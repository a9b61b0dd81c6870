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
