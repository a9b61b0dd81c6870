"""Codes by text message: six digits, five minutes, one use, five tries; so many per phone, address and day.

Whether a phone is known changes neither the answer nor the rows that are written: to a phone without a case the
message is recorded and not sent.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from app.domain.messages import Audience, MessageKind, not_before, render, segments
from app.extensions import db, keyring
from app.models.case import Case, Complainant
from app.models.message import Message, MessageTemplate
from app.models.otp import Otp
from app.models.scope import acting_on, unscoped
from app.operations import attempts
from app.operations.attempts import Key, Rule

KEPT: Final = timedelta(minutes=5)
TRIES: Final = 5
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PER_PHONE: Final = (Rule(1, _MINUTE), Rule(5, _HOUR), Rule(10, _DAY))
PER_ADDRESS: Final = (Rule(20, _HOUR), Rule(60, _DAY))
PER_DAY: Final = Rule(5_000, _DAY)
WRONG: Final = Rule(10, timedelta(minutes=15), timedelta(minutes=15))
MOST = 50
BATCH = 100


@dataclass(frozen=True)
class Line:
    """One of somebody's cases, as the list of them says it."""

    case_id: int
    number: str
    status: str
    filed_at: datetime


def send(phone: str, purpose: str, address: str, now: datetime, real_now: datetime) -> datetime | None:
    """Send a code to a normalised mobile number, and commit. None, or until when nothing more is sent (a limit)."""
    if until := attempts.take(_limits(phone, address), real_now):
        return until
    code = f"{secrets.randbelow(1_000_000):06}"
    phone_index = keyring.index(phone)
    is_known = purpose == "filing" or _is_known(phone_index)
    with acting_on():
        db.session.execute(delete(Otp).where(Otp.phone_index == phone_index, Otp.purpose == purpose))
        db.session.add(_row(phone_index, purpose, code, real_now))
        _tell(phone, code, now, is_known=is_known)
        db.session.commit()
    return None


def is_right(phone: str, purpose: str, code: str, real_now: datetime) -> bool:
    """Whether this is the code, which then is used up. Each call takes one of its five tries; commits."""
    phone_index = keyring.index(phone)
    mine = (Otp.phone_index == phone_index, Otp.purpose == purpose)
    take = update(Otp).where(*mine, Otp.tries < TRIES, Otp.expires_at > real_now).values(tries=Otp.tries + 1)
    fixed = {"synchronize_session": False}
    expected = db.session.scalar(take.returning(Otp.code_hash), execution_options=fixed) or "0" * 64
    given = _hash(phone_index, purpose, code)
    matches = hmac.compare_digest(expected, given)
    used = delete(Otp).where(*mine, Otp.code_hash == (given if matches else ""))
    is_first: bool = db.session.execute(used, execution_options=fixed).rowcount == 1
    db.session.commit()
    return matches and is_first


def cases_of(phone: str) -> list[Line]:
    """The cases that name this phone as their complainant's, the newest first (at most 50)."""
    with unscoped("the phone has been proved by a code") as session:
        mine = select(Complainant.case_id).where(Complainant.phone_index == keyring.index(phone))
        return _lines(session.scalars(select(Case).where(Case.id.in_(mine)).order_by(Case.id.desc()).limit(MOST)))


def lines(case_ids: Sequence[int]) -> list[Line]:
    """Cases that were proved before, the newest first."""
    with unscoped("each was proved before: by code, or by phone") as session:
        return _lines(session.scalars(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id.desc())))


def over_count(real_now: datetime) -> int:
    """Codes whose time is over (at most 100 are counted)."""
    return len(db.session.scalars(select(Otp.id).where(Otp.expires_at <= real_now).limit(BATCH)).all())


def sweep(real_now: datetime) -> int:
    """Remove codes whose time is over, and commit."""
    over = delete(Otp).where(Otp.expires_at <= real_now)
    gone: int = db.session.execute(over, execution_options={"synchronize_session": False}).rowcount
    db.session.commit()
    return gone


def _lines(cases: Iterable[Case]) -> list[Line]:
    return [Line(case.id, case.receipt_no, case.status, case.filed_at) for case in cases]


def _limits(phone: str, address: str) -> list[Key]:
    return [
        *(Key(f"code to {rule.within}", phone, rule) for rule in PER_PHONE),
        *(Key(f"code asked from {rule.within}", address, rule) for rule in PER_ADDRESS),
        Key("codes of a day", "", PER_DAY),
    ]


def _is_known(phone_index: str) -> bool:
    with unscoped("whether anybody is there to be told") as session:
        return session.scalar(select(Complainant.id).where(Complainant.phone_index == phone_index).limit(1)) is not None


def _row(phone_index: str, purpose: str, code: str, real_now: datetime) -> Otp:
    return Otp(
        phone_index=phone_index,
        purpose=purpose,
        code_hash=_hash(phone_index, purpose, code),
        expires_at=real_now + KEPT,
        tries=0,
    )


def _hash(phone_index: str, purpose: str, code: str) -> str:
    return keyring.index(f"otp:{phone_index}:{purpose}:{code.encode(errors='replace')!r}")


def _tell(phone: str, code: str, now: datetime, *, is_known: bool) -> None:
    template = db.session.scalars(select(MessageTemplate).where(MessageTemplate.kind == MessageKind.OTP)).one()
    text = render(template.text, MessageKind.OTP, {"code": code})
    db.session.add(
        Message(
            case_id=None,
            kind=str(MessageKind.OTP),
            audience=str(Audience.COMPLAINANT),
            dedupe_key=f"otp:{secrets.token_hex(16)}",
            phone=phone,
            text=f"{template.signature}{text}",
            segments=segments(text, template.signature),
            status="queued" if is_known else "suppressed",
            reason=None if is_known else "no_case",
            created_at=now,
            not_before=not_before(now, MessageKind.OTP),
        )
    )
