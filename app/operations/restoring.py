"""Bring a backup into an empty database and an empty folder, then look whether everything is there and opens.

The rows come in one transaction, which ends only when all files are in their places and the counts are right: a
restore that fails leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from alembic.script import ScriptDirectory
from sqlalchemy import Integer, Table, bindparam, func, insert, inspect, select, update
from sqlalchemy.engine import Connection

from app.domain.access import SYSTEM
from app.domain.errors import GatewayError, Reason, Refused
from app.extensions import MIGRATIONS, db, files, keyring
from app.gateways.archive import damaged, members
from app.models.attachment import Attachment
from app.models.scope import acting
from app.models.sealed import SealBroken, bound_to
from app.operations import portable
from app.operations.backup import FIRST, LAST, Told, content, named, snapshot
from app.operations.verification import verify

UPGRADED: Final = (
    *("ab_permission_view_role", "ab_permission_view", "ab_permission", "ab_view_menu", "ab_role"),
    "counters",
)
"""What `run.py upgrade` writes (counters: the stamp of permissions): a database with nothing else is empty."""
_BATCH, _SHOWN, _SEALED = 1000, 1000, "_sealed"


@dataclass
class Verified:
    """What was looked at after a restore, and a sentence for each thing that is wrong."""

    cases: int = 0
    events: int = 0
    sealed: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)


# --- before -----------------------------------------------------------------------------------------------------


def check_target(manifest: Mapping[str, Any]) -> None:
    """Raises Refused where the backup is of a later migration, or database or folder are not empty."""
    known = {each.revision for each in ScriptDirectory(MIGRATIONS).walk_revisions()}
    if manifest["revision"] not in known:
        message = "The backup is of migration %(revision)s, which this program does not know: update the program."
        raise Refused(Reason("later_migration", message, {"revision": manifest["revision"]}))
    if not files.storage.is_empty():
        raise Refused(Reason("not_empty", "The folder for evidence is not empty: name an empty one (HUIYIN_STORAGE)."))
    with snapshot() as connection:
        for table in portable.tables(connection):
            if table.name not in UPGRADED and connection.execute(select(table).limit(1)).first():
                message = "The database is not empty (%(table)s): name an empty one (DATABASE_URL)."
                raise Refused(Reason("not_empty", message, {"table": table.name}))


def has_tables() -> bool:
    """Whether migrations have run on the database."""
    with snapshot() as connection:
        return bool(inspect(connection).get_table_names())


# --- filling ----------------------------------------------------------------------------------------------------


def fill(path: Path, manifest: Mapping[str, Any], told: Told) -> None:
    """Write the rows and files of a checked backup; the database is at the backup's migration.

    Raises Refused where they are not as the manifest says, GatewayError where a file cannot be kept.
    """
    placed: list[str] = []
    try:
        with acting(SYSTEM), db.engine.begin() as connection:
            filling = _Filling(connection, manifest, told)
            for member in members(path):
                if member.name in (FIRST, LAST):
                    continue
                kind, name = named(member)
                if kind == "tables":
                    filling.add(name, content(member))
                else:
                    placed.append(name)
                    files.storage.restore(name, member.pieces())
                    if len(placed) % _SHOWN == 0:
                        told(f"files: {len(placed):,}")
            filling.finish()
    except BaseException:
        for key in placed:
            files.storage.delete(key)
        raise


class _Filling:
    """Rows on their way into the tables, inside one transaction."""

    def __init__(self, connection: Connection, manifest: Mapping[str, Any], told: Told) -> None:
        self.connection, self.manifest, self.told = connection, manifest, told
        self.tables = {table.name: table for table in portable.tables(connection)}
        self.counts = dict.fromkeys(self.tables, 0)
        self.later: list[tuple[Table, list[dict[str, Any]]]] = []
        for name in UPGRADED:
            connection.execute(self.tables[name].delete())

    def add(self, name: str, packed: bytes) -> None:
        """Insert the rows of one member; what refers to the same table waits until all of it is there."""
        try:
            table = self.tables[name]
            rows = portable.rows(table, self.manifest["tables"][name]["columns"], packed)
        except (ValueError, KeyError) as error:
            raise damaged(f"{name} cannot be read") from error
        own = portable.self_references(table)
        if own:
            self.later.append((table, [{"b_id": row["id"], **{key: row.pop(key) for key in own}} for row in rows]))
        for start in range(0, len(rows), _BATCH):
            self.connection.execute(insert(table), rows[start : start + _BATCH])
        self.counts[name] += len(rows)
        self.told(f"{name}: {self.counts[name]:,} rows")

    def finish(self) -> None:
        """References within a table, counters of ids (PostgreSQL), and whether all that was saved is there."""
        for table, rows in self.later:
            self.connection.execute(update(table).where(table.c.id == bindparam("b_id")), rows)
        for name, table in self.tables.items():
            found = self.connection.execute(select(func.count()).select_from(table)).scalar_one()
            if found != self.manifest["tables"].get(name, {"rows": 0})["rows"]:
                raise damaged(f"{name} has {found} rows")
            if self.connection.dialect.name == "postgresql":
                self._count_on(table)

    def _count_on(self, table: Table) -> None:
        """The next id follows the last one that came."""
        key = table.columns.get("id")
        if key is not None and isinstance(key.type, Integer):
            sequence = func.pg_get_serial_sequence(table.name, "id")
            following = func.setval(sequence, func.coalesce(func.max(key), 1), func.max(key).is_not(None))
            self.connection.execute(select(following).select_from(table))


# --- after ------------------------------------------------------------------------------------------------------


def verified(manifest: Mapping[str, Any], told: Told) -> Verified:
    """Chains, sealed values and files of the database as it is now, each one of them."""
    found = Verified()
    chains = verify(told=lambda count: told(f"chains: {count:,} cases") if count % (10 * _SHOWN) == 0 else None)
    found.cases, found.events, found.faults = chains.case_count, chains.event_count, list(chains.faults)
    with snapshot() as connection:
        told("sealed values…")
        _open_sealed(connection, found)
        told("files…")
        _open_files(connection, frozenset(manifest["files"]["missing"]), found)
    return found


def _open_sealed(connection: Connection, found: Verified) -> None:
    for table in portable.tables(connection):
        names = [each.name for each in table.columns if each.name.endswith(_SEALED)]
        if not names:
            continue
        query = select(table.c.id, table.c.uid, *(table.c[name] for name in names))
        for row_id, uid, *envelopes in connection.execute(query, execution_options={"yield_per": _BATCH}):
            for name, envelope in zip(names, envelopes, strict=True):
                if envelope is not None:
                    found.sealed += 1
                    _open(f"{table.name}.{name} {row_id}", envelope, bound_to(table.name, _bare(name), uid), found)


def _bare(name: str) -> str:
    return name.removesuffix(_SEALED)


def _open(place: str, envelope: str, bound: str, found: Verified) -> None:
    try:
        keyring.open(envelope, bound)
    except SealBroken:
        found.faults.append(f"{place}: does not open")


def _open_files(connection: Connection, missing: frozenset[str], found: Verified) -> None:
    for row_id, key, sha256, size in _evidence(connection):
        try:
            is_same = _hash(key) == (sha256, size)
        except GatewayError as error:
            if key not in missing:
                found.faults.append(f"attachments {row_id}: {error}")
            continue
        found.files += 1
        if not is_same:
            found.faults.append(f"attachments {row_id}: the file is another one")


def _evidence(connection: Connection) -> Iterator[Any]:
    query = select(Attachment.id, Attachment.storage_key, Attachment.sha256, Attachment.size)
    return iter(connection.execute(query, execution_options={"yield_per": _BATCH}))


def _hash(key: str) -> tuple[str, int]:
    seen, size = hashlib.sha256(), 0
    for piece in files.storage.read(key):
        seen.update(piece)
        size += len(piece)
    return seen.hexdigest(), size
