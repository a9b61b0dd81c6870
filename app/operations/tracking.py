"""Following a case with receipt number and query code: only what a complainant may see."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.domain.access import complainant
from app.domain.errors import NotFound, Reason, Refused
from app.domain.lifecycle import VERBS, Status, VerbName
from app.domain.numbers import normalise_code, normalise_number
from app.domain.privacy import is_mobile
from app.extensions import db, keyring
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.scope import acting, unscoped
from app.operations import attachments
from app.operations.casework import perform
from app.operations.facts import checked

SHOWN = frozenset(
    {
        VerbName.FILE,
        VerbName.ACCEPT,
        VerbName.DEEM_ACCEPTED,
        VerbName.REJECT,
        VerbName.ASSIGN,
        VerbName.SIGN_FOR,
        VerbName.REPORT,
        VerbName.CLOSE,
        VerbName.REWORK,
        VerbName.EVALUATE,
        VerbName.REQUEST_SUPPLEMENT,
        VerbName.SUPPLEMENT,
        VerbName.WITHDRAW,
    }
)


@dataclass(frozen=True)
class Node:
    """One step of the progress."""

    verb: str
    at: datetime
    department: str | None


@dataclass(frozen=True)
class Promise:
    """A running limit: which, and its last day."""

    kind: str
    due_on: date
    is_provisional: bool


@dataclass(frozen=True)
class Progress:
    """What the progress page shows."""

    number: str
    receipt_no: str
    status: str
    title: str
    matter: str | None
    department: str | None
    filed_at: datetime
    nodes: tuple[Node, ...]
    promises: tuple[Promise, ...]
    reply: str | None
    reject_reason: str | None
    is_rated: bool
    supplement_request: str | None
    rate_until: datetime | None
    can_withdraw: bool


def act(case_id: int, verb: VerbName, now: datetime, **facts: Any) -> None:
    """What a complainant who has proved it does: supplement, withdraw, or rate. Raises Refused and Invalid."""
    actor = complainant(case_id)
    with acting(actor):
        if verb is VerbName.EVALUATE:
            _check_rating(case_id, now)
        perform(case_id, verb, actor, now, **facts)


def supplement(case_id: int, text: str, tokens: Sequence[str], now: datetime) -> None:
    """Give what was asked for: first the files, then the text that ends the waiting. Raises Refused and Invalid."""
    checked([replace(fact, is_required=True) for fact in VERBS[VerbName.SUPPLEMENT].facts], {"text": text})
    actor = complainant(case_id)
    db.session.remove()  # it was the visitor's, who is nobody's complainant yet
    try:
        if tokens:
            with acting(actor):
                attachments.add(case_id, tokens, actor, now)
        act(case_id, VerbName.SUPPLEMENT, now, text=text)
    finally:
        db.session.remove()


def _check_rating(case_id: int, now: datetime) -> None:
    """Who has a phone rates by the link sent there, others here (the caller acts as the complainant)."""
    case = db.session.get(Case, case_id)
    until = _rate_until(case) if case else None
    if until is None or until < now:
        db.session.rollback()
        raise Refused(Reason("rated", "This case cannot be rated here."))


def _rate_until(case: Case) -> datetime | None:
    """Until when a case may be rated behind its code: one that is closed, has no mobile phone, and is not rated."""
    phone = case.complainant.phone
    if case.status != Status.CLOSED or (phone and is_mobile(phone)):
        return None
    open_rows = [row for row in case.evaluations if row.round == case.rework_count and row.submitted_at is None]
    return open_rows[0].expires_at if open_rows else None


def receipt_of(number: str) -> str:
    """The receipt number of the case that a receipt or case number names; the number itself where there is none."""
    with unscoped("wrong codes are counted for each case, not for each of its numbers") as session:
        wanted = normalise_number(number)
        named = select(Case.receipt_no).where((Case.receipt_no == wanted) | (Case.case_no == wanted))
        return session.scalar(named) or wanted


def case_by_code(number: str, code: str) -> int:
    """The case that number and code open. Raises NotFound alike for an unknown number and for a wrong code."""
    with unscoped("the query code is the credential") as session:
        wanted = normalise_number(number)
        case = session.scalar(select(Case).where((Case.receipt_no == wanted) | (Case.case_no == wanted)))
        expected = (case.query_code_hash if case else None) or "0" * 64
        given = keyring.index(f"query:{normalise_code(code)}")
        if not hmac.compare_digest(expected, given) or case is None:
            raise NotFound
        case_id: int = case.id
        return case_id


def open_by_id(case_id: int) -> Progress:
    """The progress of a case for somebody who has proved that it is theirs."""
    with unscoped("the proof was taken before: code, or phone") as session:
        case = session.get_one(Case, case_id)
        events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)).all()
        return _progress(case, events)


def open_by_code(number: str, code: str) -> Progress:
    """The progress of a case by number and code. Raises NotFound as `case_by_code` does."""
    return open_by_id(case_by_code(number, code))


def _promised(case: Case) -> tuple[str, ...]:
    """Clocks that concern the complainant; while something is asked of them, only theirs runs."""
    return ("supplement",) if case.status == Status.SUPPLEMENTING else ("accept", "handle")


def _progress(case: Case, events: Sequence[CaseEvent]) -> Progress:
    is_closed = case.status == Status.CLOSED
    return Progress(
        number=str(case),
        receipt_no=case.receipt_no,
        status=case.status,
        title=case.title,
        matter=case.matter.name if case.matter else None,
        department=case.department.name if case.department and case.assigned_at else None,
        filed_at=case.filed_at,
        nodes=tuple(
            Node(event.verb, event.happened_at, event.department.name if event.department else None)
            for event in events
            if event.verb in SHOWN
        ),
        promises=tuple(
            Promise(row.kind, row.due_on, row.is_provisional)
            for row in case.deadlines
            if row.ended_at is None and row.kind in _promised(case)
        ),
        reply=case.reply if is_closed else None,
        reject_reason=case.reject_reason,
        is_rated=case.evaluated_at is not None,
        supplement_request=case.supplement_request,
        rate_until=_rate_until(case),
        can_withdraw=Status(case.status) in VERBS[VerbName.WITHDRAW].moves,
    )
