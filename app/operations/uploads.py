"""Taking in a file: look at it, have it scanned, store it; it waits for its complaint for a day, known by a token."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import delete, select

from app.domain.access import Actor, Role
from app.domain.errors import GatewayError, Invalid, Reason, Refused
from app.domain.evidence import ADDERS, KEPT, MAX_FILE, clean_name
from app.extensions import db, files, keyring
from app.gateways.storage import new_key
from app.models.attachment import Attachment, Upload
from app.models.partial import Partial
from app.models.scope import acting_on
from app.operations.inspection import inspect, shown_name

CHUNK = 1024 * 1024
EMPTY = "The file is empty."
TOO_LARGE = "The file is larger than 20 MB."
INFECTED = "A virus was found in the file. It was not taken."
UPLOADERS = ADDERS | {Role.COMPLAINANT}
BATCH = 100
MOST_ORPHANS = 100
"""More than so many were not left by processes that died: folder and database do not belong together."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """What the door may tell of a stored file. The token is known to nobody else."""

    token: str
    name: str
    kind: str
    size: int
    sha256: str


def receive(file: IO[bytes], name: str, actor: Actor, now: datetime) -> Received:
    """Store a file (a seekable stream) until a case claims it, and commit.

    Raises Invalid (field `file`), Refused (role) and GatewayError (no room, or no scanner); then nothing is kept.
    """
    if not UPLOADERS & actor.roles:
        raise Refused(Reason("role", "Your role does not do this."))
    size = _size(file)
    found = inspect(file, size, clean_name(name))
    verdict = files.scanner.scan(_chunks(file))
    if verdict == "infected":
        raise _wrong(INFECTED)
    key, seen = new_key(), hashlib.sha256()
    files.storage.put(key, _hashed(_chunks(file), seen))
    received = Received(
        token=secrets.token_urlsafe(24),
        name=shown_name(found.kind, clean_name(name)),
        kind=found.kind.name,
        size=size,
        sha256=seen.hexdigest(),
    )
    row = Upload(
        token_hash=hash_of(received.token),
        storage_key=key,
        name=received.name,
        kind=received.kind,
        size=size,
        sha256=received.sha256,
        listing=found.listing,
        is_scanned=verdict == "clean",
        source=source_of(actor),
        uploaded_by_id=actor.user_id or None,
        created_at=now,
        expires_at=now + KEPT,
    )
    _keep(row, key)
    return received


def _keep(row: Upload, key: str) -> None:
    try:
        db.session.add(row)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        files.storage.delete(key)
        raise


def waiting(tokens: Iterable[str], actor: Actor, now: datetime) -> list[Received]:
    """What still waits of one's own uploads, in the order of the tokens; unknown and expired ones are left out."""
    rows = {row.token_hash: row for row in uploads_of(tokens, actor, now)}
    found = [(token, rows.get(hash_of(token))) for token in dict.fromkeys(tokens)]
    return [Received(token, row.name or "", row.kind, row.size, row.sha256) for token, row in found if row]


def uploads_of(tokens: Iterable[str], actor: Actor, now: datetime) -> list[Upload]:
    """Rows of one's own uploads that have not expired."""
    hashes = [hash_of(token) for token in tokens]
    query = select(Upload).where(Upload.token_hash.in_(hashes), Upload.expires_at > now)
    rows = db.session.scalars(query.order_by(Upload.id))
    return [row for row in rows if row.uploaded_by_id == (actor.user_id or None)]


def hash_of(token: str) -> str:
    """The keyed hash under which a token is stored."""
    return keyring.index(f"attachment:{token}")


def source_of(actor: Actor) -> str:
    """Where a file comes from: the complainant, a connected system, or an officer."""
    return actor.kind if actor.kind in ("complainant", "client") else "officer"


def expired_count(now: datetime) -> int:
    """Uploads that nobody claimed in time (at most 100 are counted)."""
    return len(db.session.scalars(select(Upload.id).where(Upload.expires_at <= now).limit(BATCH)).all())


def sweep(now: datetime) -> int:
    """Remove what nobody claimed in time: the row first, so that no case can claim a file that goes."""
    removed = 0
    while rows := db.session.execute(
        select(Upload.id, Upload.storage_key).where(Upload.expires_at <= now).limit(BATCH)
    ).all():
        for row_id, key in rows:
            with acting_on():
                gone = db.session.execute(delete(Upload).where(Upload.id == row_id)).rowcount
                db.session.commit()
            if gone:
                _delete(key)
                removed += 1
    return removed


def sweep_orphans(before: float) -> int:
    """Remove files that no row names, left by a process that died between file and row; how many, as SYSTEM.

    Only what was last written before an instant (seconds of the epoch); nothing at all where there are too many.
    """
    orphans = [key for keys in _batches(files.storage.older(before)) for key in sorted(keys - _named(keys))]
    if len(orphans) > MOST_ORPHANS:
        log.error("%s files are in no row: none was removed; do the folder and the database match?", len(orphans))
        return 0
    for key in orphans:
        _delete(key)
    return len(orphans)


def _batches(keys: Iterator[str]) -> Iterator[set[str]]:
    while batch := set(islice(keys, BATCH)):
        yield batch


def _named(keys: set[str]) -> set[str | None]:
    columns: tuple[Any, ...] = (Attachment.storage_key, Attachment.thumbnail_key, Upload.storage_key)
    named = {key for column in columns for key in db.session.scalars(select(column).where(column.in_(keys)))}
    return named | {key for pieces in db.session.scalars(select(Partial.pieces)) for key in pieces.split()}


def _delete(key: str) -> None:
    """The row is gone; a file that cannot be removed now is an orphan, unreadable without its row."""
    try:
        files.storage.delete(key)
    except GatewayError:
        return


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, 2)
    if size == 0:
        raise _wrong(EMPTY)
    if size > MAX_FILE:
        raise _wrong(TOO_LARGE)
    return size


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _hashed(chunks: Iterable[bytes], seen: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        seen.update(chunk)
        yield chunk


def _wrong(message: str) -> Invalid:
    return Invalid({"file": message})
