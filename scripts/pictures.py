"""Look at the pages: pictures of all of tests/screens.py at 390 and 1366 px, of six in every theme and at 1920 px.

`make pictures`, or `python scripts/pictures.py FOLDER`. Starts a site of its own on a new database with demonstration
cases, and says what is wrong: the console's complaints, requests to other hosts, sideways overflow, axe's findings.
"""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browsers import chromium, hosts  # noqa: E402
from tests.screens import SCREENS, SIX, Screen, complaints, overflows, pause, show, sign_in, size, violations  # noqa: E402

PASSWORD = f"Look-{secrets.token_hex(6)}-1x"
THEMES = {"red": ("gov-red", ""), "dark": ("gov-blue", "dark"), "elder": ("gov-blue", "elder")}
_TALLEST = 4000


@contextmanager
def site() -> Iterator[str]:
    """A site on a free port, with demonstration cases; gives its address."""
    with socket.socket() as free, tempfile.TemporaryDirectory(prefix="huiyin-") as data:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        facts = {
            "HUIYIN_DATA": data,
            "HUIYIN_PORT": str(port),
            "HUIYIN_DEMO_PASSWORD": PASSWORD,
            "HUIYIN_WEB_WORKERS": "1",
        }
        with (Path(data) / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "run.py", "all"], cwd=ROOT, env={**os.environ, **facts}, stdout=log, stderr=log
            )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(f"{base}/healthz", process, Path(data) / "log")
            yield base
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address # nosec B310
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise SystemExit(f"The site did not start:\n{log.read_text()}") from None
            time.sleep(0.5)


class Looker:
    """A browser that takes pictures and notes what is wrong with each page."""

    def __init__(self, driver: Any, base: str, folder: Path) -> None:
        """Begin without findings."""
        self.driver, self.base, self.folder = driver, base, folder
        self.case, self.findings, self.taken = 0, list[str](), 0
        self._in = ("", "")

    def become(self, role: str, look: str) -> None:
        """Sign in as this role, with this look; the public is signed out."""
        if self._in == (role, look):
            return
        self.driver.get(f"{self.base}/healthz")
        self.driver.delete_all_cookies()
        if role:
            sign_in(self.driver, self.base, role, PASSWORD)
        if look:
            self.driver.get(f"{self.base}/look/{look}/on")
        self._in = (role, look)

    def look_at(self, screen: Screen, width: int, theme: str = "gov-blue", look: str = "", suffix: str = "") -> None:
        """Take one picture; a page that cannot be shown is a finding too."""
        self.become(screen.role, look)
        size(self.driver, width, 800 if width < 600 else 900)
        hosts(self.driver), complaints(self.driver)
        name = f"{screen.name}-{width}{suffix}"
        try:
            show(self.driver, self.base, screen, self.case)
            self.driver.execute_script("document.documentElement.dataset.hyTheme = arguments[0]", theme)
            pause()
            self.findings += [f"{name}: {line}" for line in self._faults()]
            self._take(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next page is looked at
            self.findings.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")

    def _faults(self) -> list[str]:
        away = sorted(hosts(self.driver) - {"127.0.0.1"})
        found = complaints(self.driver) + [f"asked another host: {host}" for host in away]
        return found + (["scrolls sideways"] if overflows(self.driver) else []) + violations(self.driver)

    def _take(self, name: str) -> None:
        high = self.driver.execute_script("return document.documentElement.scrollHeight")
        wide = self.driver.execute_script("return window.innerWidth")
        clip = {"x": 0, "y": 0, "width": wide, "height": min(high, _TALLEST), "scale": 1}
        shot = {"clip": clip, "captureBeyondViewport": True}
        answer = self.driver.execute_cdp_cmd("Page.captureScreenshot", shot)
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(answer["data"]))
        self.taken += 1


def walk(looker: Looker) -> None:
    """All pages, then six of them otherwise."""
    looker.become("intake", "")
    looker.driver.get(f"{looker.base}/admin/cases/list/?_flt_0_status=pending_accept")
    links = "return [...document.querySelectorAll('td a')].map(each => /show\\/(\\d+)/.exec(each.href))"
    links += ".filter(each => each)[0][1]"
    looker.case = int(looker.driver.execute_script(links))
    for width in (1366, 390):
        for screen in SCREENS:
            looker.look_at(screen, width)
    for screen in (each for each in SCREENS if each.name in SIX):
        looker.look_at(screen, 1920)
        for suffix, (theme, look) in THEMES.items():
            for width in (1366, 390):
                looker.look_at(screen, width, theme, look, f"-{suffix}")


def main() -> int:
    """Take them all; 1 where anything was found."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    with site() as base, chromium() as driver:
        looker = Looker(driver, base, folder)
        walk(looker)
    (folder / "findings.txt").write_text("\n".join(looker.findings) + "\n", encoding="utf-8")
    print("\n".join(looker.findings))
    print(f"{looker.taken} pictures in {folder}, {len(looker.findings)} findings.")
    return 1 if looker.findings else 0


if __name__ == "__main__":
    sys.exit(main())
