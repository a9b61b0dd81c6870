"""Web, worker, clock and an import on one SQLite file; and the same under kill -9, FLUSHALL and without Valkey.

Short forms; HUIYIN_DRILL_SECONDS makes them long.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest
import redis

from tests.system.site import Load, Site

SECONDS = float(os.environ.get("HUIYIN_DRILL_SECONDS", "12"))


def rows_to_import(folder: Path, count: int) -> Path:
    """A file of cases of the years before."""
    path = folder / "rows.jsonl"
    with path.open("w") as file:
        for number in range(count):
            row = {
                "source_system": "board",
                "external_no": str(number),
                "channel": "history",
                "region_code": "410105",
                "title": f"Old complaint {number}",
                "body": "What was written then.",
                "filed_at": f"20{15 + number % 10}-03-0{1 + number % 9}T10:00:00+08:00",
                "complainant": {"kind": "person", "name": "somebody", "anonymous": False, "phone": None},
            }
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture
def site(tmp_path):
    with Site(tmp_path, HUIYIN_NOW="2026-11-24T10:00:00+08:00", HUIYIN_SMS_LEASE="8") as running:
        yield running


def test_four_writers_on_one_sqlite_file_never_find_it_locked(site, tmp_path):
    token, officer = site.token("api_client"), site.token("intake")
    reads: Counter[int] = Counter()
    loads = [
        Load(lambda n: site.file(token, f"W{n}")),
        Load(lambda n: site.file(token, f"X{n}")),
        Load(lambda _: reads.update([site.call("GET", "/api/v1/cases/", token=officer)[0]])),
        Load(lambda _: reads.update([site.get("/")])),
    ]
    importing = site.command("import", "cases", str(rows_to_import(tmp_path, int(20 * SECONDS))))
    ticking = site.command("clock", "--once")
    time.sleep(SECONDS)
    counts = [load.stop() for load in loads]
    output = importing.communicate(timeout=300)[0].decode() + ticking.communicate(timeout=300)[0].decode()
    print("filed", counts[:2], "answers", dict(site.answers), "reads", dict(reads))
    assert "locked" not in output
    assert importing.returncode == 0, output
    assert site.faults() == []
    assert set(site.answers) == {"201"}
    assert set(reads) == {200}


def test_kills_flushes_and_a_missing_valkey_lose_and_double_nothing(site):
    token = site.token("api_client")
    chance = random.Random(7)
    load = Load(lambda n: site.file(token, f"K{n}"))
    connection = redis.Redis(unix_socket_path=f"{site.folder}/data/valkey/valkey.sock")
    end, kills, flushes = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.3, 1.2))
        kills += site.kill("worker")
        if chance.random() < 0.3:
            try:
                connection.flushall()
                flushes += 1
            except redis.RedisError:
                pass
    downs = _keep_down(connection, max(3, SECONDS / 2))
    filed = load.stop()
    site.wait(lambda: site.query("SELECT count(*) FROM messages WHERE status IN ('queued', 'claimed')")[0][0] == 0, 400)
    ours = "FROM messages JOIN cases ON cases.id = case_id WHERE source_system = 'hotline-a' AND external_no LIKE 'K%'"
    wanted = {row[0] for row in site.query(f"SELECT uid {ours} AND messages.status = 'sent'")}
    states = dict(site.query(f"SELECT messages.status, count(*) {ours} GROUP BY messages.status"))
    sent = {path.stem for path in (site.folder / "data" / "outbox").glob("*.json")}
    print(
        "filed",
        filed,
        dict(site.answers),
        "kills",
        kills,
        "flushes",
        flushes,
        "valkey killed",
        downs,
        states,
        "files",
        len(sent),
    )
    assert set(site.answers) == {"201"}
    assert kills > 0
    assert downs > 0
    assert wanted == sent
    assert set(states) <= {"sent", "suppressed"}
    assert len(wanted) >= filed


def _keep_down(connection: redis.Redis, seconds: float) -> int:
    """Kill Valkey again and again: the supervisor starts it again each time; how often it was killed."""
    end, downs = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            os.kill(int(connection.info("server")["process_id"]), 9)
            downs += 1
        except redis.RedisError:
            time.sleep(0.05)
    return downs
