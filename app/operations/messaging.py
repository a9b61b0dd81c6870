"""Sending: claim queued messages in batches, hand each to the gateway once, record what came of it.

Claims are compare-and-set with a token and a lease in real time; no transaction is open while the gateway works.
A message whose sending was begun before (attempt > 1) is asked about first; unknown stays unknown, for a person
or a later receipt, and is never sent again blindly nor given to another gateway.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from app.domain.deadlines import china_day
from app.domain.errors import GatewayError
from app.extensions import db, stopping
from app.gateways.sms import NotTaken, SmsGateway
from app.gateways.sms.registry import choose
from app.models.message import Message
from app.models.scope import acting_on
from app.models.sealed import SealBroken

BATCH = 25
LEASE = timedelta(minutes=5)
RETRY = (timedelta(), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MAX_ATTEMPTS = 8
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """A message taken out of the database: what the gateway needs, and the token that fences its outcome."""

    id: int
    reference: str
    phone: str
    text: str
    kind: str
    attempts: int
    token: str
    gateway: str | None
    created_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    status: str
    gateway_ref: str | None = None
    reason: str | None = None
    retry_after: timedelta | None = None
    is_free: bool = False  # surely not taken: any gateway may have it next time


def waiting_count(now: datetime, real_now: datetime) -> int:
    """Messages that could be sent at once (at most 1,000 are counted)."""
    return len(db.session.scalars(select(Message.id).where(_claimable(now, real_now)).limit(1000)).all())


def drain(
    gateway: SmsGateway, now: datetime, real_now: Callable[[], datetime], lease: timedelta = LEASE
) -> Counter[str]:
    """Send everything that may go out now; counts by outcome. `real_now()` tells real time, for leases.

    Told to stop, it ends after the message it is at and gives the others of its batch back.
    """
    counts: Counter[str] = Counter()
    while not stopping.is_set() and (claimed := claim(now, real_now(), lease)):
        for message in claimed:
            if stopping.is_set():
                give_back(claimed)
                break
            outcome = attempt(message, gateway)
            recorded = record(message, outcome, now)
            told = outcome.status if recorded else "fenced"
            log.info("message %s: %s", message.id, told)
            counts[told] += 1
    return counts


def give_back(claimed: list[Claimed]) -> None:
    """Free the messages of a batch that were not begun: they wait again, as if never taken."""
    token = claimed[0].token
    free = update(Message).where(Message.claim_token == token, Message.status == "claimed")
    values = {"status": "queued", "claim_token": None, "lease_until": None, "attempts": Message.attempts - 1}
    with acting_on():
        db.session.execute(free.values(**values), execution_options={"synchronize_session": False})
        db.session.commit()


def claim(now: datetime, real_now: datetime, lease: timedelta = LEASE) -> list[Claimed]:
    """Take a batch of messages, oldest first; nobody else gets them while the lease runs."""
    token = secrets.token_hex(16)
    ids = select(Message.id).where(_claimable(now, real_now)).order_by(Message.not_before, Message.id)
    ids = ids.limit(BATCH).with_for_update(skip_locked=True)
    taking = (
        update(Message)
        .where(Message.id.in_(ids), _claimable(now, real_now))
        .values(status="claimed", claim_token=token, lease_until=real_now + lease, attempts=Message.attempts + 1)
    )
    with acting_on():
        taken = db.session.execute(taking, execution_options={"synchronize_session": False}).rowcount
        rows = (
            db.session.scalars(select(Message).where(Message.claim_token == token).order_by(Message.id))
            if taken
            else ()
        )
        found = [_out(row, token) for row in rows]
        db.session.commit()
    db.session.expunge_all()
    return found


def _claimable(now: datetime, real_now: datetime) -> Any:
    is_free = or_(Message.status == "queued", and_(Message.status == "claimed", Message.lease_until < real_now))
    return and_(is_free, Message.not_before <= now)


def _out(row: Message, token: str) -> Claimed:
    try:
        phone, text = row.phone or "", row.text or ""
    except SealBroken:
        phone = text = ""
    return Claimed(row.id, row.uid, phone, text, row.kind, row.attempts, token, row.gateway, row.created_at)


def attempt(message: Claimed, gateway: SmsGateway) -> Outcome:
    """One attempt, outside any transaction. The gateway is fixed before the first byte leaves."""
    if not message.phone:
        return Outcome("failed", reason="unreadable")
    try:
        chosen = choose(gateway, message.gateway)
        if message.gateway is None:
            _bind(message, chosen.name)
        else:
            known = chosen.query(message.reference, message.phone, china_day(message.created_at))
            if known != "absent":
                return Outcome(known, reason=None if known == "sent" else "unknown_to_gateway")
        receipt = chosen.send(message.reference, message.phone, message.text, None, {})
        return Outcome("sent", receipt.gateway_ref)
    except GatewayError as error:
        return _failed(message, error)


def _failed(message: Claimed, error: GatewayError) -> Outcome:
    if error.permanent or message.attempts >= MAX_ATTEMPTS:
        return Outcome("failed", reason=error.message[:120])
    retry_after = RETRY[min(message.attempts, len(RETRY) - 1)]
    return Outcome("queued", None, error.message[:120], retry_after, isinstance(error, NotTaken))


def _bind(message: Claimed, name: str) -> None:
    """Fix the gateway before the first byte leaves, so that no other one ever gets this message."""
    with acting_on():
        bind = update(Message).where(Message.id == message.id, Message.claim_token == message.token)
        db.session.execute(bind.values(gateway=name), execution_options={"synchronize_session": False})
        db.session.commit()


def record(message: Claimed, outcome: Outcome, now: datetime) -> bool:
    """Write the outcome, unless the lease was lost to somebody else meanwhile."""
    values: dict[str, Any] = {"status": outcome.status, "reason": outcome.reason, "claim_token": None}
    if outcome.status == "sent":
        values |= {"sent_at": now, "gateway_ref": outcome.gateway_ref}
    if outcome.is_free:
        values["gateway"] = None
    if outcome.retry_after is not None:
        values["not_before"] = now + outcome.retry_after
    with acting_on():
        write = update(Message).where(Message.id == message.id, Message.claim_token == message.token)
        done = db.session.execute(write.values(**values), execution_options={"synchronize_session": False})
        db.session.commit()
    return bool(done.rowcount == 1)
