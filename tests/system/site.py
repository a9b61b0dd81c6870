"""A whole running Huiyin (`run.py all`) on a folder and port of its own, for drills."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Drill-Password-1"
FORM = {"fee_name": "Handling fee", "fee_amount": "100.00", "fee_date": "2026-10-08"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """Started in the constructor's folder; `with` ends it, whatever happens."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "log.txt"
        self.answers: Counter[str] = Counter()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "MAKE"))},
            "HUIYIN_DATA": str(folder / "data"),
            "HUIYIN_PORT": str(self.port),
            "HUIYIN_DEMO_PASSWORD": PASSWORD,
            **env,
        }

    def __enter__(self) -> Self:
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "run.py", "all"], cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT
            )
        self.wait(lambda: self.get("/readyz") == 200, 180)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        finally:
            self.process.kill()

    def wait(self, condition, seconds: float) -> None:
        """Wait until something holds; the log is shown when it does not come."""
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.log.read_text()[-4000:])
            time.sleep(0.2)

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start another command on the same data."""
        redis = f"unix://{self.folder}/data/valkey/valkey.sock"
        env = {**self.env, "REDIS_URL": redis}
        return subprocess.Popen(
            [sys.executable, "run.py", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def get(self, path: str) -> int:
        """Status of a page; 0 when nobody answers."""
        return self.call("GET", path)[0]

    def call(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, dict]:
        """One JSON call; status 0 when nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=40) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())
        except OSError:
            return 0, {}

    def token(self, username: str) -> str:
        """A JWT of a demonstration account."""
        login = {"username": username, "password": PASSWORD, "provider": "db"}
        status, answer = self.call("POST", "/api/v1/security/login", login)
        assert status == 200, (status, answer)
        return str(answer["access_token"])

    def file(self, token: str, number: str) -> tuple[int, dict]:
        """File one complaint by REST; counted by status."""
        status, answer = self.call(
            "POST",
            "/api/v1/cases/",
            {
                "source_system": "hotline-a",
                "external_no": number,
                "channel": "hotline",
                "matter_code": "A10",
                "region_code": "410105",
                "title": "A fee that is not on the list",
                "body": "We were charged a fee that is not on the list.",
                "respondent": {"name": "Some office", "kind": "government"},
                "complainant": {"kind": "person", "name": "Drill Person", "phone": "13812341234", "anonymous": False},
                "form": FORM,
            },
            token,
        )
        self.answers[str(status)] += 1
        return status, answer

    def pids(self, name: str) -> list[int]:
        """Processes `run.py <name>` of this site, forked children too."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    env = (entry / "environ").read_bytes()
                except OSError:
                    continue
                if f"HUIYIN_DATA={self.folder}/data".encode() in env and name.encode() in words:
                    found.append(int(entry.name))
        return found

    def kill(self, name: str) -> int:
        """Kill -9 all processes of a name; how many there were."""
        pids = self.pids(name)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return len(pids)

    def query(self, sql: str) -> list[tuple]:
        """Rows of the SQLite file."""
        with closing(sqlite3.connect(f"file:{self.folder}/data/huiyin.db?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def faults(self) -> list[str]:
        """Lines of the log that tell of an error."""
        return [line for line in self.log.read_text().splitlines() if re.search(r"locked|Traceback|Error", line)]


def _json(raw: bytes) -> dict:
    try:
        return json.loads(raw)
    except ValueError:
        return {}


class Load(threading.Thread):
    """Does something again and again until stopped."""

    def __init__(self, act) -> None:
        super().__init__(daemon=True)
        self.act, self.count, self.stopped = act, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.act(self.count)
            self.count += 1

    def stop(self) -> int:
        self.stopped.set()
        self.join(60)
        return self.count
