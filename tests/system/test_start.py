"""Starting: one run for a data folder, a free port, a line of the log that tells nothing personal, exit codes."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import main
from app.jobs.serve import ServerLogger, WebServer
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


class Told(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@pytest.fixture
def server_log(settings):
    """The web server's own logger, and what it says."""
    told, logger = Told(), logging.getLogger("gunicorn.error")
    config = WebServer(lambda: None, settings).cfg
    logger.addHandler(told)
    yield ServerLogger(config), told.lines
    logger.removeHandler(told)


def test_the_web_server_quotes_no_request_and_has_no_handler_of_its_own(server_log):
    server, lines = server_log
    server.warning("Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET /evaluate/TOKEN'")
    server.exception("Error handling request %s %s", "GET", "/evaluate/TOKEN?name=x")
    server.warning("Worker (pid:%s) was sent %s!", 7, "SIGKILL")
    server.exception("Socket error processing request.")
    assert lines == [
        "a request was no HTTP, and refused",
        "a request broke off",
        "Worker (pid:7) was sent SIGKILL!",
        "Socket error processing request.",
    ]
    assert [each for each in server.error_log.handlers if not isinstance(each, Told)] == []
    assert server.error_log.propagate
    assert not server.access_log_enabled


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
    "command",
    ["web", "worker", "clock", "all", "upgrade", "seed", "user", "import", "export", "deadline", "verify", "doctor"],
)
def test_every_command_has_its_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert "usage: run.py" in capsys.readouterr().out
