"""A second, empty database with a folder for evidence, as another machine would have: for restoring into."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.backup import _migrate
from app.domain.access import SYSTEM
from app.extensions import db, files, keyring
from app.models.scope import acting
from app.operations import backup, portable, restoring
from app.operations.backup import snapshot
from config import Settings


@contextmanager
def another_app(settings: Settings, folder: Path, url: str = "", **changes: Any) -> Iterator[Any]:
    """An app on a database and folder of its own; what belongs to the process is put back afterwards."""
    from app import create_app

    kept, ring = vars(files).copy(), dict(settings.data_keys)
    chosen = replace(settings, database_url=url or f"sqlite:///{folder}/other.db", storage=folder / "files", **changes)
    app = create_app(chosen, TESTING=True, RATELIMIT_ENABLED=False)
    try:
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        vars(files).update(kept)
        keyring.load(ring)


def rows() -> dict[str, list[bytes]]:
    """Everything in the present app's database, as portable lines by table."""
    with acting(SYSTEM), snapshot() as connection:
        found = {
            table: portable.parts(connection.execute(portable.query(table))) for table in portable.tables(connection)
        }
        return {
            table.name: b"".join(zlib.decompress(packed, 31) for _, packed in parts).splitlines()
            for table, parts in found.items()
        }


def restored(path: Path) -> restoring.Verified:
    """Restore into the present app, as the command does; what was verified."""
    manifest = backup.checked(path, print)
    restoring.check_target(manifest)
    _migrate(manifest["revision"], is_used=restoring.has_tables())
    restoring.fill(path, manifest, print)
    return restoring.verified(manifest, print)
