"""Pages to look at, for pictures and for axe: who opens which, and what is done there first."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
_RUN = """const done = arguments[arguments.length - 1];
axe.run(document, {exclude: [["#swagger-ui"]]}).then(found => done(found.violations.map(each =>
  `${each.id} (${each.impact}): ` + each.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", "))),
  error => done([`axe failed: ${error}`]));"""


class Screen(NamedTuple):
    """A page, by the role that opens it ("" for the public); `act` is done there before it is looked at."""

    name: str
    role: str
    path: str
    act: str = ""


SCREENS = (
    Screen("home", "", "/"),
    Screen("guide", "", "/guide"),
    Screen("about", "", "/complain"),
    Screen("about-errors", "", "/complain", "send"),
    Screen("one-page", "", "/complain/A10?region=410105"),
    Screen("one-page-errors", "", "/complain/A10?region=410105", "send"),
    Screen("track", "", "/track"),
    Screen("mine", "", "/mine"),
    Screen("rate", "", "/evaluate"),
    Screen("nowhere", "", "/nowhere"),
    Screen("sign-in", "", "/login/"),
    Screen("office-home", "intake", "/admin/"),
    Screen("cases", "intake", "/admin/cases/list/"),
    Screen("drawer", "intake", "/admin/cases/list/", "drawer"),
    Screen("case", "intake", "/admin/cases/show/{case}"),
    Screen("verb", "intake", "/admin/cases/{case}/do/reject"),
    Screen("verb-errors", "intake", "/admin/cases/{case}/do/reject", "send"),
    Screen("unmask", "intake", "/admin/unmask/{case}/phone"),
    Screen("desk", "intake", "/admin/desk/"),
    Screen("office-nowhere", "intake", "/admin/nowhere"),
    Screen("chart", "platform_admin", "/admin/cases/chart/0"),
    Screen("matters", "platform_admin", "/admin/matters/list/"),
    Screen("matter-add", "platform_admin", "/admin/matters/add"),
    Screen("matter-errors", "platform_admin", "/admin/matters/add", "send"),
    Screen("matter-edit", "platform_admin", "/admin/matters/edit/1"),
    Screen("calendar", "platform_admin", "/admin/calendar/list/"),
    Screen("handbook", "platform_admin", "/admin/handbook/"),
    Screen("users", "security_admin", "/users/list/"),
    Screen("user", "security_admin", "/users/edit/2"),
    Screen("role", "security_admin", "/roles/show/3"),
    Screen("profile", "security_admin", "/users/userinfo/"),
    Screen("password", "security_admin", "/resetmypassword/form"),
)
SIX = ("home", "one-page", "track", "office-home", "cases", "case")
"""Those that are looked at in every theme."""


def sign_in(driver: Any, base: str, name: str, password: str) -> None:
    """Sign in at the door, as a person would."""
    driver.get(f"{base}/login/")
    driver.find_element(By.NAME, "username").send_keys(name)
    driver.find_element(By.NAME, "password").send_keys(password, Keys.ENTER)
    patient(driver).until(lambda each: "/login" not in each.current_url)


def patient(driver: Any) -> WebDriverWait[Any]:
    """Wait for something, even while the page goes."""
    return WebDriverWait(driver, 20, ignored_exceptions=(WebDriverException,))


def show(driver: Any, base: str, screen: Screen, case: int) -> None:
    """Open a page and do there what is to be done first."""
    driver.get(base + screen.path.format(case=case))
    if screen.act == "send":
        driver.execute_script("""document.querySelectorAll("[required]").forEach(each => each.required = false);
            document.body.dataset.old = "1"; document.querySelector("main form[method=post]:not([action$='/delete'])")
            .querySelector("button:not([type=button])").click();""")
        patient(driver).until(lambda each: each.find_element(By.CSS_SELECTOR, "body:not([data-old])"))
    if screen.act == "drawer":
        driver.find_element(By.CSS_SELECTOR, "tbody [hx-target='#drawer-body']").click()
        patient(driver).until(
            lambda each: each.find_element(By.CSS_SELECTOR, "#drawer.show:not(.showing) .hy-fragment")
        )
    settle(driver)


def settle(driver: Any) -> None:
    """Wait until nothing moves: colours on their way have no contrast."""
    still = (
        "return document.readyState === 'complete' && document.getAnimations().every(x => x.playState !== 'running')"
    )
    patient(driver).until(lambda each: each.execute_script(still))


def violations(driver: Any) -> list[str]:
    """What axe finds on the page as it is, of any impact."""
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    found: list[str] = driver.execute_async_script(_RUN)
    return found


def complaints(driver: Any) -> list[str]:
    """What the browser's console says since last asked, but for what is no fault of a page.

    That an answer was an error is what some pages are for; a driver leaves forms that it has changed without a gesture.
    """
    lines = [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    return [line for line in lines if "Failed to load resource" not in line and "'beforeunload'" not in line]


def size(driver: Any, width: int, height: int = 900) -> None:
    """Make the window as wide as a screen, without scroll bars."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def overflows(driver: Any) -> bool:
    """Whether the page scrolls sideways."""
    return bool(driver.execute_script("return document.documentElement.scrollWidth > window.innerWidth + 1"))


def small_print(driver: Any, least: float = 18) -> list[str]:
    """Visible texts in letters below `least` pixels."""
    found = driver.execute_script(
        """return JSON.stringify([...document.querySelectorAll("body *")].filter(each =>
        [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
        && each.getClientRects().length && !each.closest("script, .visually-hidden, .unseen, svg, option")
        && parseFloat(getComputedStyle(each).fontSize) < arguments[0] - 0.1)
        .map(each => each.tagName + "." + each.className + ": " + each.textContent.trim().slice(0, 30)))""",
        least,
    )
    return list(json.loads(found))


def pause(seconds: float = 0.2) -> None:
    """Let pictures and fonts arrive."""
    time.sleep(seconds)
