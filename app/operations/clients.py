"""Connected systems: who calls, by key or as its user, and the name under which a client files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.domain.access import Actor
from app.domain.errors import Invalid
from app.extensions import db, keyring
from app.models.api_client import ApiClient, ClientKey
from app.models.department import Department
from app.models.officer import Officer


@dataclass(frozen=True)
class Caller:
    """A client that calls; `key` is None where it has signed in with its user's password."""

    client: ApiClient
    key: ClientKey | None


def hash_of(key: str) -> str:
    """Keyed hash of a key: quick, as a key is 256 random bits which no list of guesses holds."""
    return keyring.index(f"key:{key}")


def by_key(key: str, now: datetime) -> Caller | None:
    """The client behind an `X-API-Key`; None for a key that is unknown, over, or of a client that is not in use.

    One statement, which finds no row in each of these cases: the time tells nobody which it was.
    """
    client = contains_eager(ClientKey.client)
    whole = client.joinedload(ApiClient.user).joinedload(Officer.department).joinedload(Department.region)
    ends = (ClientKey.ended_at, ClientKey.expires_at)
    is_live = [column.is_(None) | (column > now) for column in ends]
    query = select(ClientKey).join(ClientKey.client).where(ClientKey.key_hash == hash_of(key), *is_live)
    row = db.session.scalar(query.where(ApiClient.is_active).options(whole))
    return None if row is None else Caller(row.client, row)


def by_user(user_id: int) -> ApiClient | None:
    """The client that acts as this user, in use or not."""
    found: ApiClient | None = db.session.scalar(select(ApiClient).where(ApiClient.user_id == user_id))
    return found


def source_system(given: str | None, external_no: str | None, actor: Actor) -> str | None:
    """The source system under which this actor files: its own where it has one. Raises Invalid for another's name.

    Without an external number there is nothing to be told by, and no name is added.
    """
    named = select(ApiClient).where(ApiClient.source_system.is_not(None))
    own = db.session.scalar(named.where(ApiClient.user_id == actor.user_id))
    if own is not None and given not in (None, own.source_system):
        raise Invalid({"source_system": "This is not your system's name."})
    if own is not None:
        return own.source_system if external_no else given
    if given and db.session.scalar(named.where(ApiClient.source_system == given)) is not None:
        raise Invalid({"source_system": "This name belongs to another system."})
    return given
