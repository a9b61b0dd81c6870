"""Evidence of cases: uploads claimed by a case, listed and opened within scope, pictures made small by a job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from PIL import Image
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.access import Actor, Role
from app.domain.errors import GatewayError, Invalid, NotFound, Reason, Refused
from app.domain.evidence import ADDERS, DRAWN, KINDS, MAX_CASE, MAX_FILES, may_open
from app.domain.lifecycle import Status
from app.extensions import db, files
from app.gateways.storage import new_key
from app.models.attachment import Attachment, Upload
from app.models.case import Case
from app.models.scope import acting_on, unscoped
from app.operations import chain
from app.operations.casework import is_race, load, raced
from app.operations.inspection import thumbnail
from app.operations.uploads import hash_of, uploads_of

ATTACH = "attach"
SIDE, BATCH, HEAD = 480, 20, 12
UNKNOWN = "A file is not there any more, or belongs to another complaint. Please upload it again."
TOO_MANY = "At most 10 files."
TOO_MUCH = "All files together may have at most 100 MB."


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence as its reader may see it; no name and no content where it is kept from the reader."""

    id: int
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    source: str
    is_scanned: bool
    created_at: datetime
    has_thumbnail: bool
    listing: tuple[tuple[str, int], ...]
    may_open: bool


@dataclass(frozen=True)
class Opened:
    """A piece of evidence being read."""

    name: str
    media_type: str
    size: int
    chunks: Iterator[bytes]


# --- claiming ---------------------------------------------------------------------------------------------------


def content_of(tokens: Sequence[str], actor: Actor, now: datetime) -> tuple[str, ...]:
    """Hashes of the files behind these tokens, sorted: what makes two filings the same.

    Raises Invalid (`attachments`) for unknown and expired tokens, for too many and for too much. Files that a case
    has claimed are known too, so that a filing sent again is told from a new one.
    """
    if len(set(tokens)) > MAX_FILES:
        raise _wrong(TOO_MANY)
    hashes = {hash_of(token) for token in tokens}
    rows = {row.token_hash: (row.sha256, row.size) for row in uploads_of(tokens, actor, now)}
    if hashes - rows.keys():
        rows |= _claimed(hashes, actor)
    if hashes - rows.keys():
        raise _wrong(UNKNOWN)
    if sum(size for _, size in rows.values()) > MAX_CASE:
        raise _wrong(TOO_MUCH)
    return tuple(sorted(sha256 for sha256, _ in rows.values()))


def _claimed(hashes: set[str], actor: Actor) -> dict[str, tuple[str, int]]:
    with unscoped("a filing sent again names files that its case has") as session:
        query = select(Attachment).where(Attachment.token_hash.in_(hashes))
        rows = [row for row in session.scalars(query) if row.uploaded_by_id == (actor.user_id or None)]
        return {row.token_hash: (row.sha256, row.size) for row in rows}


def claim(case: Case, tokens: Sequence[str], actor: Actor, now: datetime) -> int:
    """Make uploads the case's own, with a line in its timeline, in the caller's transaction.

    Raises Invalid (`attachments`) where a file went to another case meanwhile, or the case then has too many.
    """
    uploads = uploads_of(tokens, actor, now)
    if len(uploads) != len(set(tokens)):
        raise _wrong(UNKNOWN)
    _check_room(case, uploads)
    for row in uploads:
        taken = db.session.execute(delete(Upload).where(Upload.id == row.id))
        if taken.rowcount != 1:  # somebody else was first
            raise _wrong(UNKNOWN)
        db.session.add(_attachment(case, row))
    facts = {"count": len(uploads), "sha256": sorted(row.sha256[:HEAD] for row in uploads)}
    chain.append(case, chain.Entry(ATTACH, case.status, now, facts), actor, now)
    db.session.flush()
    return len(uploads)


def _check_room(case: Case, uploads: Sequence[Upload]) -> None:
    with unscoped("a case's files are counted, whoever may see them") as session:
        query = select(func.count(Attachment.id), func.sum(Attachment.size)).where(Attachment.case_id == case.id)
        count, size = session.execute(query).one()
    if count + len(uploads) > MAX_FILES:
        raise _wrong(TOO_MANY)
    if (size or 0) + sum(row.size for row in uploads) > MAX_CASE:
        raise _wrong(TOO_MUCH)


def _attachment(case: Case, row: Upload) -> Attachment:
    return Attachment(
        case=case,
        token_hash=row.token_hash,
        storage_key=row.storage_key,
        name=row.name,
        kind=row.kind,
        size=row.size,
        sha256=row.sha256,
        listing=row.listing,
        is_scanned=row.is_scanned,
        source=row.source,
        uploaded_by_id=row.uploaded_by_id,
        created_at=row.created_at,
        thumbnail="waiting" if row.kind in DRAWN else "none",
    )


def add(case_id: int, tokens: Sequence[str], actor: Actor, now: datetime) -> int:
    """Add uploads to a case in scope and commit; how many. Raises NotFound, Refused, Invalid."""
    try:
        with acting_on():
            case = load(case_id)
            _check_addable(case, tokens, actor)
            count = claim(case, tokens, actor, now)
            db.session.commit()
            return count
    except (StaleDataError, IntegrityError) as error:
        db.session.rollback()
        if is_race(error):
            raise raced(case_id) from error
        raise
    except BaseException:
        db.session.rollback()
        raise


def _check_addable(case: Case, tokens: Sequence[str], actor: Actor) -> None:
    is_asked = Role.COMPLAINANT in actor.roles and case.status == Status.SUPPLEMENTING
    if not (ADDERS & actor.roles or is_asked):
        raise Refused(Reason("role", "Your role does not do this."))
    if case.status in (Status.CLOSED, Status.NOT_ACCEPTED):
        raise Refused(Reason("status", "The case is over: nothing is added to it."))
    if not tokens:
        raise _wrong("Please choose a file.")


# --- reading ----------------------------------------------------------------------------------------------------


def of_case(case: Case, actor: Actor) -> list[Evidence]:
    """The evidence of a case that the actor has read in scope, oldest first."""
    query = select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    rows = db.session.scalars(query).all()
    seen = [(row, may_open(actor, row.source, case.ties)) for row in rows]
    return [_shown(row, may_open=opens) for row, opens in seen]


def _shown(row: Attachment, *, may_open: bool) -> Evidence:
    listing = json.loads(row.listing or "[]") if may_open else []
    return Evidence(
        id=row.id,
        name=(row.name or "") if may_open else "",
        kind=row.kind,
        media_type=KINDS[row.kind].media_type,
        size=row.size,
        sha256=row.sha256,
        source=row.source,
        is_scanned=row.is_scanned,
        created_at=row.created_at,
        has_thumbnail=may_open and row.thumbnail == "made",
        listing=tuple((name, size) for name, size in listing),
        may_open=may_open,
    )


def open_for(actor: Actor, case_id: int, attachment_id: int, *, small: bool = False) -> Opened:
    """A piece of evidence, or its thumbnail. Raises NotFound: missing, out of scope, or not for this actor.

    The first chunk is read and checked at once, so that a file that was altered is an error and no half answer.
    """
    case = load(case_id)
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == case.id)
    row = db.session.scalar(query)
    if row is None or not may_open(actor, row.source, case.ties):
        raise NotFound
    if not small:
        chunks = _begun(files.storage.read(row.storage_key))
        return Opened(row.name or "", KINDS[row.kind].media_type, row.size, chunks)
    if row.thumbnail_key is None:
        raise NotFound
    content = b"".join(files.storage.read(row.thumbnail_key))
    return Opened("thumbnail.jpg", "image/jpeg", len(content), iter((content,)))


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks)

    def all_of_them() -> Iterator[bytes]:
        yield first
        yield from chunks

    return all_of_them()


# --- thumbnails -------------------------------------------------------------------------------------------------


def undrawn_count() -> int:
    """Pictures that wait for their thumbnail (at most 100 are counted)."""
    return len(db.session.scalars(select(Attachment.id).where(Attachment.thumbnail == "waiting").limit(100)).all())


def draw(limit: int = BATCH) -> dict[str, int]:
    """Make the thumbnails that wait, as SYSTEM; counts by outcome. Two at work at once make one too many, no harm."""
    counts = {"made": 0, "failed": 0}
    query = select(Attachment.id, Attachment.storage_key).where(Attachment.thumbnail == "waiting")
    while rows := db.session.execute(query.order_by(Attachment.id).limit(limit)).all():
        db.session.rollback()  # no transaction is open while a picture is drawn
        for row_id, key in rows:
            counts[_draw(row_id, key)] += 1
    return counts


def _draw(row_id: int, key: str) -> str:
    thumbnail_key: str | None = new_key()
    try:
        small = thumbnail(lambda: b"".join(files.storage.read(key)), SIDE)
        files.storage.put(thumbnail_key or "", [small])
        outcome = "made"
    except GatewayError as error:
        if not error.permanent:  # no room now: it waits for its next turn
            raise
        outcome, thumbnail_key = "failed", None
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError, MemoryError):
        outcome, thumbnail_key = "failed", None
    change = update(Attachment).where(Attachment.id == row_id, Attachment.thumbnail == "waiting")
    values = {"thumbnail": outcome, "thumbnail_key": thumbnail_key}
    with acting_on():
        done = db.session.execute(change.values(**values), execution_options={"synchronize_session": False})
        db.session.commit()
    if done.rowcount != 1 and thumbnail_key:
        files.storage.delete(thumbnail_key)
    return outcome


def _wrong(message: str) -> Invalid:
    return Invalid({"attachments": message})
