"""A backup of the running system: every row as it was at one moment, the evidence that these rows name, what is in it.

Members of the archive, in this order: `format`; `tables/<name>.<part>.jsonl.gz` (see `portable`); `files/<key>`,
encrypted as they are stored; `manifest.json`, with counts and hashes, authenticated by the data keys. Keys are never in
it, only their ids and fingerprints. Files are written once and never changed, so they are copied after the rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from alembic.migration import MigrationContext
from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from app.domain.access import SYSTEM
from app.domain.errors import GatewayError, Reason, Refused
from app.extensions import db, files, keyring
from app.gateways.archive import Member, Writer, damaged, members, written
from app.models.attachment import Attachment
from app.models.scope import acting, unscoped
from app.operations import portable

FORMAT: Final = 1
FIRST, LAST = "format", "manifest.json"
TITLE: Final = b"huiyin backup "
_PART: Final = re.compile(r"tables/([a-z_]+)\.[0-9]{5}\.jsonl\.gz")
_FILE: Final = re.compile(r"files/([0-9a-f]{32})")
_BATCH, _PIECE, _SHOWN = 1000, 1024 * 1024, 1000
_LONGEST: Final = 64 * 1024 * 1024
"""No manifest is longer, nor any member of rows."""
_NAMING: Final = (
    ("attachments.storage_key", True),
    ("attachments.thumbnail_key", False),
    ("uploads.storage_key", False),
    ("partials.pieces", False),
)
"""Columns that name files, and whether a file that is not there is a loss."""
Told = Callable[[str], None]


@dataclass
class Group:
    """The members of one table, or all files: how many rows or files, how many bytes, and the hash over all."""

    count: int = 0
    size: int = 0
    seen: Any = field(default_factory=hashlib.sha256)

    def add(self, name: str, size: int, sha256: str, count: int = 1) -> None:
        """Count one more member."""
        self.seen.update(f"{name} {size} {sha256}\n".encode())
        self.count += count
        self.size += size

    @property
    def sha256(self) -> str:
        """Hash over the names, sizes and hashes of the members."""
        return str(self.seen.hexdigest())


# --- making -----------------------------------------------------------------------------------------------------


def make(path: Path, now: datetime, told: Told) -> dict[str, Any]:
    """Write a backup; its manifest. `told(line)` hears of progress.

    Raises Refused where the database was never upgraded or `path` is taken, GatewayError where the disk refuses.
    """
    with written(path) as archive, snapshot() as connection:
        text = TITLE + f"{FORMAT}\n".encode()
        archive.add(FIRST, len(text), [text])
        tables = portable.tables(connection)
        manifest = {
            "format": FORMAT,
            "created_at": now.isoformat(),
            "database": connection.dialect.name,
            "revision": revision(connection),
            "keys": keyring.fingerprints,
            "tables": {table.name: _add_table(archive, connection, table, told) for table in tables},
            "files": _add_files(archive, _keys(connection, tables), told),
        }
        text = json.dumps({**manifest, "mac": _mac(manifest)}, indent=1).encode()
        archive.add(LAST, len(text), [text])
    return manifest


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one moment for as long as it reads, and holds up nobody who writes."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    isolation = {} if is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with acting(SYSTEM), db.engine.connect() as connection:
        yield connection.execution_options(read_only=True, **isolation)


def revision(connection: Connection) -> str:
    """The migration that the database has reached. Raises Refused where there is none."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        raise Refused(Reason("not_upgraded", "The database has no tables: run `run.py upgrade` first."))
    return found


def _add_table(archive: Writer, connection: Connection, table: Table, told: Told) -> dict[str, Any]:
    group = Group()
    with connection.execute(portable.query(table), execution_options={"yield_per": _BATCH}) as found:
        for number, (count, packed) in enumerate(portable.parts(found)):
            name = f"tables/{table.name}.{number:05d}.jsonl.gz"
            group.add(name, len(packed), archive.add(name, len(packed), [packed]), count)
            told(f"{table.name}: {group.count:,} rows")
    columns = [column.name for column in table.columns]
    return {"rows": group.count, "bytes": group.size, "sha256": group.sha256, "columns": columns}


def _keys(connection: Connection, tables: Sequence[Table]) -> Generator[tuple[str, bool]]:
    """Every file that a row names, and whether it belongs to a case: what only waits may be swept meanwhile."""
    columns = {str(column): column for table in tables for column in table.columns}
    for name, is_kept in _NAMING:
        if name in columns:  # not every older database has them all
            chosen = select(columns[name]).where(columns[name].is_not(None)).order_by(columns[name])
            with connection.execute(chosen, execution_options={"yield_per": _BATCH}) as found:
                yield from ((key, is_kept) for (keys,) in found for key in keys.split())


def _add_files(archive: Writer, keys: Generator[tuple[str, bool]], told: Told) -> dict[str, Any]:
    group, missing = Group(), []
    with closing(keys):
        for key, is_kept in keys:
            try:
                _add_file(archive, key, group)
            except GatewayError as error:
                if not error.permanent:
                    raise
                missing += [key] if is_kept else []
            if group.count % _SHOWN == 0:
                told(f"files: {group.count:,}")
    return {"count": group.count, "bytes": group.size, "sha256": group.sha256, "missing": missing}


def _add_file(archive: Writer, key: str, group: Group) -> None:
    with files.storage.stored(key) as file:
        size = file.seek(0, 2)
        file.seek(0)
        name = f"files/{key}"
        group.add(name, size, archive.add(name, size, iter(lambda: file.read(_PIECE), b"")))


def _mac(manifest: Mapping[str, Any]) -> str:
    """What only a holder of the oldest data key can make."""
    return keyring.index(f"backup:{json.dumps(manifest, sort_keys=True)}")


# --- reading ----------------------------------------------------------------------------------------------------


def checked(path: Path, told: Told) -> dict[str, Any]:
    """The manifest of a backup whose every member is as it was written, under keys that are at hand.

    Raises Refused: no backup, damaged, cut off, altered, of a later format, made with other keys.
    """
    groups: dict[str, Group] = {}
    manifest: dict[str, Any] = {}
    for number, member in enumerate(members(path)):
        if number == 0:
            _check_format(member)
        elif manifest:
            raise damaged("something follows its manifest")
        elif member.name == LAST:
            manifest = _manifest(member)
        else:
            kind, key = named(member)
            groups.setdefault(key if kind == "tables" else "", Group()).add(member.name, member.size, member.sha256())
        if number % _SHOWN == 1:
            told(f"checking: {number:,} members")
    _check_groups(manifest, groups)
    return manifest


def named(member: Member) -> tuple[str, str]:
    """What a member holds: ("tables", a table's name) or ("files", a storage key). Raises Refused."""
    for kind, form in (("tables", _PART), ("files", _FILE)):
        if found := form.fullmatch(member.name):
            return kind, found[1]
    raise damaged("it holds something that is no part of a backup")


def content(member: Member) -> bytes:
    """The packed rows of a member. Raises Refused where they are too many."""
    return member.read(_LONGEST)


def _check_format(member: Member) -> None:
    text = member.read(len(TITLE) + 8) if member.name == FIRST else b""
    if not text.startswith(TITLE):
        raise damaged("it does not begin as a backup does")
    if text[len(TITLE) :] != f"{FORMAT}\n".encode():
        raise Refused(Reason("backup_format", "This backup was written by another edition of the program."))


def _manifest(member: Member) -> dict[str, Any]:
    try:
        manifest = dict(json.loads(member.read(_LONGEST)))
        mac, keys = manifest.pop("mac"), dict(manifest["keys"])
    except (KeyError, TypeError, ValueError) as error:
        raise damaged("its manifest cannot be read") from error
    _check_keys(keys)
    if mac != _mac(manifest):
        raise damaged("its manifest was altered")
    return manifest


def _check_keys(keys: Mapping[str, str]) -> None:
    """Each key of the backup is at hand, and the oldest is ours: all blind indexes hang on that one."""
    ours = keyring.fingerprints
    absent = [key_id for key_id, print_ in keys.items() if ours.get(key_id) != print_]
    if absent or list(keys)[-1:] != list(ours)[-1:]:
        message = "The backup was made with other data keys (%(keys)s): set HUIYIN_DATA_KEYS to that installation's."
        raise Refused(Reason("foreign_keys", message, {"keys": ", ".join(keys)}))


def _check_groups(manifest: Mapping[str, Any], groups: Mapping[str, Group]) -> None:
    if not manifest:
        raise damaged("it has no manifest")
    wanted: dict[str, Any] = {name: table["sha256"] for name, table in manifest["tables"].items()}
    nothing = Group().sha256
    for name, sha256 in {**wanted, "": manifest["files"]["sha256"]}.items():
        if sha256 != (groups[name].sha256 if name in groups else nothing):
            raise damaged(f"{name or 'files'} was altered")
    if groups.keys() - {*wanted, ""}:
        raise damaged("it holds a table that its manifest does not name")


def lost(keys: Sequence[str]) -> list[int]:
    """Ids of the attachments whose files are missing, for whoever must look after them."""
    with unscoped("a backup names the evidence that it did not find") as session:
        query = select(Attachment.id).where(Attachment.storage_key.in_(keys[:_SHOWN]))
        return list(session.scalars(query.order_by(Attachment.id)))
