"""The doctor: each thing that can be wrong is found and has its remedy; nothing secret is said, nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app.cli import checks_machine, checks_system, doctor
from app.cli.findings import Finding, looked, ok
from app.cli.main import main
from app.domain.access import SYSTEM
from app.domain.calendar import Calendar
from app.domain.errors import GatewayError
from app.extensions import clock, files
from app.jobs.queues import connect
from app.models.scope import acting
from app.operations.condition import Condition, condition
from app.operations.heartbeats import beat
from config import ROOT, SettingsError
from tests import factories

SECRET = "a-secret-of-more-than-32-characters-X"


@pytest.fixture
def examine(app, db, settings, monkeypatch, capsys):
    """Run the command on the test's database: (exit status, findings by name, what was printed)."""

    @contextmanager
    def application(_chosen):
        yield app

    monkeypatch.setattr(doctor, "application", application)
    monkeypatch.setattr(doctor, "settings", lambda: settings)

    def run(*options):
        db.session.remove()
        status = main(["doctor", *options])
        printed = capsys.readouterr().out
        findings = json.loads(printed)["findings"] if options else []
        return status, {each["name"]: each for each in findings}, printed

    return run


@pytest.fixture
def well(app, db, valkey, settings, monkeypatch):
    """All that this machine can have: a clock that beats and a worker that has said it lives."""
    monkeypatch.setitem(app.extensions, "huiyin_queue", lambda: {"waiting": 0, "failed": 0, "workers": 1})
    with acting(SYSTEM):
        beat("clock", clock.real())
    for path in settings.data.glob("*"):
        if path.name in checks_machine.SECRET_FILES:
            path.chmod(0o600)


def test_all_is_well(well, examine):
    status, findings, _ = examine("--json")
    assert {name: each["level"] for name, each in findings.items() if each["level"] == "fail"} == {}
    assert status == 0
    assert len(findings) == 20
    assert findings["redis"]["text"].startswith("Valkey ")
    assert findings["migrations"]["text"].startswith("at 0")


def test_a_finding_is_a_line_with_what_mends_it(well, examine, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_queue", lambda: {"waiting": 3, "failed": 0, "workers": 0})
    status, _, printed = examine()
    assert status == 0
    assert "warn  worker: 0 alive, 3 jobs waiting, 0 failed within the hour\n      Start `run.py worker`" in printed
    assert printed.splitlines()[-1].endswith(" 0 fail")


def test_what_is_wrong_fails(examine, app, db, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_redis", connect("redis://user:hidden-word@127.0.0.1:1"))
    db.session.execute(
        text("DELETE FROM ab_permission_view_role WHERE id IN (SELECT min(id) FROM ab_permission_view_role)")
    )
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.session.commit()
    status, findings, printed = examine("--json")
    failed = {name for name, each in findings.items() if each["level"] == "fail"}
    assert status == 1
    assert {"migrations", "permissions", "redis", "worker", "clock"} <= failed
    assert findings["permissions"]["text"] == "1 missing, 0 too many"
    assert findings["clock"]["text"] == "has never beaten"
    assert all(findings[name]["remedy"] for name in failed)
    assert "hidden-word" not in printed


def test_looking_changes_nothing(well, examine, db):
    db.session.execute(
        text("DELETE FROM ab_permission_view_role WHERE id IN (SELECT min(id) FROM ab_permission_view_role)")
    )
    db.session.commit()
    for _ in range(2):
        assert examine("--json")[1]["permissions"]["text"] == "1 missing, 0 too many"


def test_a_database_that_is_away_is_found_and_the_rest_still_looked_at(well, examine, db, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def refuse(*_, **__):
        raise OperationalError(
            "SELECT 1", {}, Exception("connection to 'host of Zhang San' failed\npassword=hidden-word")
        )

    monkeypatch.setattr(type(db.session), "connection", refuse)
    monkeypatch.setattr(type(db.session), "execute", refuse)
    monkeypatch.setattr("app.operations.condition.condition", refuse)
    status, findings, printed = examine("--json")
    assert status == 1
    assert findings["database"]["remedy"] == checks_system.DATABASE
    assert findings["clock, messages, steps"]["level"] == "fail"
    assert findings["storage"]["level"] == "ok"
    assert "hidden-word" not in printed
    assert "Zhang San" not in printed


def test_settings_that_cannot_be_used_are_a_finding(monkeypatch, capsys):
    def refuse():
        raise SettingsError("HUIYIN_PORT cannot be read.")

    monkeypatch.setattr(doctor, "settings", refuse)
    assert main(["doctor"]) == 1
    assert "fail  settings: HUIYIN_PORT cannot be read." in capsys.readouterr().out


def test_an_app_that_does_not_start_is_a_finding(settings, monkeypatch, capsys):
    def refuse(_):
        raise RuntimeError("no")

    monkeypatch.setattr(doctor, "settings", lambda: settings)
    monkeypatch.setattr(doctor, "application", refuse)
    assert main(["doctor"]) == 1
    assert "fail  start: cannot be told (RuntimeError: no)" in capsys.readouterr().out


def test_the_real_command_builds_the_app_itself(settings, app, db):
    env = {"HUIYIN_DATA": str(settings.data), "DATABASE_URL": settings.database_url, "REDIS_URL": "redis://127.0.0.1:1"}
    command = [sys.executable, str(ROOT / "run.py"), "doctor"]
    answer = subprocess.run(
        command, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=120
    )
    assert answer.returncode == 1
    assert "ok    database: " in answer.stdout
    assert "fail  redis: cannot be told (ConnectionError" in answer.stdout


# --- one by one ---------------------------------------------------------------------------------------------------


def of(check):
    (found,) = looked([("it", check, "remedy")])
    assert found.level == "ok" or found.remedy
    return found.level


def production(settings, **changes):
    return replace(settings, env="production", secret_key=SECRET, **changes)


def test_python_is_new_enough(monkeypatch):
    assert of(checks_machine.python) == "ok"
    monkeypatch.setattr(checks_machine, "OLDEST", (9, 0))
    assert of(checks_machine.python) == "fail"


@pytest.mark.parametrize(
    ("pins", "level"),
    [
        ("# nothing\nflask==3.1.3 \\\n    --hash=sha256:0\n", "ok"),
        ("flask==0.1\n", "warn"),
        ("not-a-package-of-ours==1.0\n", "fail"),
        ("not-a-package-of-ours==1.0 ; sys_platform == 'never' \\\n", "ok"),
    ],
)
def test_packages_are_those_that_are_pinned(tmp_path, pins, level):
    (tmp_path / "pins").write_text(pins)
    assert of(lambda: checks_machine.packages(tmp_path / "pins")) == level


def test_the_data_folder_is_ours_and_its_secrets_nobody_elses(settings, tmp_path):
    chosen = replace(settings, data=tmp_path)
    tmp_path.chmod(0o755)
    assert of(lambda: checks_machine.data_folder(chosen)) == "ok"
    assert of(lambda: checks_machine.data_folder(production(chosen))) == "warn"
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o640)
    found = checks_machine.data_folder(chosen)
    assert (found.level, found.remedy) == ("fail", f"Run `chmod 600 {tmp_path}/secret-key`.")
    (tmp_path / "secret-key").chmod(0o600)
    tmp_path.chmod(0o777)
    assert of(lambda: checks_machine.data_folder(chosen)) == "warn"
    tmp_path.chmod(0o700)
    assert of(lambda: checks_machine.data_folder(replace(settings, data=tmp_path / "none"))) == "fail"


@pytest.mark.parametrize(("free", "level"), [(2048, "ok"), (1000, "warn"), (100, "fail")])
def test_the_disk_has_room(settings, monkeypatch, free, level):
    usage = SimpleNamespace(free=free * checks_machine.MEGA)
    monkeypatch.setattr(checks_machine.shutil, "disk_usage", lambda _: usage)
    assert of(lambda: checks_machine.disk(settings)) == level


def test_secrets_are_drawn_and_never_shown(settings):
    keys = (("k1", bytes(range(32))),)
    chosen = production(settings, data_keys=keys)
    assert of(lambda: checks_machine.secrets(settings)) == "ok"
    assert of(lambda: checks_machine.secrets(chosen)) == "ok"
    for weak in (replace(chosen, data_keys=(("k1", bytes(32)),)), replace(chosen, secret_key="ab" * 20)):
        assert of(lambda weak=weak: checks_machine.secrets(weak)) == "fail"
        assert "abab" not in str(checks_machine.secrets(weak))
        assert of(lambda weak=weak: checks_machine.secrets(replace(weak, env="development"))) == "warn"


def test_catalogues_are_compiled(tmp_path, monkeypatch):
    assert of(checks_machine.translations) == "ok"
    (tmp_path / "en" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "en" / "LC_MESSAGES" / "messages.po").write_text("")
    monkeypatch.setattr(checks_machine, "TRANSLATIONS", tmp_path)
    assert of(checks_machine.translations) == "fail"


def test_an_old_postgres_and_an_old_redis_fail(db, app, monkeypatch):
    old = SimpleNamespace(name="postgresql", server_version_info=(13, 4))
    monkeypatch.setattr(type(db.session), "connection", lambda *_: SimpleNamespace(dialect=old))
    assert of(checks_system.database) == "fail"
    stand = SimpleNamespace(info=lambda _: {"redis_version": "5.0.1"})
    assert of(lambda: checks_system.redis(SimpleNamespace(extensions={"huiyin_redis": stand}))) == "fail"
    stand = SimpleNamespace(info=lambda _: {"redis_version": "7.2.1"})
    assert checks_system.redis(SimpleNamespace(extensions={"huiyin_redis": stand})).text == "Redis 7.2.1"


@pytest.mark.parametrize(("seconds", "level"), [(1, "ok"), (20, "warn"), (-20, "warn"), (600, "fail")])
def test_the_clocks_of_database_and_machine_agree(db, monkeypatch, seconds, level):
    real = clock.real()
    monkeypatch.setattr(clock, "real", lambda: real + timedelta(seconds=seconds))
    assert of(checks_system.drift) == level


@pytest.mark.parametrize(("failed", "workers", "level"), [(0, 1, "ok"), (1, 1, "warn"), (0, 0, "warn")])
def test_workers_and_failed_jobs(failed, workers, level):
    queue = {"waiting": 0, "failed": failed, "workers": workers}
    assert of(lambda: checks_system.worker(SimpleNamespace(extensions={"huiyin_queue": lambda: queue}))) == level


def standing(**changes):
    messages = {"queued": 1, "claimed": 0, "failed": 0, "unknown": 0}
    usual = {"open_cases": 1, "due_steps": 0, "messages": messages, "oldest_unsent": None, "longest_ready": None}
    return Condition(**{**usual, "longest_due": None, "clock_age": None, **changes})


@pytest.mark.parametrize(
    ("check", "changes", "level"),
    [
        (checks_system.beat, {}, "fail"),
        (checks_system.beat, {"clock_age": timedelta(seconds=59)}, "ok"),
        (checks_system.beat, {"clock_age": timedelta(seconds=61)}, "fail"),
        (checks_system.messages, {}, "ok"),
        (checks_system.messages, {"longest_ready": timedelta(minutes=9)}, "ok"),
        (checks_system.messages, {"longest_ready": timedelta(minutes=11)}, "warn"),
        (checks_system.messages, {"longest_ready": timedelta(hours=3)}, "fail"),
        (checks_system.messages, {"oldest_unsent": timedelta(hours=25)}, "warn"),
        (checks_system.steps, {"due_steps": 3, "longest_due": timedelta(minutes=9)}, "ok"),
        (checks_system.steps, {"due_steps": 3, "longest_due": timedelta(minutes=11)}, "fail"),
    ],
)
def test_how_it_runs(check, changes, level):
    assert of(lambda: check(standing(**changes))) == level


@pytest.mark.parametrize(
    ("day", "years", "level"),
    [
        ("2026-10-31T10:00:00+08:00", (2026,), "ok"),
        ("2026-11-01T10:00:00+08:00", (2026,), "warn"),
        ("2026-11-01T10:00:00+08:00", (2026, 2027), "ok"),
        ("2026-03-01T10:00:00+08:00", (2025,), "fail"),
    ],
)
def test_the_holidays_of_the_next_year_are_asked_for_from_november(monkeypatch, day, years, level):
    from datetime import date, datetime

    calendar = Calendar({date(year, 1, 1): ("off", "") for year in years})
    monkeypatch.setattr("app.operations.books.books", lambda: SimpleNamespace(calendar=calendar))
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(day))
    assert of(checks_system.calendar) == level


def test_a_gateway_is_set_up_and_a_real_one(settings):
    assert of(lambda: checks_system.gateway(settings)) == "ok"
    assert of(lambda: checks_system.gateway(production(settings))) == "warn"
    assert of(lambda: checks_system.gateway(replace(settings, sms=("http",)))) == "fail"
    there = replace(settings, sms=("http",), sms_http_url="http://127.0.0.1:1/")
    assert of(lambda: checks_system.gateway(production(there))) == "ok"


def test_the_scanner_answers(settings, monkeypatch):
    assert of(lambda: checks_system.scanner(settings)) == "ok"
    assert of(lambda: checks_system.scanner(production(settings))) == "warn"
    monkeypatch.setattr(files, "scanner", SimpleNamespace(scan=lambda _: "clean"))
    assert of(lambda: checks_system.scanner(settings)) == "ok"

    def away(_):
        raise GatewayError("The virus scanner cannot be reached.")

    monkeypatch.setattr(files, "scanner", SimpleNamespace(scan=away))
    assert of(lambda: checks_system.scanner(settings)) == "fail"


def test_a_storage_that_gives_back_something_else_fails(app, monkeypatch):
    assert of(checks_system.storage) == "ok"
    monkeypatch.setattr(files.storage, "read", lambda _: iter([b"other"]))
    assert of(checks_system.storage) == "fail"


def test_a_piece_of_evidence_without_its_file_is_named(db, monkeypatch):
    from tests.operations.files import PDF

    assert checks_system.evidence().text == "the latest 0 are there"
    monkeypatch.setattr("app.operations.condition.stored_keys", lambda _: [(7, "0" * 32)])
    assert "rows 7" in checks_system.evidence().text
    assert of(checks_system.evidence) == "fail"
    files.storage.put("1" * 32, [PDF])
    monkeypatch.setattr("app.operations.condition.stored_keys", lambda _: [(7, "1" * 32)])
    assert of(checks_system.evidence) == "ok"
    files.storage.delete("1" * 32)


@pytest.mark.parametrize(
    ("age", "words"), [(90, "90 s"), (150, "2 min"), (7200, "2 h"), (360_000, "100 h"), (36_000_000, "10,000 h")]
)
def test_ages_are_read_easily(age, words):
    assert checks_system._span(timedelta(seconds=age)) == words


def test_the_condition_counts_everybodys_rows(db):
    now = clock.now()
    assert condition(now, now).oldest_unsent is None
    factories.file(now - timedelta(days=30))
    it = condition(now, now)
    assert (it.open_cases, it.due_steps, it.messages["queued"]) == (1, 1, 1)
    assert it.longest_ready is not None
    assert it.clock_age is None


def test_findings_print_with_and_without_a_remedy():
    assert str(ok("disk", "room")) == "ok    disk: room"
    assert str(Finding("disk", "fail", "none", "Make room.")) == "fail  disk: none\n      Make room."
