"""Asking both apps in turns, and what came of it: medians of time and of processor time, and statements."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.data import PASSWORD, ROOT, environment
from bench.items import Item, body_of, path_of

SIDES = {"ours": "platform_admin", "stock": "stock"}
Cost = tuple[float, float, int]
"""Seconds as the client sees them, seconds of work in the server's thread, statements."""


class Client:
    """One signed-in user of one app, over a kept connection: by token, and by session for pages."""

    def __init__(self, port: int, user: str) -> None:
        """Sign in at both doors."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.token, self.cookie = "", ""
        login = {"username": user, "password": PASSWORD, "provider": "db", "refresh": False}
        body = self._ask("POST", "/api/v1/security/login", json.dumps(login), {"Content-Type": "application/json"})[1]
        self.token = json.loads(body)["access_token"]
        page = self._ask("GET", "/login/")[1].decode()
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"username": user, "password": PASSWORD, **({"csrf_token": csrf.group(1)} if csrf else {})}
        self._ask("POST", "/login/", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def cost(self, item: Item, side: str, turn: int) -> Cost:
        """Ask for an item once; raises where it is not answered as it should be."""
        headers = {} if item.is_page else {"Authorization": f"Bearer {self.token}"}
        body = json.dumps(body_of()) if item.is_post else None
        if item.is_post:
            headers["Content-Type"] = "application/json"
        begun = time.perf_counter()
        answer, told = self._ask("POST" if item.is_post else "GET", path_of(item, side, turn), body, headers)
        passed = time.perf_counter() - begun
        if answer.status not in (200, 201):
            raise SystemExit(f"{side} {item.key}: {answer.status} {told[:300]!r}")
        return passed, float(answer.headers["X-Work"]), int(answer.headers["X-Statements"])

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self.connection.request(method, path, body, {**(headers or {}), "Cookie": self.cookie})
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = line.partition(";")[0]
        return answer, answer.read()


@contextmanager
def served(side: str, url: str, folder: Path) -> Iterator[int]:
    """One of the apps, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.served", side, str(port)]
    with (folder / f"{side}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(url, folder), stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("An app did not start: see its log in the bench's folder.")


def rounds(clients: dict[str, Client], items: list[Item], number: int) -> dict[str, dict[str, list[Cost]]]:
    """Ask for each item in each round, the two apps one right after the other, first this one, then that one first."""
    costs: dict[str, dict[str, list[Cost]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(-2, number):
        for item in items:
            if item.is_heavy and turn > 2:
                continue
            for side in sorted(SIDES, reverse=turn % 2 == 1):
                cost = clients[side].cost(item, side, turn + 2)
                if turn >= 0:
                    costs[item.key][side].append(cost)
        print(f"round {turn + 1}" if turn >= 0 else "warming up", file=sys.stderr, flush=True)
    return costs


def line(item: Item, costs: dict[str, list[Cost]]) -> str:
    """A line of the report: our time and work as parts of stock FAB's in the same rounds, and the statements."""
    mine, theirs = costs["ours"], costs["stock"]
    parts = [median(a[at] / b[at] for a, b in zip(mine, theirs, strict=True)) for at in (0, 1)]
    statements = [max(cost[2] for cost in side) for side in (mine, theirs)]
    milliseconds = [1000 * median(cost[0] for cost in side) for side in (mine, theirs)]
    times = " / ".join(f"{each:.1f}" for each in milliseconds)
    return (
        f"| {item.key} {item.title} | {parts[0]:.2f} | {parts[1]:.2f} | {statements[0]} / {statements[1]} |"
        f" <!-- ms here: {times} -->"
    )
