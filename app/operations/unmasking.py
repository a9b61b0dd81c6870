"""Reading a name or phone in the clear: for a stated reason, written down first, so many times an hour and a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.access import Actor, Part, Seen, seen
from app.domain.calendar import CHINA
from app.domain.errors import Invalid, NotFound, Reason, Refused
from app.extensions import db
from app.models.scope import acting_on
from app.models.unmasking import FIELDS, REASONS, Unmasking
from app.operations import attempts
from app.operations.casework import load

SHORTEST, LONGEST = 4, 300


@dataclass(frozen=True)
class Limits:
    """How many values one officer may open, in an hour and in a day (from the first one on)."""

    an_hour: int = 10
    a_day: int = 30


@dataclass(frozen=True)
class Asked:
    """Which field somebody asks for, and why: a reason of the list, and words of his own."""

    field: str
    reason: str
    words: str


def fields_for(case_id: int, actor: Actor) -> tuple[Part, ...]:
    """The fields of a case that its reader may open for a reason. Raises NotFound."""
    ties = load(case_id).ties
    return tuple(field for field in FIELDS if seen(actor, field, ties) is Seen.ON_REASON)


def open_field(
    case_id: int, asked: Asked, actor: Actor, now: datetime, real_now: datetime, limits: Limits
) -> str | None:
    """The name or phone of a case's complainant in the clear; the row is written before the value is read.

    Raises NotFound, Invalid (reason, words) and Refused: not for this actor, or too often (and says until when).
    """
    may, words = fields_for(case_id, actor), asked.words.strip()
    _check(asked, words)
    if asked.field not in may:
        raise Refused(Reason("field", "You may not see this in this case."))
    _count(actor, real_now, limits)
    with acting_on():
        row = Unmasking(case_id=case_id, user_id=actor.user_id or None, unmasked_at=now)
        row.field, row.reason, row.words = asked.field, asked.reason, words
        db.session.add(row)
        db.session.commit()
    who = load(case_id).complainant
    return who.name if asked.field == Part.NAME else who.phone


def _check(asked: Asked, words: str) -> None:
    errors: dict[str, str] = {}
    if asked.field not in set(FIELDS):
        raise NotFound
    if asked.reason not in REASONS:
        errors["reason"] = "Please choose one of the list."
    if not SHORTEST <= len(words) <= LONGEST or "\x00" in words:
        errors["words"] = "Say in 4 to 300 characters what you need it for."
    if errors:
        raise Invalid(errors)


def _keys(actor: Actor, limits: Limits) -> Iterable[attempts.Key]:
    for name, most, within in (("hour", limits.an_hour, 1), ("day", limits.a_day, 24)):
        rule = attempts.Rule(most, timedelta(hours=within))
        yield attempts.Key(f"unmask-{name}", str(actor.user_id), rule)


def _count(actor: Actor, real_now: datetime, limits: Limits) -> None:
    """Count one more, or say when the next may be opened. A try that finds the hour full does not use up the day."""
    until = attempts.take(_keys(actor, limits), real_now)
    if until is None:
        return
    at = until.astimezone(CHINA).strftime("%m-%d %H:%M")
    raise Refused(Reason("rate", "You have opened as many as you may. Again from %(at)s.", {"at": at}))
