"""Taking in a list of old cases, each row by itself: a bad one stops nobody.

A run that was killed is simply run again: what was filed is recognised by its external number, or by its content.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from app.domain.access import Actor
from app.domain.errors import Invalid, Reason, Refused
from app.extensions import db
from app.models.batch import ImportBatch
from app.operations.books import books
from app.operations.filing import Filing, check_filing, is_storable
from app.operations.intake import Origin, file_case, is_filed

KEPT_ERRORS = 1000  # the counts stay exact
LONGEST_REPLY = 100_000
FORGET_EVERY = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A row that may become a case, with the reply it had where it comes from."""

    filing: Filing
    reply: str | None = None
    replied_at: datetime | None = None


Rows = Iterable[tuple[int, Candidate | Invalid]]
Take = Callable[[Candidate], bool]


@dataclass
class Tally:
    """What has become of the rows so far. Errors name lines and fields, never what was in them."""

    batch_id: int | None = None
    rows: int = 0
    filed: int = 0
    repeated: int = 0
    failed: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def fail(self, line: int, error: Refused | Invalid) -> None:
        """Count a row that was refused."""
        self.failed += 1
        if len(self.errors) < KEPT_ERRORS:
            reasons = {each.code: str(each) for each in error.reasons} if isinstance(error, Refused) else error.fields
            self.errors.append({"line": line, "fields": reasons})


def run_import(rows: Rows, file_name: str, sha256: str, actor: Actor, now: Callable[[], datetime]) -> Iterator[Tally]:
    """File every row in a transaction of its own; the tally after each row (one object, which goes on counting).

    A file that cannot be read at all raises Invalid and leaves no batch. A database that fails ends the run; its
    batch stays unfinished.
    """
    rows = iter(rows)
    first = list(_up_to_one(rows))
    batch_id = _open_batch(file_name, sha256, actor, now())
    tally = Tally(batch_id)

    def take(candidate: Candidate) -> bool:
        origin = Origin(batch_id, candidate.reply, candidate.replied_at)
        return file_case(candidate.filing, actor, now(), origin).is_new

    yield from _each(chain(first, rows), take, tally)
    _finish(tally, now())
    yield tally


def dry_run(rows: Rows, actor: Actor, now: datetime) -> Iterator[Tally]:
    """Check every row as an import would, and write nothing; the tally after each row."""
    tally = Tally()
    yield from _each(rows, _rehearsal(actor, now), tally)
    yield tally


def _up_to_one(rows: Iterator[Any]) -> Iterator[Any]:
    for row in rows:
        yield row
        return


def _each(rows: Rows, take: Take, tally: Tally) -> Iterator[Tally]:
    for line, row in rows:
        tally.rows += 1
        try:
            is_new = _tried(take, row)
        except (Refused, Invalid) as error:
            tally.fail(line, error)
        else:
            tally.filed, tally.repeated = tally.filed + is_new, tally.repeated + (not is_new)
        if tally.rows % FORGET_EVERY == 0:
            db.session.expunge_all()
        yield tally


def _tried(take: Take, row: Candidate | Invalid) -> bool:
    """Whether a row was new. What the database refuses of one row is that row's error; its own failure is not."""
    if isinstance(row, Invalid):
        raise row
    _check_reply(row)
    try:
        return take(row)
    except (OperationalError, InterfaceError):
        raise
    except SQLAlchemyError as error:
        log.error("import: a row could not be stored: %s", type(error).__name__)  # noqa: TRY400 - it quotes the row
        raise Invalid({"row": "The row could not be stored."}) from None


def _check_reply(row: Candidate) -> None:
    if row.reply and not is_storable(row.reply):
        raise Invalid({"reply": "The text has characters that cannot be stored."})
    if row.reply and len(row.reply) > LONGEST_REPLY:
        raise Invalid({"reply": "The text is too long."})


def _rehearsal(actor: Actor, now: datetime) -> Take:
    """Answers as filing would; the rows of this very file are remembered."""
    seen: dict[object, bytes] = {}

    def take(row: Candidate) -> bool:
        filing = row.filing
        try:
            check_filing(filing, books(), now)
            if is_filed(filing, actor):
                return False
        finally:
            db.session.rollback()
        content = hashlib.sha256(filing.canonical().encode()).digest()
        key = (filing.source_system, filing.external_no) if filing.external_no else content
        before = seen.setdefault(key, content)
        if before != content:
            raise Refused(Reason("duplicate", "This external number was filed before with other content."))
        return before is content

    return take


def _open_batch(file_name: str, sha256: str, actor: Actor, at: datetime) -> int:
    batch = ImportBatch(file_name=file_name[-120:], sha256=sha256, started_at=at, user_id=actor.user_id or None)
    db.session.add(batch)
    db.session.flush()
    batch_id: int = batch.id
    db.session.commit()
    return batch_id


def _finish(tally: Tally, at: datetime) -> None:
    batch = db.session.get_one(ImportBatch, tally.batch_id)
    batch.finished_at, batch.row_count = at, tally.rows
    batch.filed_count, batch.repeated_count, batch.failed_count = tally.filed, tally.repeated, tally.failed
    batch.errors = tally.errors
    db.session.commit()
