"""Where the bench keeps its databases: a folder that outlives a run, because a million cases take a while to make."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import running, unprivileged

SERVER = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "autovacuum": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "256MB",
    "listen_addresses": "",
    "timezone": "UTC",
}
"""Nothing that changes a plan: as a server of this size would be set up, without care for power cuts."""


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of the bench's database of this kind in the folder, its server running; made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        yield f"sqlite:///{folder}/huiyin.db"
        return
    with unprivileged() as (owner, program):
        how = {} if owner is None else {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}
        place = folder / "postgres"
        if not place.exists():
            _make(place, program, owner, how)
        options = [part for name, value in SERVER.items() for part in ("-c", f"{name}={value}")]
        command = [str(program / "bin/postgres"), "-D", str(place), "-k", str(place), *options]
        pidfile = place / "postmaster.pid"
        with running(command, lambda: _is_ready(pidfile), folder / "log", signal.SIGINT, cwd=place, **how):
            yield f"postgresql+psycopg://huiyin@/postgres?host={place}"


def _make(place: Path, program: Path, owner: int | None, how: dict[str, object]) -> None:
    place.mkdir(mode=0o700)
    if owner is not None:
        os.chown(place, owner, -1)
    command = [str(program / "bin/initdb"), "-D", str(place), "-U", "huiyin", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*command, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, cwd=place, **how)  # type: ignore[call-overload]


def _is_ready(pidfile: Path) -> bool:
    lines = pidfile.read_text().splitlines() if pidfile.exists() else []
    return bool(lines) and lines[-1].strip() == "ready"
