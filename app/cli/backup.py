"""Commands: backup FILE and restore FILE: everything but the keys, into one file and back, on either database."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.cli.frame import add_json, application, emit, settings
from config import MIGRATIONS

if TYPE_CHECKING:
    from argparse import Namespace

    from flask import Flask

    from config import Settings

SHOWN = 20
"""So many faults are printed; --json has all."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add backup and restore."""
    saving = commands.add_parser("backup", help="write database and evidence to a file, while everything runs")
    saving.add_argument(
        "file", type=Path, metavar="FILE", help="a new file; it holds complaints in clear: keep it safe"
    )
    add_json(saving)
    saving.set_defaults(run=backup)
    restoring = commands.add_parser("restore", help="bring a backup into an empty database and folder, and verify it")
    restoring.add_argument("file", type=Path, metavar="FILE", help="a file that `run.py backup` wrote")
    restoring.add_argument(
        "--check", action="store_true", help="restore into a temporary folder (TMPDIR), verify, and throw that away"
    )
    add_json(restoring)
    restoring.set_defaults(run=restore)


def backup(options: Namespace) -> int:
    """Write a backup; 1 where evidence that the database names was not there."""
    from app.extensions import clock
    from app.operations import backup as backups

    began = time.monotonic()
    with application():
        manifest = backups.make(options.file, clock.now(), told)
        lost = backups.lost(manifest["files"]["missing"])
    data = _summary(options.file, manifest) | {"seconds": round(time.monotonic() - began, 1), "missing": lost}
    emit(options, data, _made(data))
    return 1 if lost else 0


def restore(options: Namespace) -> int:
    """Restore, or try it out; 1 where anything does not verify."""
    began = time.monotonic()
    with _target(is_trial=options.check) as chosen, application(chosen) as app:
        manifest, found = _restored(app, options.file)
    data = _summary(options.file, manifest) | asdict(found) | {"seconds": round(time.monotonic() - began, 1)}
    emit(options, data, _restored_words(data, is_trial=options.check))
    return 1 if found.faults else 0


def told(line: str) -> None:
    """Progress goes to standard error, so that --json stays JSON."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def _target(*, is_trial: bool) -> Iterator[Settings]:
    """The settings' own database and folder, or ones that are thrown away."""
    chosen = settings()
    if not is_trial:
        yield chosen
        return
    with TemporaryDirectory(prefix="huiyin-restore-") as folder:
        yield replace(chosen, database_url=f"sqlite:///{folder}/trial.db", storage=Path(folder, "files"))


def _restored(app: Flask, path: Path) -> tuple[dict[str, Any], Any]:
    from app.cli.upgrading import upgrade
    from app.operations import backup as backups
    from app.operations import restoring

    manifest = backups.checked(path, told)
    restoring.check_target(manifest)
    with redirect_stdout(sys.stderr):
        _migrate(manifest["revision"], is_used=restoring.has_tables())
    restoring.fill(path, manifest, told)
    with redirect_stdout(sys.stderr):
        upgrade(app)
    return manifest, restoring.verified(manifest, told)


def _migrate(revision: str, *, is_used: bool) -> None:
    """Bring the empty database to the backup's own migration."""
    from flask_migrate import downgrade
    from flask_migrate import upgrade as migrate

    if is_used:
        downgrade(directory=str(MIGRATIONS), revision="base")
    migrate(directory=str(MIGRATIONS), revision=revision)


def _summary(path: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": str(path),
        "size": path.stat().st_size,
        "created_at": manifest["created_at"],
        "revision": manifest["revision"],
        "key_ids": list(manifest["keys"]),
        "rows": {name: table["rows"] for name, table in manifest["tables"].items()},
        "evidence": manifest["files"]["count"],
    }


def _made(data: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{data['file']}: {data['rows']['cases']:,} cases, {sum(data['rows'].values()):,} rows, "
        f"{data['evidence']:,} files, {data['size']:,} bytes, {data['seconds']} s"
    )
    yield f"Keys needed to restore it, kept elsewhere: {', '.join(data['key_ids'])}"
    if data["missing"]:
        numbers = ", ".join(map(str, data["missing"]))
        yield f"Files of these attachments were not there, the backup is without them: {numbers}"


def _restored_words(data: dict[str, Any], *, is_trial: bool) -> Iterator[str]:
    yield from data["faults"][:SHOWN]
    if len(data["faults"]) > SHOWN:
        yield f"… and {len(data['faults']) - SHOWN} more (--json shows all)"
    counts = {name: f"{data[name]:,}" for name in ("cases", "events", "sealed", "files")}
    yield (
        f"{'Tried out' if is_trial else 'Restored'}: {sum(data['rows'].values()):,} rows; verified "
        "{cases} chains of {events} events, {sealed} sealed values, {files} files of evidence; ".format(**counts)
        + f"{len(data['faults']):,} faults, {data['seconds']} s"
    )
