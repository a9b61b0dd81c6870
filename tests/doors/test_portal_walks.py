"""Walks through the whole portal in a real browser: narrow and wide, with and without scripts, in Chinese."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.extensions import files as kept
from app.models.case import Case
from app.models.message import Message
from app.models.scope import acting
from tests import factories
from tests.browsers import hosts
from tests.operations import files

pytestmark = pytest.mark.browser
TYPED = {
    "respondent.name": "某某街道办事处",
    "title": "窗口收取清单以外的费用",
    "body": "三月一日我到窗口办理登记，被要求缴纳“手续费”1200元。\n"
    "窗口说不出收费依据，也没有开收据。\n要求退还并说明依据。",
    "form.fee_name": "手续费",
    "form.fee_amount": "1,200.50",
    "form.fee_date": "2026-03-01",
    "complainant.name": "王小明",
    "complainant.phone": "0371-65501234",
    "complainant.org_name": "郑州某某商贸有限公司",
    "complainant.uscc": "91350100M000100Y43",
}
RATED = {"speed": 2, "result": 1, "manner": 3}
EVIDENCE = {
    "现场照片.png": files.picture(),
    "情况说明.txt": "情况说明\n".encode() * 50,
    "证据材料.zip": files.gbk_zip(),
}


class Walker:
    """Somebody at a browser of one width, with or without scripts."""

    def __init__(self, browser, live, width, scripts):
        self.browser, self.live, self.width, self.scripts = browser, live, width, scripts
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})

    def go(self, path):
        self.browser.get(self.live + path)

    def find(self, css):
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def press(self, css="main form .button"):
        page = self.browser.find_element(By.TAG_NAME, "html")
        self.find(css)[0].click()
        WebDriverWait(self.browser, 20).until(staleness_of(page))

    def type(self, **more):
        for name, text in {**TYPED, **more}.items():
            for field in self.find(f'main [name="{name}"]:not([type=radio])'):
                if field.get_attribute("type") == "date":
                    field.send_keys(text[5:7] + text[8:] + text[:4])
                else:
                    field.clear()
                    field.send_keys(text)

    def choose(self, name, value):
        self.find(f'input[name="{name}"][value="{value}"]')[0].click()

    def look(self, name):
        """Nothing is wider than the screen, and where somebody wants to look there is a picture."""
        layout = self.browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        assert layout["width"] <= self.width, name
        text = self.browser.find_element(By.TAG_NAME, "body").text
        if folder := os.environ.get("SHOTS"):
            size = {"width": self.width, "height": int(layout["height"]), "deviceScaleFactor": 1, "mobile": False}
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            self.browser.save_screenshot(
                str(Path(folder) / f"{name}-{self.width}-{'js' if self.scripts else 'no'}.png")
            )
            size["height"] = 800
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        return text

    def send_files(self, folder, wanted):
        chooser = self.find("#attachments")[0]
        chooser.send_keys("\n".join(f"{folder}/{name}" for name in wanted))
        if self.scripts:
            WebDriverWait(self.browser, 20).until(lambda _: len(self.find("input[name=attachments]")) == len(wanted))
            self.look("evidence-sent")

    def rated(self):
        for name, stars in RATED.items():
            self.choose(name, stars)
        self.look("rating")
        self.press('form:has([value="rate"]) .button')


@pytest.fixture
def walker(live, browser, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    for name, content in EVIDENCE.items():
        (tmp_path / name).write_bytes(content)
    hosts(browser)
    yield lambda width, scripts: Walker(browser, live, width, scripts)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (1366, False)])
def test_filed_supplemented_closed_reworked_and_rated_twice(walker, tmp_path, width, scripts):
    person = walker(width, scripts)
    number, code = _files(person, tmp_path)
    case_id = _follows(person, number, code)
    factories.do(case_id, "request_supplement", factories.centre(), clock.now(), what="请补充缴费凭证。", days=10)
    person.go(f"/track/{number}")
    assert "请补充缴费凭证。" in person.look("supplement")
    person.press('form:has([value="supplement"]) .button')
    person.look("supplement-wrong")
    person.find("[name=text]")[0].send_keys("凭证见附件。")
    person.send_files(tmp_path, ["情况说明.txt"])
    person.press('form:has([value="supplement"]) .button')
    person.look("supplemented")
    assert factories.status_of(case_id) == "pending_accept"
    for _ in range(2):
        _closed(case_id)
        person.go(f"/track/{number}")
        assert person.find('[name="speed"]'), "who left no mobile number rates here"
        person.rated()
        person.look("rated")
        assert not person.find('[name="speed"]')
        supervisor = factories.actor(Role.SUPERVISOR)
        if factories.read(case_id).rework_count == 0:
            factories.do(case_id, "rework", supervisor, clock.now(), reason="投诉人不满意，请重新办理。")
            person.go(f"/track/{number}")
            person.look("reworked")
    assert [each.score is not None for each in factories.read(case_id).evaluations] == [True, True]
    assert hosts(person.browser) == {"127.0.0.1"}


def _closed(case_id):
    """The rest of the way, from wherever it is."""
    now = clock.now()
    if factories.status_of(case_id) == "pending_accept":
        factories.bring(case_id, Status.CLOSED, now)
        return
    lead = factories.handler(at=factories.lead_of(case_id))
    factories.do(case_id, "report", lead, now, **factories.SOLVED)
    factories.do(case_id, "follow_up", factories.centre(), now, is_reached=True, note="called")
    factories.do(case_id, "close", factories.centre(), now)


def _case_of(number):
    with acting(SYSTEM):
        case_id = db.session.scalar(select(Case.id).where(Case.receipt_no == number))
    db.session.remove()
    return case_id


def _files(person, folder):
    """Five steps, with something wrong at first and a change at the end; number and code."""
    person.go("/")
    person.look("home")
    person.press(".card.first")
    person.press()
    assert person.browser.title.startswith("错误：")
    person.look("about-wrong")
    person.find("details summary")[0].click()
    person.choose("matter", "A10")
    person.find('option[value="410105"]')[0].click()
    person.type()
    person.look("about")
    person.press()
    person.press()
    person.look("events-wrong")
    person.type()
    person.look("events")
    person.press()
    person.look("evidence")
    person.send_files(folder, list(EVIDENCE))
    person.press()
    person.choose("complainant.kind", "company")
    person.type()
    person.look("contact")
    person.press()
    shown = person.look("check")
    for name in (*EVIDENCE, "王小明"):
        assert name in shown
    person.press('.change a[href*="step/contact"]')
    person.type(**{"complainant.name": "李明"})
    person.press()
    assert "李明" in person.look("check-changed")
    person.press("form:has([name=promise]) .button")
    person.look("check-wrong")
    person.find("[name=promise]")[0].click()
    person.press("form:has([name=promise]) .button")
    person.look("done")
    return ["".join(each.text.split()) for each in person.find(".numbers dd")]


def _follows(person, number, code):
    """From the receipt's number to the progress page; the case's id."""
    person.go(f"/track?n={number}")
    person.find("[name=code]")[0].send_keys("0000 0000 0000 0000")
    person.press()
    person.look("track-wrong")
    person.find("[name=code]")[0].clear()
    person.find("[name=code]")[0].send_keys(code)
    person.press()
    assert TYPED["title"] in person.look("progress")
    return _case_of(number)


@pytest.mark.parametrize(("width", "scripts"), [(1366, True), (390, False)])
def test_withdrawn(walker, width, scripts):
    person, filed = walker(width, scripts), factories.file(clock.now())
    _follows_quietly(person, filed)
    person.press(f'a[href$="/track/{filed.receipt_no}/withdraw"]')
    person.look("withdraw")
    person.press('form:has([value="withdraw"]) .button')
    person.look("withdraw-wrong")
    person.find("[name=reason]")[0].send_keys("已经协商解决。")
    person.press('form:has([value="withdraw"]) .button')
    person.look("withdrawn")
    assert factories.status_of(filed.case_id) == "withdrawn"
    assert hosts(person.browser) == {"127.0.0.1"}


def _follows_quietly(person, filed):
    person.go(f"/track?n={filed.receipt_no}")
    person.find("[name=code]")[0].send_keys(filed.query_code)
    person.press()


@pytest.mark.parametrize("width", [390, 1366])
def test_plain_pages(walker, width):
    person = walker(width, True)
    for path in ("/guide", "/evaluate", "/evaluate/nobody-has-it", "/evaluate/thanks", "/mine", "/track", "/nowhere"):
        person.go(path)
        shown = person.look("plain" + path.replace("/", "-"))
        assert not re.search(r"[A-Za-z]{4,} [a-z]{3,} ", shown), (path, shown)
    person.go("/complain/draft/nothing")
    person.look("plain-no-draft")


@pytest.mark.parametrize(("width", "scripts"), [(390, False), (1366, True)])
def test_several_complaints_by_a_code_to_the_phone_and_rating_by_the_link(walker, width, scripts):
    person, first = walker(width, scripts), factories.case_in(Status.CLOSED, clock.now())
    factories.file(clock.now(), title="另一件投诉")
    db.session.remove()
    person.go("/mine")
    person.find("[name=phone]")[0].send_keys("138 1234 1234")
    person.press()
    person.look("mine-code")
    person.find("[name=code]")[0].send_keys(_texts("otp", r"[0-9]{6}"))
    person.press()
    assert "另一件投诉" not in person.look("mine-list"), "numbers and steps, no titles"
    assert len(person.find(".card")) == 2
    person.go(_texts("rate", r"/evaluate/[\w-]+"))
    person.press()
    person.look("evaluate-wrong")
    for name, stars in RATED.items():
        person.choose(name, stars)
    person.press()
    person.look("thanks")
    assert [each.score is not None for each in factories.read(first).evaluations] == [True]
    assert hosts(person.browser) == {"127.0.0.1"}


def _texts(kind, pattern):
    with acting(SYSTEM):
        row = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id.desc())).first()
        found = re.search(pattern, row.text)[0]
    db.session.remove()
    return found
