"""Connected systems: the user behind a key, and the name under which a client files."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.access import Actor
from app.domain.errors import Invalid
from app.extensions import db, keyring
from app.models.api_client import ApiClient
from app.models.officer import Officer


def user_of_key(key: str) -> Officer | None:
    """The user that an `X-API-Key` acts as; None for a key that is not known or not in use."""
    query = select(Officer).join(ApiClient, ApiClient.user_id == Officer.id)
    user: Officer | None = db.session.scalar(
        query.where(ApiClient.key_hash == keyring.index(f"key:{key}"), ApiClient.is_active.is_(True))
    )
    return user


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
