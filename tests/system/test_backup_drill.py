"""A backup of a running system that takes filings with files, restored elsewhere, on the same and the other database.

Short form; HUIYIN_DRILL_FILINGS makes it long.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.system.crowd import Crowd, Hands
from tests.system.site import ROOT, Site

FILINGS = int(os.environ.get("HUIYIN_DRILL_FILINGS", "12"))
SAMPLE = 100
LOOK = """
import hashlib, json, sys
from sqlalchemy import inspect, select
from app import create_app
from app.domain.access import SYSTEM
from app.extensions import db, files
from app.models.attachment import Attachment
from app.models.case import Case, Complainant, Respondent
from app.models.event import CaseEvent
from app.models.scope import acting

SEALED = ("name", "phone", "id_no", "org_name", "uscc")

def columns(row):
    return {each.key: str(getattr(row, each.key)) for each in inspect(type(row)).column_attrs}

def opened(row, *names):
    return columns(row) | {name: getattr(row, name) for name in names}

def of(model, case_id):
    return db.session.scalars(select(model).where(model.case_id == case_id).order_by(model.id))

def look(case_id):
    return {
        "case": columns(db.session.get(Case, case_id)),
        "complainant": [opened(each, *SEALED) for each in of(Complainant, case_id)],
        "respondent": [columns(each) for each in of(Respondent, case_id)],
        "events": [columns(each) for each in of(CaseEvent, case_id)],
        "files": [
            [row.name, row.sha256, hashlib.sha256(b"".join(files.storage.read(row.storage_key))).hexdigest()]
            for row in of(Attachment, case_id)
        ],
    }

with create_app().app_context(), acting(SYSTEM):
    ids = json.loads(sys.stdin.read()) or list(db.session.scalars(select(Case.id).order_by(Case.id)))
    if sys.argv[1:] == ["ids"]:
        print(json.dumps([[each, db.session.get(Case, each).title] for each in ids]))
    else:
        print(json.dumps({each: look(each) for each in ids}))
"""


@pytest.fixture
def place(database):
    """Addresses of databases by kind: new ones, empty."""

    def make(kind: str, name: str) -> dict[str, str]:
        if kind == "sqlite":
            return {}
        database._server.execute(f"CREATE DATABASE {name}")
        return {"DATABASE_URL": database.url.replace("/test?", f"/{name}?")}

    return make


@pytest.fixture
def site(tmp_path, place, request):
    kind = request.config.getoption("--db")
    with Site(tmp_path, HUIYIN_NOW="2026-11-24T10:00:00+08:00", **place(kind, "drill")) as running:
        yield running


def run(env: dict[str, str], *words: str) -> dict:
    """A command with --json on some data; what it printed."""
    done = subprocess.run(
        [sys.executable, "run.py", *words, "--json"], cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def look(env: dict[str, str], ids: list[int], *words: str):
    """What the data holds of some cases, opened."""
    command, given = [sys.executable, "-c", LOOK, *words], json.dumps(ids).encode()
    done = subprocess.run(command, cwd=ROOT, env=env, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def machine(site: Site, folder: Path, **more: str) -> dict[str, str]:
    """The environment of another machine: an empty folder with the keys, which come by another way."""
    folder.mkdir()
    shutil.copy(site.folder / "data" / "data-keys", folder)
    env = {name: value for name, value in site.env.items() if name != "DATABASE_URL"}
    return {**env, "HUIYIN_DATA": str(folder), **more}


def test_a_backup_under_load_is_restored_elsewhere(site, place, tmp_path, request):
    crowd = Crowd(site, site.token("api_client"))
    hands = Hands([crowd.api, crowd.portal], FILINGS)
    site.wait(lambda: len(crowd.acknowledged) >= FILINGS // 3 or not hands.are_busy, 300)
    before, began = set(crowd.acknowledged), time.monotonic()
    saved = run(site.env, "backup", str(tmp_path / "one"))
    took, meanwhile = time.monotonic() - began, len(crowd.acknowledged) - len(before)
    site.wait(lambda: not hands.are_busy, 600)
    print(f"backup: {saved['rows']['cases']} cases, {saved['evidence']} files, {saved['size']} bytes in {took:.1f} s,")
    print(f"{meanwhile} filings acknowledged meanwhile, answers {dict(crowd.answers)}")
    assert hands.failed == []
    assert crowd.bad == []
    assert saved["missing"] == []

    kinds = ("sqlite",) if request.config.getoption("--db") == "sqlite" else ("sqlite", "postgres")
    path = tmp_path / "one"
    for number, kind in enumerate(kinds):
        env = machine(site, tmp_path / f"machine-{number}", **place(kind, f"elsewhere{number}"))
        back = run(env, "restore", str(path))
        print(
            f"restored on {kind}: {back['seconds']} s, {back['sealed']} sealed values, {back['files']} files verified"
        )
        assert back["rows"] == saved["rows"]
        assert back["faults"] == []
        path = tmp_path / f"of-machine-{number}"
        assert run(env, "backup", str(path))["rows"] == saved["rows"]
    _same(site.env, env, before)


def _same(live: dict[str, str], there: dict[str, str], acknowledged: set[str]) -> None:
    """Filings acknowledged before the backup are in it; random cases are equal in every column, opened."""
    titles = dict(look(there, [], "ids"))
    assert {f"A fee, {name}." for name in acknowledged} <= set(titles.values())
    ours = [case_id for case_id, title in titles.items() if title.startswith("A fee, ")]
    others = sorted(titles.keys() - set(ours))
    ids = ours + random.Random(5).sample(others, min(SAMPLE, len(others)))
    here, back = look(live, ids), look(there, ids)
    still = [each for each in back if here[each]["case"]["version"] == back[each]["case"]["version"]]
    print(f"{len(ids)} cases compared, {len(still)} of them unchanged since the backup")
    assert len(still) > len(ids) / 2
    for each in ids:
        name = str(each)
        parts = (
            ("case", "complainant", "respondent", "events", "files") if name in still else ("complainant", "respondent")
        )
        for part in parts:
            assert here[name][part] == back[name][part], (name, part)
