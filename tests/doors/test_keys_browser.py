"""Speed of hand in a real browser: palette, keys, toasts, charts; nothing while an input method composes."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from app.domain.lifecycle import Status
from tests.browsers import hosts
from tests.factories import case_in, read
from tests.pages import PASSWORD
from tests.screens import sign_in

pytestmark = pytest.mark.browser
PRESS = """document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", Object.assign({bubbles: true}, arguments[0])))"""


@pytest.fixture
def cases(live):
    """Two cases that wait to be accepted, the older one more urgent."""
    return [case_in(Status.PENDING_ACCEPT, title=title) for title in ("停车费收费依据", "迟迟不予答复")]


@pytest.fixture
def home(cases, live, browser, account):
    """The home page of somebody who accepts, in Chinese; the console is still empty."""
    browser.set_window_size(1366, 900)
    sign_in(browser, live, account("intake"), PASSWORD)
    browser.get(f"{live}/lang/zh_Hans")
    browser.get(f"{live}/admin/")
    complaints(browser)
    hosts(browser)
    return browser


def press(browser, *keys):
    browser.switch_to.active_element.send_keys(*keys)


def chord(browser, modifier, key):
    ActionChains(browser).key_down(modifier).send_keys(key).key_up(modifier).perform()


def until(browser, condition):
    return WebDriverWait(browser, 10).until(condition)


def at(browser):
    """The address that the focused link leads to."""
    return browser.switch_to.active_element.get_attribute("href")


def is_open(browser, name):
    return browser.find_element(By.ID, name).get_property("open")


def complaints(browser):
    """What the console says of policy, scripts and files."""
    return [line["message"] for line in browser.get_log("browser") if line["level"] == "SEVERE"]


# --- keys -------------------------------------------------------------------------------------------------------


def test_from_login_to_the_most_urgent_case_by_two_keys(home, cases):
    press(home, "j")
    assert at(home).endswith(f"/admin/cases/show/{cases[0]}")
    press(home, "j")
    assert at(home).endswith(f"/admin/cases/show/{cases[1]}")
    press(home, "j")  # there is no third one
    press(home, "k")
    assert at(home).endswith(f"/admin/cases/show/{cases[0]}")
    press(home, Keys.ENTER)
    until(home, lambda each: each.current_url.endswith(f"/show/{cases[0]}"))
    assert complaints(home) == []


def test_g_and_a_letter_go_and_a_question_mark_tells_the_keys(home, live):
    press(home, "?")
    assert is_open(home, "keys")
    press(home, "j")
    assert home.switch_to.active_element.get_attribute("class") != "hy-row-link", "no key behind an open dialog"
    press(home, Keys.ESCAPE)
    assert not is_open(home, "keys")
    press(home, "g", "z")  # no such page
    press(home, "g", "c")
    until(home, lambda each: "/admin/cases/list/" in each.current_url)
    press(home, "g", "h")
    until(home, lambda each: each.current_url == f"{live}/admin/")


def test_x_ticks_the_row(home, live):
    home.get(f"{live}/admin/work/to_accept")
    press(home, "j")
    box = home.find_element(By.CSS_SELECTOR, "main [name=rowid]")
    before = box.is_selected()
    press(home, "x")
    assert box.is_selected() != before


@pytest.mark.parametrize("composing", [{"isComposing": True}, {"keyCode": 229}])
def test_no_key_while_an_input_method_composes(home, composing):
    for key in ("j", "?", "/", "g", "c"):
        home.execute_script(PRESS, {"key": key, **composing})
    home.execute_script(PRESS, {"key": "k", "ctrlKey": True, **composing})
    assert home.switch_to.active_element.tag_name == "body"
    assert not is_open(home, "keys")
    assert not is_open(home, "palette")


def test_letters_in_a_field_are_text(home):
    press(home, "/")
    press(home, "j?g")
    assert home.find_element(By.ID, "find").get_attribute("value") == "j?g"
    assert not is_open(home, "keys")


# --- the palette ------------------------------------------------------------------------------------------------


def options(browser):
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, "#palette [role=option] span")]


def test_the_palette_leads_to_a_case(home, cases):
    chord(home, Keys.CONTROL, "k")
    assert is_open(home, "palette")
    press(home, "迟迟不予")
    until(home, lambda each: options(each) == ["迟迟不予答复"])
    home.execute_script(PRESS, {"key": "Enter", "isComposing": True})
    assert is_open(home, "palette"), "Enter that ends a composition chooses nothing"
    press(home, Keys.ENTER)
    until(home, lambda each: each.current_url.endswith(f"/admin/cases/show/{cases[1]}"))
    assert complaints(home) == []


def test_the_palette_leads_to_pages_and_verbs_and_by_numbers(home, live, cases):
    home.get(f"{live}/admin/cases/show/{cases[0]}")
    chord(home, Keys.CONTROL, "k")
    press(home, "受理")
    until(home, lambda each: "受理" in options(each))
    press(home, Keys.CONTROL, "a")
    press(home, "工作日历")
    until(home, lambda each: options(each) == ["工作日历"])
    press(home, Keys.CONTROL, "a")
    press(home, read(cases[1]).receipt_no)
    until(home, lambda each: options(each) == ["迟迟不予答复"])
    press(home, Keys.CONTROL, "a")
    press(home, "没有这样的内容")
    until(home, lambda each: each.find_element(By.ID, "palette-said").text)
    assert options(home) == []
    press(home, Keys.ESCAPE)
    assert not is_open(home, "palette")


def test_the_arrows_choose_and_the_reader_is_told(home):
    chord(home, Keys.CONTROL, "k")
    field = home.find_element(By.ID, "palette-text")
    first = field.get_attribute("aria-activedescendant")
    press(home, Keys.DOWN)
    second = field.get_attribute("aria-activedescendant")
    assert first != second
    chosen = home.find_elements(By.CSS_SELECTOR, "#palette [aria-selected=true]")
    assert [each.get_attribute("id") for each in chosen] == [second]
    press(home, Keys.UP, Keys.UP)
    assert field.get_attribute("aria-activedescendant") not in (first, second)


# --- toasts and charts ------------------------------------------------------------------------------------------


def test_what_went_well_is_a_toast(home, live, cases):
    home.get(f"{live}/admin/cases/{cases[0]}/do/accept")
    home.find_element(By.CSS_SELECTOR, "main form button[type=submit]").click()
    toast = until(home, lambda each: each.find_element(By.CSS_SELECTOR, "[role=status] .hy-toast"))
    assert "受理" in toast.text
    toast.find_element(By.CSS_SELECTOR, ".btn-close").click()
    until(home, lambda each: not each.find_elements(By.CSS_SELECTOR, ".hy-toast"))


@pytest.mark.parametrize("name", ["by-department", "by-month", "by-status", "by-department-and-status", "on-time"])
def test_a_chart_is_drawn_told_of_and_drawn_anew_in_the_dark(home, live, name):
    home.get(f"{live}/admin/cases/chart/{name}")
    if not home.find_elements(By.CSS_SELECTOR, ".js-chart"):
        assert name == "on-time"  # no limit has been kept or missed
        return
    until(home, lambda each: each.find_elements(By.CSS_SELECTOR, ".js-chart canvas"))
    light = pixels(home)
    home.find_element(By.CSS_SELECTOR, "[data-look=dark]").click()
    assert pixels(home) != light
    home.find_element(By.CSS_SELECTOR, "[data-look=dark]").click()
    assert pixels(home) == light
    assert complaints(home) == []
    assert hosts(home) <= {"127.0.0.1"}


def pixels(browser):
    return browser.execute_script("return document.querySelector('.js-chart canvas').toDataURL()")


def test_a_bar_says_its_figure_and_leads_to_its_rows(home, live):
    home.get(f"{live}/admin/cases/chart/by-status")
    canvas = until(home, lambda each: each.find_element(By.CSS_SELECTOR, ".js-chart canvas"))
    middle = int(canvas.size["height"] * 0.5 * 0.55)  # on the ring of the one slice
    ActionChains(home).move_to_element_with_offset(canvas, 0, -middle).perform()
    tip = until(home, lambda each: each.find_element(By.CSS_SELECTOR, ".hy-tip:not([hidden])"))
    assert tip.text == "待受理: 2"
    ActionChains(home).click().perform()
    until(home, lambda each: "/admin/cases/list/?" in each.current_url)
    assert "pending_accept" in home.current_url
    assert complaints(home) == []
