"""Looking a case up at the window or on the hotline: by phone, number, company name or company code; within scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from app.domain.access import Actor
from app.domain.errors import Invalid, Reason, Refused
from app.domain.numbers import normalise_number
from app.domain.privacy import is_mobile, is_uscc, normalise_phone, normalise_uscc
from app.extensions import db
from app.models.case import Case, Complainant
from app.models.housekeeping import Lookup
from app.models.officer import Officer
from app.operations.indexes import org_index, phone_index, uscc_index

A_MINUTE = 30
SHOWN = 50
LONGEST = 100


@dataclass(frozen=True)
class Found:
    """The newest cases of a look-up, and what kind of key it was taken for."""

    kind: str
    cases: tuple[Case, ...]


def look_up(text: str, actor: Actor, now: datetime) -> Found:
    """Find by whatever was typed. A look-up of somebody by phone, code or name is recorded, never its key.

    Raises Invalid for nothing, and Refused for more than 30 such look-ups in a minute.
    """
    text = text.strip()
    if not 2 <= len(text) <= LONGEST or "\x00" in text:
        raise Invalid({"q": "Type 2 to 100 characters."})
    kind, where = _reading(text)
    if kind != "number":
        _slow(actor, now)
    cases = _cases(where)
    if kind == "company_name" and not cases:
        numbered = _cases(_numbered(text))
        kind, cases = ("number", numbered) if numbered else (kind, cases)
    if kind != "number":
        db.session.add(Lookup(user_id=actor.user_id or None, looked_at=now, kind=kind, found_count=len(cases)))
        db.session.commit()
    return Found(kind, cases)


def _reading(text: str) -> tuple[str, ColumnElement[bool]]:
    if is_mobile(normalise_phone(text)):
        return "phone", Complainant.phone_index == phone_index(text)
    if is_uscc(normalise_uscc(text)):
        return "company_code", Complainant.uscc_index == uscc_index(text)
    wanted = normalise_number(text)
    if wanted.startswith(("TS", "YS")) and wanted[2:].isdecimal():
        return "number", _numbered(text)
    return "company_name", Complainant.org_index == org_index(text)


def _numbered(text: str) -> ColumnElement[bool]:
    wanted = normalise_number(text)
    return (Case.receipt_no == wanted) | (Case.case_no == wanted) | (Case.external_no == text)


def _cases(where: ColumnElement[bool]) -> tuple[Case, ...]:
    query = select(Case).join(Complainant).where(where).order_by(Case.filed_at.desc(), Case.id.desc()).limit(SHOWN)
    shown = (Case.complainant, Case.region, Case.department, Case.matter)
    return tuple(db.session.scalars(query.options(*map(selectinload, shown))))


def _slow(actor: Actor, now: datetime) -> None:
    db.session.execute(select(Officer.id).where(Officer.id == actor.user_id).with_for_update())  # one by one
    mine = Lookup.user_id == (actor.user_id or None)
    query = select(func.count(Lookup.id)).where(mine, Lookup.looked_at > now - timedelta(minutes=1))
    if (db.session.scalar(query) or 0) >= A_MINUTE:
        raise Refused(Reason("rate", "Too many look-ups: wait a minute."))
