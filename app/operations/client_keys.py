"""Keys of connected systems: made and shown once, changed with a time in which both open, ended at once."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.access import Actor, Role
from app.domain.clients import LIVE_KEYS, LONGEST_OVERLAP, OVERLAP, USUAL, is_live
from app.domain.errors import Invalid, NotFound, Reason, Refused
from app.extensions import db
from app.models.api_client import ApiClient, ClientKey
from app.operations import accounts, configuration
from app.operations.clients import hash_of

PREFIX, HINT = "hyk_", 10
CODE = re.compile(r"[a-z][a-z0-9_-]{2,31}")
NO_PASSWORD = "!"  # noqa: S105 - no password has this hash: the account opens by keys alone


@dataclass(frozen=True)
class NewClient:
    """A client to be made; its account bears its code as user name."""

    code: str
    name: str
    department_code: str | None = None
    source_system: str | None = None
    scopes: str | None = " ".join(USUAL)
    networks: str | None = None
    per_minute: int | None = None
    per_day: int | None = None
    expires_at: datetime | None = None


def add(new: NewClient, actor: Actor, now: datetime) -> tuple[ApiClient, str]:
    """Make a client with its account and first key; the key, which nothing can show again.

    Raises Invalid (fields) and Refused (code taken, unknown department).
    """
    account = accounts.Account(new.code, new.name, Role.API_CLIENT, new.department_code)
    _check(new, now)
    role, department = accounts.check(account)
    client = ApiClient(
        code=new.code,
        name=new.name,
        source_system=new.source_system or None,
        scopes=new.scopes,
        networks=new.networks,
        per_minute=new.per_minute,
        per_day=new.per_day,
        user=accounts.new_officer(account, NO_PASSWORD, role, department),
        is_active=True,
        created_at=now,
    )
    row, key = _new_key(now, new.expires_at)
    client.keys.append(row)
    configuration.save(client, "create", actor, now)
    return client, key


def rotate(
    client_id: int, actor: Actor, now: datetime, overlap: timedelta = OVERLAP, expires_at: datetime | None = None
) -> str:
    """A new key; the newest old one opens for the overlap and then ends by itself, others end now.

    Raises NotFound, Invalid (a time that cannot be), Refused (the client was ended).
    """
    client = one(client_id)
    if not client.is_active:
        raise Refused(Reason("ended", "This client was ended."))
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid({"overlap": "From 0 to 90 days."})
    _check_expiry(expires_at, now)
    live = [key for key in client.keys if is_live(key.ended_at, key.expires_at, now)]
    for old in live[: 1 - LIVE_KEYS]:
        old.ended_at = now
    for old in live[1 - LIVE_KEYS :]:
        old.expires_at = min(old.expires_at or now + overlap, now + overlap)
    row, key = _new_key(now, expires_at)
    row.client = client
    configuration.save(row, "create", actor, now)
    return key


def end_key(key_id: int, actor: Actor, now: datetime) -> ClientKey:
    """End a key at once. Raises NotFound."""
    row: ClientKey | None = db.session.get(ClientKey, key_id)
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
        configuration.save(row, "update", actor, now)
    return row


def end(client_id: int, actor: Actor, now: datetime) -> ApiClient:
    """End a client at once: its keys and its account. Raises NotFound."""
    client = one(client_id)
    for key in client.keys:
        key.ended_at = key.ended_at or now
    client.is_active, client.user.active = False, False
    configuration.save(client, "update", actor, now)
    return client


def one(client_id: int) -> ApiClient:
    """A client by id. Raises NotFound."""
    return _found(ApiClient.id == client_id)


def named(code: str) -> ApiClient:
    """A client by code. Raises NotFound."""
    return _found(ApiClient.code == code, f"There is no client {code}.")


def listed() -> list[ApiClient]:
    """All clients with their keys, by code."""
    query = select(ApiClient).options(selectinload(ApiClient.keys)).order_by(ApiClient.code)
    return list(db.session.scalars(query))


def _found(which: object, said: str = "") -> ApiClient:
    query = select(ApiClient).where(which).options(selectinload(ApiClient.keys))  # type: ignore[arg-type]
    client: ApiClient | None = db.session.scalar(query)
    if client is None:
        raise NotFound(said)
    return client


def _new_key(now: datetime, expires_at: datetime | None) -> tuple[ClientKey, str]:
    key = PREFIX + secrets.token_urlsafe(32)
    row = ClientKey(hint=key[:HINT], key_hash=hash_of(key), created_at=now, expires_at=expires_at)
    return row, key


def _check(new: NewClient, now: datetime) -> None:
    if not CODE.fullmatch(new.code):
        raise Invalid({"code": "Use 3 to 32 small letters, digits, - and _, beginning with a letter."})
    if len(new.source_system or "") > 32:
        raise Invalid({"source_system": "The text is too long."})
    _check_expiry(new.expires_at, now)


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Invalid({"expires_at": "This moment is over."})
