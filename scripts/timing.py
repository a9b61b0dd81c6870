"""Whether answers take as long for what is known as for what is not. By hand: `python scripts/timing.py [--runs N]`.

Each pair of requests is sent turn by turn to an app on a new database of its own (SQLite, or DATABASE_URL of an empty
one); medians and their difference are printed in milliseconds. 20 ms apart tells strangers what is known.
(A rating link that is known is answered otherwise anyway: its line only shows that looking costs next to nothing.)
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import create_app  # noqa: E402, TID251 - an app of its own, for measuring
from app.cli.seeding import first_start  # noqa: E402
from app.cli.upgrading import upgrade  # noqa: E402
from app.domain.access import SYSTEM  # noqa: E402
from app.domain.calendar import CHINA  # noqa: E402
from app.domain.lifecycle import Status  # noqa: E402
from app.domain.numbers import receipt_no  # noqa: E402
from app.extensions import clock, db  # noqa: E402
from app.models.attempt import Attempt  # noqa: E402
from app.models.message import Message  # noqa: E402
from app.models.scope import acting  # noqa: E402
from app.operations.filing import ComplainantFacts  # noqa: E402
from config import Settings  # noqa: E402
from tests import factories  # noqa: E402

PASSWORD, ACCOUNT = "Timing-Password-1", "intake"
MOST = 20.0
"""Milliseconds between medians that are too many."""
Ask = Callable[[bool, int], Any]


def built(folder: str) -> Any:
    """An app with the catalogue, the demonstration accounts and a few cases."""
    own = {"HUIYIN_DATA": folder, "HUIYIN_DEMO_PASSWORD": PASSWORD}
    kept = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    app = create_app(Settings.from_env({**kept, **own}), RATELIMIT_ENABLED=False)
    with app.app_context():
        upgrade(app)
        first_start(app)
    return app


class Asker:
    """Sends one kind of question after the other, each from an address of its own, as none shall meet a limit."""

    def __init__(self, app: Any) -> None:
        """Take a token for forms, and what is known."""
        self.app, self.addresses = app, (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))
        self.client = app.test_client()
        page = self.client.get("/track").text
        self.csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]

    def post(self, path: str, **fields: str) -> Any:
        """A form."""
        return self._send("POST", path, data={**fields, "csrf_token": self.csrf})

    def json(self, path: str, **fields: str) -> Any:
        """A call."""
        return self._send("POST", path, json=fields)

    def get(self, path: str) -> Any:
        """A page."""
        return self._send("GET", path)

    def _send(self, method: str, path: str, **body: Any) -> Any:
        return self.client.open(path, method=method, environ_base={"REMOTE_ADDR": next(self.addresses)}, **body)


def many(app: Any, count: int) -> Iterator[Any]:
    """File cases: each with a phone of its own, closed, so that it waits to be rated: (number, phone, rating token)."""
    for each in range(count):
        with app.app_context():
            phone = f"138{each:08}"
            who = ComplainantFacts(name="Somebody", phone=phone)
            case_id = factories.case_in(Status.CLOSED, clock.now(), complainant=who)
            number = factories.read(case_id).receipt_no
            db.session.remove()
            with acting(SYSTEM):
                text = db.session.query(Message).filter_by(case_id=case_id, kind="rate").one().text
            yield number, phone, re.search(r"/evaluate/([\w-]+)", text)[1]  # type: ignore[index]


def questions(app: Any, runs: int) -> dict[str, Ask]:
    """What is asked, known or not, for the how-manieth time."""
    ask, known = Asker(app), list(many(app, runs))
    today = clock.now().astimezone(CHINA).date()
    strange = [receipt_no(today, 999_999 - n) for n in range(runs)]

    def login(name: str) -> Ask:
        other = {"username": name, "password": "Wrong-Password-1"}  # pragma: allowlist secret
        if name:
            return lambda is_known, n: ask.post("/login/", **{**other, "username": name if is_known else f"nobody{n}"})
        return lambda is_known, n: ask.json(
            "/api/v1/security/login", provider="db", **{**other, "username": ACCOUNT if is_known else f"nobody{n}"}
        )

    return {
        "query code": lambda is_known, n: ask.post(
            "/track", number=known[n][0] if is_known else strange[n], code="0" * 16
        ),
        "code by text message": lambda is_known, n: ask.post("/mine", phone=known[n][1] if is_known else f"139{n:08}"),
        "wrong code by text message": lambda is_known, n: ask.post(
            "/mine/code", phone=known[n][1] if is_known else f"139{n:08}", code="000000"
        ),
        "rating link": lambda is_known, n: ask.get(f"/evaluate/{known[n][2] if is_known else f'{n:032}'}"),
        "sign in, pages": login(ACCOUNT),
        "sign in, REST": login(""),
    }


def forget(app: Any) -> None:
    """Tries made so far, as a locked account answers at once: what is measured is a wrong password."""
    with app.app_context(), acting(SYSTEM):
        db.session.execute(delete(Attempt))
        db.session.commit()


def measured(app: Any, ask: Ask, runs: int) -> tuple[list[float], list[float], set[int]]:
    """Milliseconds for known and unknown, turn by turn; and the statuses of the answers."""
    times: tuple[list[float], list[float]] = ([], [])
    statuses = set()
    for number in range(runs):
        for is_known in (number % 2 == 0, number % 2 == 1):
            forget(app)
            began = time.perf_counter()
            statuses.add(ask(is_known, number).status_code)
            times[0 if is_known else 1].append((time.perf_counter() - began) * 1000)
    return *times, statuses


def main() -> int:
    """Print a line for each question; 1 where one differs too much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs, worst = parser.parse_args().runs, 0.0
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="huiyin-timing-") as folder:
        app = built(folder)
        print(f"{'':28}{'known':>9}{'unknown':>9}{'apart':>9}   medians of {runs}, ms; statuses")
        for name, ask in questions(app, runs).items():
            known, unknown, statuses = measured(app, ask, runs)
            apart = median(known) - median(unknown)
            worst = max(worst, abs(apart))
            print(f"{name:28}{median(known):9.1f}{median(unknown):9.1f}{apart:+9.1f}   {sorted(statuses)}", flush=True)
    return int(worst >= MOST)


if __name__ == "__main__":
    sys.exit(main())
