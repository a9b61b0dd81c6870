"""Stopping in order: what was begun is ended. Real processes, real signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import redis

from app.jobs.queues import wake
from tests import servers
from tests.system.site import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


class Slow(BaseHTTPRequestHandler):
    """A gateway that takes a message only when it is let."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.begun.set()
        self.server.let.wait(PATIENCE)
        body = b'{"code": 0, "id": "A1"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def gateway():
    """The slow gateway, served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    server.begun, server.let = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.let.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Processes:
    """`run.py` commands on one data folder."""

    def __init__(self, folder, gateway):
        self.folder, self.port, self.running = folder, free_port(), []
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "MAKE"))},
            "HUIYIN_DATA": str(folder),
            "HUIYIN_PORT": str(self.port),
            "HUIYIN_WEB_WORKERS": "1",
            "HUIYIN_NOW": "2026-11-24T10:00:00+08:00",
            "HUIYIN_LOG": "json",
            "HUIYIN_SMS": "http",
            "HUIYIN_SMS_HTTP_URL": f"http://127.0.0.1:{gateway.server_port}/",
            "HUIYIN_SMS_HTTP_TIMEOUT": "40",
            "REDIS_URL": "redis://127.0.0.1:1",
        }

    def start(self, *words, **env):
        """Start one; its output is kept."""
        with (self.folder / f"{words[0]}.log").open("w") as log:
            command = [sys.executable, "run.py", *words]
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.env, **env}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.running.append(process)
        return process

    def done(self, *words):
        """Run one to its end."""
        process = self.start(*words)
        assert process.wait(180) == 0, self.log(words[0])

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()

    def query(self, sql):
        with closing(sqlite3.connect(self.folder / "huiyin.db", timeout=30)) as connection:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows

    def end(self):
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A data folder with the catalogue and a few cases; copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    nobody = type("Nobody", (), {"server_port": 1})
    processes = Processes(folder, nobody)
    processes.done("upgrade")
    processes.done("seed", "--demo", "--cases", "5")
    return folder


@pytest.fixture
def processes(seeded, tmp_path, gateway):
    """Commands on a copy of the seeded folder."""
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    made = Processes(folder, gateway)
    yield made
    made.end()


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def begin_request(port):
    """Send a request but for its last byte; when this returns, the server is in the midst of it."""
    body = json.dumps({"username": "nobody", "password": "x", "provider": "db"}).encode()
    link = socket.create_connection(("127.0.0.1", port), PATIENCE)
    head = (
        "POST /api/v1/security/login HTTP/1.1",
        "Host: x",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Expect: 100-continue",
        "Connection: close",
    )
    link.sendall("\r\n".join((*head, "", "")).encode() + body[:-1])
    assert link.recv(1000).startswith(b"HTTP/1.1 100 ")
    return link, body[-1:]


def ended_request(link, rest):
    """Send the last byte; the whole answer."""
    link.sendall(rest)
    with link.makefile("rb") as answer:
        return answer.read()


def logged_requests(text):
    lines = [json.loads(line[line.index("{") :]) for line in text.splitlines() if "{" in line]
    return [(each["rule"], each["status"]) for each in lines if each["logger"] == "app.request"]


LOGIN = ("/api/v1/security/login", 401)


@pytest.fixture(autouse=True)
def heard():
    """Ctrl-C is heard by whatever is started here, even where a shell has put this test in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_web_process_answers_what_it_has_begun(processes, number):
    web = processes.start("web")
    wait_for(lambda: answers(processes.port), lambda: processes.log("web"))
    link, rest = begin_request(processes.port)
    with link:
        if number == signal.SIGINT:
            os.killpg(web.pid, number)  # as a terminal does: to every process at once
        else:
            web.send_signal(number)
        wait_for(lambda: "Handling signal" in processes.log("web"), lambda: processes.log("web"))
        time.sleep(0.5)  # for the signal to go on to the worker
        assert ended_request(link, rest).startswith(b"HTTP/1.1 401 ")
    assert web.wait(PATIENCE) == 0
    assert logged_requests(processes.log("web")) == [LOGIN]


def one_message(processes):
    """A message that may go out at once, instead of those there are."""
    processes.query("UPDATE messages SET status = 'suppressed' WHERE status IN ('queued', 'claimed')")
    processes.query(
        "UPDATE messages SET status = 'queued', not_before = '2026-01-01 00:00:00', gateway = NULL, attempts = 0 "
        "WHERE id IN (SELECT id FROM messages WHERE phone_sealed IS NOT NULL LIMIT 2)"
    )


def states(processes):
    rows = processes.query("SELECT status FROM messages WHERE not_before = '2026-01-01 00:00:00' ORDER BY status DESC")
    return [status for (status,) in rows]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_its_job(processes, gateway, number):
    one_message(processes)
    with servers.short_folder() as folder, servers.valkey(folder) as url:
        worker = processes.start("worker", REDIS_URL=url)
        with redis.Redis.from_url(url) as connection:
            assert wake(connection, "messages")
        wait_for(gateway.begun.is_set, lambda: processes.log("worker"))
        os.kill(worker.pid, number)
        threading.Timer(1, gateway.let.set).start()
        assert worker.wait(PATIENCE) == 0
    assert states(processes) == ["sent", "sent"]
    jobs = [json.loads(line) for line in processes.log("worker").splitlines() if '"outcome"' in line]
    assert [(each["job_name"], each["outcome"]) for each in jobs] == [("drain_messages", "done")]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_clock_ends_what_it_is_at_and_nothing_more(processes, gateway, number):
    one_message(processes)
    clock = processes.start("clock")
    wait_for(gateway.begun.is_set, lambda: processes.log("clock"))
    os.kill(clock.pid, number)
    threading.Timer(1, gateway.let.set).start()
    assert clock.wait(PATIENCE) == 0
    assert states(processes) == ["sent", "queued"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT])
def test_all_of_them_end_what_they_have_begun(processes, gateway, number):
    one_message(processes)
    processes.env.pop("REDIS_URL")
    everything = processes.start("all")
    wait_for(lambda: answers(processes.port), lambda: processes.log("all"))
    wait_for(gateway.begun.is_set, lambda: processes.log("all"))
    link, rest = begin_request(processes.port)
    with link:
        everything.send_signal(number)
        wait_for(lambda: "Handling signal" in processes.log("all"), lambda: processes.log("all"))
        time.sleep(0.5)
        gateway.let.set()
        assert ended_request(link, rest).startswith(b"HTTP/1.1 401 ")
    assert everything.wait(PATIENCE) == 0
    assert states(processes)[0] == "sent"
    assert "claimed" not in states(processes)
    assert LOGIN in logged_requests(processes.log("all"))
    assert "All processes have ended." in processes.log("all")
