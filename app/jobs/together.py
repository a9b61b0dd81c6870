"""`run.py all`: the embedded Valkey, the preparation of the database, then web, worker and clock.

It builds no app itself and so stays small. One at a time for a data folder: it and its children hold a lock.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from app.jobs.children import Child, adopt_orphans, die_with_parent
from app.jobs.embedded import is_embedded, server_command
from app.jobs.supervisor import GRACE, Supervisor
from config import ROOT, Settings, SettingsError

PROCESSES = ("web", "worker", "clock")
QUIET = ("overcommit_memory",)  # advice of the embedded server that nobody here can follow
SIGN_IN_AS = "platform_admin"


def run_all(settings: Settings) -> int:
    """Run until Ctrl-C; returns the exit status. Refuses when another one has the data folder or the port."""
    lock = hold(settings)
    refuse_used_port(settings)
    supervisor = Supervisor(say)
    supervisor.listen()
    adopt_orphans()
    if os.environ.get("MAKELEVEL"):  # started by make: end with it, even when it is killed
        die_with_parent(os.getppid())
    try:
        return _run(supervisor, settings, lock)
    finally:
        supervisor.stop()
        say("All processes have ended.")


def _run(supervisor: Supervisor, settings: Settings, lock: int) -> int:
    env = child_environment(settings)
    if is_embedded(settings):
        supervisor.keep(Child("valkey", server_command(settings), env, (lock,)))
    say("Preparing the database (a first start takes a minute)…")
    if supervisor.run_once(_command("prepare", env, lock)) != 0:
        if not supervisor.is_stopping:
            say("The database could not be prepared: see the lines above.")
        return 0 if supervisor.is_stopping else 1
    for name in PROCESSES:
        supervisor.keep(_command(name, env, lock))
    supervisor.run(lambda: announced(settings))
    say("Stopping…")
    return 0


def hold(settings: Settings) -> int:
    """Take the data folder's lock; the children inherit the descriptor and so hold it to their end."""
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = os.open(settings.data / "all.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not _locked(lock):
        _wait_for_predecessor(lock, settings)
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _wait_for_predecessor(lock: int, settings: Settings) -> None:
    """A living owner is a refusal; the children of one that was killed are ending, so wait for them."""
    owner = os.pread(lock, 20, 0).decode().strip()
    if owner and Path(f"/proc/{owner}").exists():
        raise SettingsError(
            f"Huiyin already runs on {settings.data} (process {owner}, {settings.public_url}/): "
            "stop it first, or choose another folder with HUIYIN_DATA."
        )
    say("The previous run was killed; waiting for its processes to end…")
    give_up_at = time.monotonic() + GRACE
    while not _locked(lock):
        if time.monotonic() > give_up_at:
            raise SettingsError(f"Processes of a previous run still use {settings.data}: end them, then start again.")
        time.sleep(0.2)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_used_port(settings: Settings) -> None:
    """Fail early, with a sentence, where the web process could not listen."""
    family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise SettingsError(
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}): set HUIYIN_PORT."
            ) from None


def child_environment(settings: Settings) -> dict[str, str]:
    """What all children share: the same Valkey and the same clock, those started again later too."""
    return {
        **os.environ,
        "REDIS_URL": settings.redis_url,
        "HUIYIN_CLOCK_OFFSET": repr(settings.clock_offset),
        "PYTHONUNBUFFERED": "1",
    }


def announced(settings: Settings) -> bool:
    """Say where to go and as whom, as soon as the web process answers; whether that has been done."""
    if not answers(settings):
        return False
    say(
        f"Huiyin is ready: {settings.public_url}/ for the public, "
        f"{settings.public_url}/admin/ for officers{_account(settings)}."
    )
    return True


def answers(settings: Settings) -> bool:
    """Whether the web process answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 # nosec B104 - compared
    connection = http.client.HTTPConnection(host, settings.port, timeout=0.3)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    return False


def _account(settings: Settings) -> str:
    kept = settings.data / "demo-password"
    password = settings.demo_password or (kept.read_text().strip() if kept.exists() else "")
    if settings.is_production or not password:
        return ""
    return f": sign in as {SIGN_IN_AS}, handler, dispatcher, …; password {password}, kept in {kept}"


def _command(name: str, env: dict[str, str], lock: int) -> Child:
    return Child(name, [sys.executable, str(ROOT / "run.py"), name], env, (lock,))


def say(line: str) -> None:
    """Print a line at once; a terminal that is gone is no reason to fail."""
    if not any(word in line for word in QUIET):
        with suppress(BrokenPipeError, ValueError):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
