"""Finding a case by any of its numbers, and what REST tells of one beside its file."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.errors import NotFound, Reason, Refused
from app.domain.numbers import normalise_number
from app.extensions import db
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.message import Message
from app.models.scope import unscoped


def by_number(number: str) -> int:
    """Id of the case in scope with this receipt, case or external number.

    Raises NotFound, and Refused where several systems have used the same external number.
    """
    wanted = normalise_number(number)
    found: int | None = db.session.scalar(
        select(Case.id).where((Case.receipt_no == wanted) | (Case.case_no == wanted)).limit(1)
    )
    if found is not None:
        return found
    ids = db.session.scalars(select(Case.id).where(Case.external_no == number.strip()).limit(2)).all()
    if not ids:
        raise NotFound
    if len(ids) > 1:
        raise Refused(Reason("ambiguous", "Several cases have this external number: ask by the receipt number."))
    return int(ids[0])


def started(case_id: int) -> list[Deadline]:
    """The limits of a case, oldest first, for whoever has filed it: some may file what they then do not see."""
    with unscoped("told to whoever has just filed the case") as session:
        return list(session.scalars(select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.id)))


def messages(case_id: int) -> list[Message]:
    """The messages about a case in scope, oldest first."""
    return list(db.session.scalars(select(Message).where(Message.case_id == case_id).order_by(Message.id)))
