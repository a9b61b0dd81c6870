"""A file that comes in pieces: each is sealed as it comes, and the whole is taken in as any other upload.

Pieces come in order. Of two that come for the same place at once one is kept, and the other hears how far the file
is; so a sender whose connection broke asks how far it came, and goes on from there.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Final

from sqlalchemy import delete, select, update

from app.domain.access import Actor
from app.domain.errors import GatewayError, Invalid, NotFound, Reason, Refused
from app.domain.evidence import KEPT, MAX_FILE, MAX_OPEN, clean_name, is_known, piece_due
from app.extensions import db, files, keyring
from app.gateways.storage import new_key
from app.models.partial import Partial
from app.operations.inspection import UNKNOWN
from app.operations.uploads import BATCH, EMPTY, TOO_LARGE, UPLOADERS, Received, receive, source_of

NO_SYNC: Final = {"synchronize_session": False}
SHORT = "The connection broke. Please try this file again."
ELSEWHERE = "Another piece of this file was expected."


@dataclass(frozen=True)
class State:
    """How far a file has come, and its upload once it is whole."""

    token: str
    size: int
    received: int
    upload: Received | None


def begin(name: str, size: int, opener: str, actor: Actor, now: datetime) -> State:
    """Begin a file and commit. `opener`: a secret of the visitor's browser, besides the account of who signed in.

    Raises Refused (role) and Invalid (field `file`): empty, too large, or of a name that is not taken anyway.
    """
    if not UPLOADERS & actor.roles:
        raise Refused(Reason("role", "Your role does not do this."))
    if fault := _fault(clean_name(name), size):
        raise Invalid({"file": fault})
    token, whose = secrets.token_urlsafe(24), _opener(opener, actor)
    _make_room(whose)
    kept = {"name": clean_name(name), "size": size, "expires_at": now + KEPT}
    db.session.add(Partial(token_hash=_hash(token), opener_hash=whose, received=0, pieces="", **kept))
    db.session.commit()
    return State(token, size, 0, None)


def _fault(name: str, size: int) -> str:
    if size <= 0:
        return EMPTY
    if size > MAX_FILE:
        return TOO_LARGE
    return "" if is_known(name) else UNKNOWN


def _make_room(whose: str) -> None:
    query = select(Partial).where(Partial.opener_hash == whose).order_by(Partial.id.desc())
    for row in db.session.scalars(query.offset(MAX_OPEN - 1)).all():
        _remove(row.id, row.pieces)


def state(token: str, opener: str, actor: Actor, now: datetime) -> State:
    """How far a file is. Raises NotFound: not known, not any more, or somebody else's."""
    return _state(token, _row(token, opener, actor, now))


def take(token: str, offset: int, piece: bytes, opener: str, actor: Actor, now: datetime) -> State:
    """Keep the piece that begins at `offset`, and commit; with the last one the file is taken in.

    Raises NotFound, Refused (another piece was expected: ask how far it is), Invalid (cut short, or a file that is
    not taken: then nothing is kept) and GatewayError (then what is there stays).
    """
    row = _row(token, opener, actor, now)
    if row.result is not None:
        return _state(token, row)
    _check(row, offset, piece)
    size, name, row_id, pieces = row.size, row.name or "", row.id, row.pieces
    db.session.rollback()  # nothing is locked while files are written and read
    if piece:
        pieces = _keep(row_id, offset, pieces, piece)
    received = offset + len(piece)
    upload = _finish(row_id, name, pieces, actor, now) if received == size else None
    return State(token, size, received, upload)


def drop(token: str, opener: str, actor: Actor, now: datetime) -> None:
    """Give a file up, and commit: its pieces go. Raises NotFound."""
    row = _row(token, opener, actor, now)
    _remove(row.id, row.pieces)


def over_count(now: datetime) -> int:
    """Files that were not sent to their end in time (at most 100 are counted)."""
    return len(db.session.scalars(select(Partial.id).where(Partial.expires_at <= now).limit(BATCH)).all())


def sweep(now: datetime) -> int:
    """Remove what was not sent to its end in time; how many."""
    removed, over = 0, select(Partial.id, Partial.pieces).where(Partial.expires_at <= now).limit(BATCH)
    while rows := db.session.execute(over).all():
        removed += sum(_remove(row_id, pieces) for row_id, pieces in rows)
    return removed


# --- pieces -----------------------------------------------------------------------------------------------------


def _check(row: Partial, offset: int, piece: bytes) -> None:
    if offset != row.received:
        raise Refused(Reason("offset", ELSEWHERE))
    if len(piece) != piece_due(row.size, row.received):
        raise Invalid({"file": SHORT})


def _keep(row_id: int, offset: int, pieces: str, piece: bytes) -> str:
    """Store the piece, then count it where no other has come to the same place; all keys so far."""
    key = new_key()
    files.storage.put(key, [piece])
    pieces, received = f"{pieces} {key}".strip(), offset + len(piece)
    values = {"received": received, "pieces": pieces}
    change = update(Partial).where(Partial.id == row_id, Partial.received == offset).values(**values)
    is_first = db.session.execute(change, execution_options=NO_SYNC).rowcount == 1
    db.session.commit()
    if not is_first:
        _forget(key)
        raise Refused(Reason("offset", ELSEWHERE))
    return pieces


def _finish(row_id: int, name: str, pieces: str, actor: Actor, now: datetime) -> Received:
    """Take the whole in. Two that end the same file at once make two uploads: one is told, the other expires."""
    try:
        with TemporaryFile() as whole:
            for key in pieces.split():
                whole.writelines(files.storage.read(key))
            upload = receive(whole, name, actor, now)
    except (Invalid, GatewayError) as error:
        if isinstance(error, Invalid) or error.permanent:  # not taken; or a piece is lost: it must begin anew
            _remove(row_id, pieces)
        raise
    if row := db.session.get(Partial, row_id):
        row.result, row.pieces = json.dumps(asdict(upload)), ""
    db.session.commit()
    _forget(*pieces.split())
    return upload


# --- rows -------------------------------------------------------------------------------------------------------


def _row(token: str, opener: str, actor: Actor, now: datetime) -> Partial:
    query = select(Partial).where(Partial.token_hash == _hash(token), Partial.expires_at > now)
    row: Partial | None = db.session.scalar(query)
    if row is None or row.opener_hash != _opener(opener, actor):
        raise NotFound
    return row


def _state(token: str, row: Partial) -> State:
    found = State(token, row.size, row.received, Received(**json.loads(row.result)) if row.result else None)
    db.session.rollback()
    return found


def _remove(row_id: int, pieces: str) -> int:
    gone: int = db.session.execute(delete(Partial).where(Partial.id == row_id), execution_options=NO_SYNC).rowcount
    db.session.commit()
    _forget(*pieces.split())
    return gone


def _forget(*keys: str) -> None:
    """Remove pieces; one that cannot be removed now is an orphan that nobody has the name of."""
    for key in keys:
        try:
            files.storage.delete(key)
        except GatewayError:
            continue


def _hash(token: str) -> str:
    return keyring.index(f"partial:{token.encode(errors='replace')!r}")


def _opener(opener: str, actor: Actor) -> str:
    return keyring.index(f"opener:{source_of(actor)}:{actor.user_id or 0}:{opener}")
