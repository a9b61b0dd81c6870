"""Forms in a real browser: dialogs in the drawer, drafts, pickers that ask the server, days, what is not saved yet."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.models.scope import acting
from tests import factories
from tests.browsers import hosts
from tests.factories import LEAD
from tests.pages import PASSWORD
from tests.screens import sign_in

pytestmark = pytest.mark.browser
LONG = "群众反映的情况属实，已责令退还。"


@pytest.fixture
def signed_in(live, browser, account):
    """Sign in as a role: the browser, in Chinese."""

    def begin(role):
        browser.set_window_size(1366, 900)
        sign_in(browser, live, account(role), PASSWORD)
        browser.get(f"{live}/lang/zh_Hans")
        browser.get_log("browser")
        return browser

    yield begin
    browser.execute_script("sessionStorage.clear()")


def shown(browser, css):
    """What the selector finds, once it is on the page and can be seen."""
    return WebDriverWait(browser, 10).until(
        lambda each: next((one for one in each.find_elements(By.CSS_SELECTOR, css) if one.is_displayed()), None)
    )


def kept(browser):
    return browser.execute_script("return Object.keys(sessionStorage).filter(k => k.startsWith('huiyin.draft.'))")


def log_of(browser):
    """Complaints of the browser, refusals of the server aside."""
    return [line["message"] for line in browser.get_log("browser") if "status of 4" not in line["message"]]


def status(case_id):
    with acting(SYSTEM):
        return factories.read(case_id).status


def test_a_verb_is_done_in_the_drawer_and_its_faults_are_shown_there(signed_in, live):
    case_id = factories.case_in(Status.PENDING_ACCEPT)
    browser = signed_in("intake")
    hosts(browser)
    browser.get(f"{live}/admin/cases/show/{case_id}")
    shown(browser, ".hy-verbs a[href$='/do/reject']").click()
    shown(browser, "#drawer.show:not(.showing)")  # while it comes in, it takes the focus
    shown(browser, "#drawer-body textarea[name=reason]").send_keys("短")
    shown(browser, "#drawer-body [type=submit]").click()
    shown(browser, "#drawer-body .hy-summary")
    assert browser.switch_to.active_element.get_attribute("class").startswith("alert alert-danger hy-summary")
    assert browser.current_url.endswith(f"/show/{case_id}")
    assert browser.find_element(By.CSS_SELECTOR, "#drawer-body textarea").get_attribute("value") == "短"
    shown(browser, "#drawer-body select[name=reason_code]").send_keys(Keys.DOWN)
    shown(browser, "#drawer-body textarea").send_keys("缺少具体事实，无法核实。")
    page = browser.find_element(By.TAG_NAME, "html")
    shown(browser, "#drawer-body [type=submit]").click()
    WebDriverWait(browser, 10).until(lambda _: _is_gone(page))
    assert browser.current_url.endswith(f"/admin/cases/show/{case_id}")
    assert shown(browser, ".hy-case-head .hy-flags").text.startswith("不予受理")
    assert (status(case_id), kept(browser)) == ("not_accepted", [])
    assert log_of(browser) == []
    assert hosts(browser) <= {"127.0.0.1"}


def _is_gone(element):
    from selenium.common.exceptions import StaleElementReferenceException

    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False


def test_what_was_typed_for_a_verb_is_kept_until_it_is_sent_or_discarded_or_somebody_signs_out(signed_in, live):
    case_id = factories.case_in(Status.PENDING_ACCEPT)
    browser = signed_in("intake")
    page = f"{live}/admin/cases/{case_id}/do/accept"
    browser.get(page)
    shown(browser, "textarea[name=note]").send_keys(LONG)
    browser.execute_script("document.querySelector('form.js-unsaved').hySent = true")  # leave without being asked
    browser.get(f"{live}/admin/cases/show/{case_id}")
    shown(browser, ".hy-verbs a[href$='/do/accept']").click()
    assert shown(browser, "#drawer-body .js-draft")
    assert shown(browser, "#drawer-body textarea[name=note]").get_attribute("value") == LONG
    shown(browser, "#drawer-body .js-draft button").click()
    assert browser.find_element(By.CSS_SELECTOR, "#drawer-body textarea").get_attribute("value") == ""
    assert kept(browser) == []
    shown(browser, "#drawer-body textarea").send_keys("再来一次")
    assert len(kept(browser)) == 1
    browser.execute_script("document.querySelector('#drawer-body form').hySent = true")
    browser.execute_script("document.querySelector('a[href*=logout]').click()")
    WebDriverWait(browser, 10).until(lambda each: "/show/" not in each.current_url)
    assert kept(browser) == []


def asks(browser):
    """Whether the page would ask before it is left (a driver is never asked: it accepts at once)."""
    return browser.execute_script(
        "var leaving = new Event('beforeunload', {cancelable: true}); return !window.dispatchEvent(leaving)"
    )


def test_leaving_is_asked_about_only_when_something_has_changed(signed_in, live):
    browser = signed_in("platform_admin")
    browser.get(f"{live}/admin/department-types/add")
    name = shown(browser, "input[name=name]")
    name.click()
    assert not asks(browser)
    name.send_keys("某某类")
    assert asks(browser)
    name.clear()
    assert not asks(browser), "as it was"
    browser.execute_script(
        "document.querySelector('form.js-unsaved').addEventListener('submit', e => e.preventDefault())"
    )
    name.send_keys("某某类", Keys.ENTER)
    assert not asks(browser), "sent"
    browser.get(f"{live}/admin/department-types/add")
    page = browser.find_element(By.TAG_NAME, "html")
    shown(browser, "input[name=name]").send_keys("某某类", Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda _: _is_gone(page))
    assert shown(browser, ".hy-summary") == browser.switch_to.active_element
    assert browser.title.startswith("错误：")
    assert asks(browser), "refused: what is typed is not saved"


def test_a_picker_with_many_rows_asks_the_server_and_the_form_takes_what_it_found(signed_in, live):
    browser = signed_in("platform_admin")
    browser.get(f"{live}/admin/officers/list/")
    link = browser.find_element(By.CSS_SELECTOR, "a[href*='/admin/officers/edit/']").get_attribute("href")
    browser.get(link)
    select = browser.find_element(By.ID, "department")
    assert "js-pick" in select.get_attribute("class")
    assert len(select.find_elements(By.TAG_NAME, "option")) < 60
    browser.find_element(By.CSS_SELECTOR, "#department + .ts-wrapper .ts-control").click()
    shown(browser, "#department + .ts-wrapper .dropdown-input").send_keys(LEAD)
    others = ".ts-dropdown .option[data-value]:not([data-value='']):not(.selected)"
    WebDriverWait(browser, 10).until(lambda each: len(each.find_elements(By.CSS_SELECTOR, others)) == 1)
    found = shown(browser, others)
    chosen, name = found.get_attribute("data-value"), found.text
    found.click()
    assert browser.execute_script("return document.getElementById('department').value") == chosen
    page = browser.find_element(By.TAG_NAME, "html")
    shown(browser, "form.js-unsaved [type=submit]").click()
    WebDriverWait(browser, 10).until(lambda _: _is_gone(page))
    browser.get(link)
    assert name in browser.find_element(By.CSS_SELECTOR, "#department + .ts-wrapper .item").text
    assert log_of(browser) == []


def test_a_day_comes_from_the_browsers_calendar_in_our_spelling(signed_in, live):
    browser = signed_in("platform_admin")
    browser.get(f"{live}/admin/desk/")
    button = shown(browser, ".js-day button")
    assert button.get_attribute("aria-label") == "选择日期"
    browser.execute_script(
        "var day = document.querySelector('.js-day input[type=date]'); day.value = '2026-03-01';"
        "day.dispatchEvent(new Event('change'))"
    )
    assert browser.find_element(By.NAME, "received_on").get_attribute("value") == "2026-03-01"


def test_the_open_tab_stands_in_the_address(signed_in, live):
    browser = signed_in("platform_admin")
    browser.get(f"{live}/admin/matters/show/1")
    tab = browser.find_elements(By.CSS_SELECTOR, "[data-bs-toggle=tab]")[1]
    tab.click()
    name = tab.get_attribute("href").split("#")[1]
    WebDriverWait(browser, 10).until(lambda each: each.current_url.endswith(f"#{name}"))
    browser.refresh()
    assert shown(browser, f"#{name}.tab-pane.active")
