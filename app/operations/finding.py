"""Finding cases by number or words, and what REST tells of one beside its file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.domain.errors import NotFound, Reason, Refused
from app.domain.numbers import normalise_number
from app.extensions import db
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.message import Message
from app.models.scope import unscoped
from app.models.search import found, is_searchable

COMMON = 10_000
"""In so many cases words are common: then the newest are walked instead of all being sorted."""
_BEGINNING = re.compile(r"(TS|YS)?([0-9]{4,13})")
_LAST = "zzzz"
"""Sorts behind all digits, in whatever language the database sorts."""


@dataclass(frozen=True)
class Found:
    """A case that fits what somebody types."""

    case_id: int
    number: str
    title: str
    status: str


def by_number(number: str) -> int:
    """Id of the case in scope with this receipt, case or external number.

    Raises NotFound, and Refused where several systems have used the same external number.
    """
    wanted = normalise_number(number)
    case_id: int | None = db.session.scalar(
        select(Case.id).where((Case.receipt_no == wanted) | (Case.case_no == wanted)).limit(1)
    )
    if case_id is not None:
        return case_id
    ids = db.session.scalars(select(Case.id).where(Case.external_no == number.strip()).limit(2)).all()
    if not ids:
        raise NotFound
    if len(ids) > 1:
        raise Refused(Reason("ambiguous", "Several cases have this external number: ask by the receipt number."))
    return int(ids[0])


def beginning(typed: str) -> list[str]:
    """The numbers of ours that a text may be the beginning of, with or without their letters; none for words."""
    parts = _BEGINNING.fullmatch(normalise_number(typed))
    return [f"{letters}{parts[2]}" for letters in ([parts[1]] if parts[1] else ["TS", "YS"])] if parts else []


def suggest(typed: str, limit: int = 8) -> list[Found]:
    """Cases in scope whose number begins so, else those whose title or account holds the words, the newest first.

    Two statements at most; nothing for less than two characters.
    """
    numbers = beginning(typed)
    if not numbers and not is_searchable(typed):
        return []
    query = _numbered(numbers) if numbers else _told(typed)
    return [Found(case.id, str(case), case.title, case.status) for case in db.session.scalars(query.limit(limit))]


def _numbered(numbers: list[str]) -> Select[Any]:
    fits = [_begins(column, number) for number in numbers for column in (Case.receipt_no, Case.case_no)]
    return select(Case).where(or_(*fits)).order_by(Case.id.desc())


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    """The range is what an index finds; the pattern is what counts."""
    return and_(column >= text, column <= text + _LAST, column.startswith(text, autoescape=True))


def _told(words: str) -> Select[Any]:
    dialect = db.engine.dialect.name
    some = select(Case.id).where(found(words, dialect, is_common=False)).limit(COMMON + 1).subquery()
    is_common = (db.session.scalar(select(func.count()).select_from(some)) or 0) > COMMON
    newest = select(Case).where(found(words, dialect, is_common=is_common))
    return newest.order_by(Case.filed_at.desc(), Case.id.desc())


def started(case_id: int) -> list[Deadline]:
    """The limits of a case, oldest first, for whoever has filed it: some may file what they then do not see."""
    with unscoped("told to whoever has just filed the case") as session:
        return list(session.scalars(select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.id)))


def messages(case_id: int) -> list[Message]:
    """The messages about a case in scope, oldest first."""
    return list(db.session.scalars(select(Message).where(Message.case_id == case_id).order_by(Message.id)))
