"""axe finds nothing on pages of office and portal, drawer and errors included; 长辈版 is large; both need no mouse."""

from __future__ import annotations

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from app.domain.lifecycle import Status
from app.extensions import clock, db
from tests import factories
from tests.browsers import hosts
from tests.pages import PASSWORD
from tests.screens import SCREENS, complaints, overflows, patient, show, sign_in, size, small_print, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # FAB's own pages of users, WTForms 3.4
]
CHECKED = (
    *("home", "about-errors", "one-page", "track", "sign-in"),
    *("office-home", "cases", "drawer", "case", "verb-errors", "matter-errors", "office-nowhere"),
)


@pytest.fixture
def narrow(browser):
    """A window of 390 px."""
    size(browser, 390, 800)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def case(db):
    """A case that waits to be accepted."""
    made = factories.case_in(Status.PENDING_ACCEPT, clock.now())
    db.session.remove()
    return made


def look_at(browser, live, account, case, names):
    found, signed_in = {}, ""
    for screen in (each for each in SCREENS if each.name in names):
        if screen.role and screen.role != signed_in:
            browser.delete_all_cookies()
            sign_in(browser, live, account(screen.role), PASSWORD)
            signed_in = screen.role
        show(browser, live, screen, case)
        faults = [*violations(browser), *complaints(browser), *(["it scrolls sideways"] if overflows(browser) else [])]
        if browser.execute_script("return document.querySelectorAll('h1').length") != 1:
            faults.append("not one h1")
        if faults:
            found[screen.name] = faults
    return found


def test_axe_finds_nothing(live, browser, account, case):
    hosts(browser)
    complaints(browser)
    assert look_at(browser, live, account, case, CHECKED) == {}
    assert hosts(browser) == {"127.0.0.1"}


def test_axe_finds_nothing_on_a_phone(live, narrow, account, case):
    complaints(narrow)
    assert look_at(narrow, live, account, case, CHECKED) == {}


@pytest.mark.parametrize("name", ["home", "about", "track", "sign-in"])
def test_larger_letters_are_large_and_targets_too(live, browser, name):
    browser.get(f"{live}/look/elder/on")
    show(browser, live, next(each for each in SCREENS if each.name == name), 0)
    assert small_print(browser) == []
    low = browser.execute_script(
        """const touched = "button, .button, .btn, .card, select, textarea, summary, .tick, input, nav a, .tools a";
        return [...document.querySelectorAll(touched)]
        .filter(each => !["hidden", "radio", "checkbox"].includes(each.type))
        .filter(each => each.offsetHeight && each.offsetHeight < 60).map(each => each.outerHTML.slice(0, 120))"""
    )
    assert low == []
    assert violations(browser) == []


def reach(browser, matches, limit=120):
    """Press Tab until the focus is on an element of this kind; it must be seen to be there."""
    for _ in range(limit):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        here = browser.switch_to.active_element
        if browser.execute_script("return arguments[0].matches(arguments[1])", here, matches):
            style = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", here)
            shadow = browser.execute_script("return getComputedStyle(arguments[0]).boxShadow", here)
            assert style != "none" or shadow != "none", f"the focus is not seen on {matches}"
            return here
    raise AssertionError(f"{matches} cannot be reached by the keyboard")


def gone(browser, press, key=Keys.ENTER):
    """Press a key on what has the focus and wait for the next page."""
    browser.execute_script("document.body.dataset.old = '1'")
    press.send_keys(key)
    patient(browser).until(lambda each: each.find_element(By.CSS_SELECTOR, "body:not([data-old])"))


def test_a_complaint_is_filed_without_a_mouse(live, browser):
    browser.get(live)
    gone(browser, reach(browser, ".card.first"))
    reach(browser, "details summary").send_keys(Keys.ENTER)
    reach(browser, 'details[open] input[type="radio"]').send_keys(Keys.SPACE)
    reach(browser, "#region").send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    reach(browser, '[name="respondent.name"]').send_keys("Some office")
    gone(browser, reach(browser, "main form .button"))
    reach(browser, '[name="title"]').send_keys("A fee that is not on the list")
    reach(browser, '[name="body"]').send_keys("We were charged a fee.")
    while browser.current_url.split("#")[0].endswith("/events"):
        for field in browser.find_elements(By.CSS_SELECTOR, '[name^="form."]:not([type="date"]):not(select)'):
            if not field.get_attribute("value"):
                reach(browser, f'[name="{field.get_attribute("name")}"]').send_keys("100")
        gone(browser, reach(browser, "main form .button"))
        assert browser.current_url.split("#")[0].endswith("/evidence"), browser.find_element(By.TAG_NAME, "main").text
    gone(browser, reach(browser, "main form .button"))
    reach(browser, '[name="complainant.name"]').send_keys("Wang Xiaoming")
    reach(browser, '[name="complainant.phone"]').send_keys("13812341234")
    gone(browser, reach(browser, "main form .button"))
    reach(browser, '[name="promise"]').send_keys(Keys.SPACE)
    gone(browser, reach(browser, "main form .button:not(.plain)"))
    assert "/complain/done" in browser.current_url, browser.find_element(By.TAG_NAME, "main").text


def test_a_case_is_accepted_without_a_mouse(live, browser, account, case):
    browser.get(f"{live}/login/")
    name = browser.switch_to.active_element
    assert name.get_attribute("name") == "username"
    name.send_keys(account("intake"))
    reach(browser, '[name="password"]').send_keys(PASSWORD)
    gone(browser, browser.switch_to.active_element)
    browser.get(f"{live}/admin/cases/list/")
    reach(browser, "tbody a[hx-get]").send_keys(Keys.ENTER)
    patient(browser).until(lambda each: each.find_element(By.CSS_SELECTOR, "#drawer.show:not(.showing) .hy-fragment"))
    gone(browser, reach(browser, "#drawer-open"))
    reach(browser, f'a[href*="/admin/cases/{case}/do/accept"]').send_keys(Keys.ENTER)
    button = 'form[action*="/do/accept"] button[type="submit"], main form .btn-primary[type="submit"]'
    patient(browser).until(lambda each: each.find_element(By.CSS_SELECTOR, button))
    gone(browser, reach(browser, button))
    db.session.remove()
    assert factories.read(case).status == Status.PENDING_DISPATCH
