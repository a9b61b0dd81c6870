"""Filings with files while processes are killed with -9 and the disk fills once: nothing lost, doubled or half written.

Short form; HUIYIN_DRILL_FILINGS makes it long (500). The full disk needs root, for a small file system in memory.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.crowd import Crowd, Hands
from tests.system.site import ROOT, Site

FILINGS = int(os.environ.get("HUIYIN_DRILL_FILINGS", "16"))
ROOM = "96m"
FULL_SECONDS = 8
EACH = max(3, FILINGS // 80)
"""So many filings between two kills."""
NO_DISK = "!!!! THE DISK WAS NOT FILLED: no small file system can be mounted here (it needs root) !!!!"


@contextmanager
def small_disk(folder: Path):
    """A small file system for the data folder; whether there is one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder]
    is_there = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", "-l", folder], check=False)


@pytest.fixture
def site(tmp_path):
    with (
        small_disk(tmp_path / "data") as is_small,
        Site(tmp_path, HUIYIN_NOW="2026-11-24T10:00:00+08:00", HUIYIN_SMS_LEASE="8") as running,
    ):
        running.is_small = is_small
        yield running


def fill(folder: Path, seconds: float) -> None:
    """Leave no byte on the disk for a while."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                file.write(bytes(4096 if file.tell() > 2**20 else 2**20))
            except OSError:
                time.sleep(0.02)
    ballast.unlink()


def kill_one(site: Site, chance: random.Random) -> str:
    """Kill -9 one process of web (master or worker), worker or clock."""
    name = chance.choice(("web", "web", "worker", "clock"))
    pids = site.pids(name)
    if pids:
        try:
            os.kill(chance.choice(pids), 9)
        except ProcessLookupError:
            return ""
    return name if pids else ""


def sweep(site: Site) -> dict[str, int]:
    """What the daily sweep would do if all files were a day old."""
    code = (
        "import time\nfrom app import create_app\nfrom app.domain.access import SYSTEM\n"
        "from app.extensions import files\nfrom app.models.scope import acting\nfrom app.operations import uploads\n"
        "with create_app().app_context(), acting(SYSTEM):\n"
        "    late = time.time() + 1\n"
        "    print({'drafts': files.storage.tidy(late), 'orphans': uploads.sweep_orphans(late)})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=site.env, capture_output=True, check=True)
    return json.loads(done.stdout.decode().replace("'", '"'))


def evidence(site: Site) -> dict[str, list[list[str]]]:
    """By the name in the title: for each case of that name the hashes of its files."""
    cases = dict(site.query("SELECT id, title FROM cases WHERE title LIKE 'A fee, %'"))
    found = defaultdict(list)
    for case_id, sha256 in site.query("SELECT case_id, sha256 FROM attachments"):
        found[case_id].append(sha256)
    named = defaultdict(list)
    for case_id, title in cases.items():
        named[title.removeprefix("A fee, ").rstrip(".")].append(sorted(found[case_id]))
    return dict(named)


def restored_elsewhere(site: Site, folder: Path) -> dict:
    """Back it up and try the backup out: every chain, sealed value and file of evidence is verified."""
    path = folder / "backup"
    saving = site.command("backup", str(path))
    output = saving.communicate(timeout=300)[0].decode()
    assert saving.returncode == 0, output
    done = site.command("restore", "--check", "--json", str(path))
    output = done.communicate(timeout=600)[0].decode()
    assert done.returncode == 0, output
    return json.loads(output[output.index("\n{\n") :])


def test_nothing_is_lost_doubled_or_half_written(site, tmp_path):
    crowd, chance = Crowd(site, site.token("api_client")), random.Random(11)
    began, kills, fullness = time.monotonic(), [], None
    hands = Hands([crowd.api, crowd.portal, crowd.api, crowd.portal], FILINGS)
    while hands.are_busy:
        _some_more(crowd, hands)
        time.sleep(chance.uniform(0, 0.5))
        kills.append(kill_one(site, chance))
        if site.is_small and fullness is None and len(crowd.acknowledged) >= FILINGS // 4:
            site.wait(lambda: site.get("/readyz") == 200, 120)
            before = crowd.answers.copy()
            fill(tmp_path / "data", FULL_SECONDS)
            fullness = crowd.answers - before
    took = time.monotonic() - began
    if not site.is_small:
        print(NO_DISK)
    site.wait(lambda: site.get("/readyz") == 200, 120)
    site.wait(lambda: site.query("SELECT count(*) FROM messages WHERE status IN ('queued', 'claimed')")[0][0] == 0, 400)
    site.wait(lambda: site.query("SELECT count(*) FROM attachments WHERE thumbnail = 'waiting'")[0][0] == 0, 200)
    print("filed", len(crowd.acknowledged), f"in {took:.0f} s", "answers", dict(crowd.answers), "while full", fullness)
    print("kills", {name: kills.count(name) for name in set(kills) if name})
    assert hands.failed == []
    assert crowd.bad == []
    assert len(crowd.acknowledged) == FILINGS
    assert evidence(site) == {name: [hashes] for name, hashes in crowd.acknowledged.items()}
    assert not site.query("SELECT id FROM attachments WHERE thumbnail = 'failed'")
    _every_message_once(site)
    swept = sweep(site)
    print("swept", swept)
    _only_what_rows_name(site)
    verified = restored_elsewhere(site, tmp_path)
    print("verified", {name: verified[name] for name in ("cases", "events", "sealed", "files", "faults")})
    assert verified["files"] == sum(map(len, crowd.acknowledged.values()))
    if fullness is not None:
        assert fullness["507"] + fullness["422"] > 0, "the full disk was not met"


def _some_more(crowd: Crowd, hands: Hands) -> None:
    """Wait until some more filings have been acknowledged: what is killed again and again is started ever later."""
    wanted = len(crowd.acknowledged) + EACH
    while hands.are_busy and len(crowd.acknowledged) < wanted:
        time.sleep(0.05)


def _every_message_once(site: Site) -> None:
    ours = "FROM messages JOIN cases ON cases.id = case_id WHERE title LIKE 'A fee, %'"
    states = dict(site.query(f"SELECT messages.status, count(*) {ours} GROUP BY messages.status"))
    wanted = {row[0] for row in site.query(f"SELECT uid {ours} AND messages.status = 'sent'")}
    sent = [path.stem for path in (site.folder / "data" / "outbox").glob("*.json")]
    print("messages", states, "files", len(sent))
    assert set(states) <= {"sent", "suppressed"}
    assert set(sent) >= wanted
    assert set(sent) <= {row[0] for row in site.query("SELECT uid FROM messages WHERE status = 'sent'")}
    assert len(wanted) >= FILINGS


def _only_what_rows_name(site: Site) -> None:
    columns = ("storage_key FROM attachments", "thumbnail_key FROM attachments", "storage_key FROM uploads")
    rows = (row for column in (*columns, "pieces FROM partials") for row in site.query(f"SELECT {column}"))
    named = {key for (keys,) in rows for key in (keys or "").split()}
    stored = {path.name for path in (site.folder / "data" / "files").rglob("*") if path.is_file()}
    assert stored == named
