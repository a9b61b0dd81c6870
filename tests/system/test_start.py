"""Starting: one run for a data folder, a free port, a line of the log that tells nothing personal, exit codes."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import main
from app.jobs.serve import logged_path, server_options
from app.jobs.together import answers, child_environment, hold, refuse_used_port
from config import Settings, SettingsError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Settings.from_env({"HUIYIN_DATA": str(tmp_path), "HUIYIN_PORT": str(port), "HUIYIN_NOW": "2026-03-02"})


def test_a_second_run_on_the_same_data_is_refused(settings):
    lock = hold(settings)
    with pytest.raises(SettingsError, match=f"already runs on .*process {os.getpid()}"):
        hold(settings)
    os.close(lock)
    os.close(hold(settings))


def test_a_run_whose_predecessor_was_killed_waits_for_its_children(settings, capsys, monkeypatch):
    lock = hold(settings)
    os.pwrite(lock, b"999999999\n", 0)  # the owner is gone, a child of its still holds the lock
    monkeypatch.setattr("app.jobs.together.time.sleep", lambda _: fcntl.flock(lock, fcntl.LOCK_UN))
    os.close(hold(settings))
    assert "waiting for its processes" in capsys.readouterr().out
    os.close(lock)


def test_a_used_port_is_refused_before_anything_starts(settings):
    refuse_used_port(settings)
    with socket.create_server(("127.0.0.1", settings.port)), pytest.raises(SettingsError, match="HUIYIN_PORT"):
        refuse_used_port(settings)
    assert not answers(settings)


def test_all_processes_share_the_valkey_and_the_clock(settings):
    env = child_environment(settings)
    child = Settings.from_env({**env, "HUIYIN_DATA": str(settings.data)})
    assert (child.redis_url, child.clock_offset) == (settings.redis_url, settings.clock_offset)


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/evaluate/0123ABCD", "/evaluate/*"),
        ("/admin/cases/list/", "/admin/cases/list/"),
        ("/x\n127.0.0.1 forged", "/x%0A127.0.0.1%20forged"),
        ("/\u00e4", "/%E4"),
        ("/\u4e2d", "/%3F"),
    ],
)
def test_a_line_of_the_log_is_one_line_without_a_token(path, logged):
    assert logged_path(path) == logged


def test_the_log_has_no_query_string(settings):
    line = server_options(settings)["access_log_format"]
    assert not any(field in line for field in ("%(r)s", "%(q)s", "%(f)s", "%({referer}i)s"))


def run(*arguments, **env):
    command = [sys.executable, str(ROOT / "run.py"), *arguments]
    whole = {**os.environ, **env}
    return subprocess.run(command, capture_output=True, text=True, env=whole, cwd="/", timeout=60, check=False)


def test_help_and_wrong_usage_have_their_exit_codes():
    assert run("--help").returncode == 0
    assert run("fly").returncode == 2


def test_a_refused_setting_is_one_sentence(tmp_path):
    answer = run("upgrade", HUIYIN_DATA=str(tmp_path), HUIYIN_PORT="no")
    assert answer.returncode == 1
    assert answer.stderr == "HUIYIN_PORT cannot be read ('no'): it must be a whole number from 1 to 65535.\n"


@pytest.mark.parametrize(
    "command", ["web", "worker", "clock", "all", "upgrade", "seed", "user", "import", "export", "deadline", "verify"]
)
def test_every_command_has_its_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert "usage: run.py" in capsys.readouterr().out
