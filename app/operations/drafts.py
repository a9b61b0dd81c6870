"""Drafts of complaints: what was typed so far, sealed, for a day after it was last changed, known by a token."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from app.domain.errors import Invalid
from app.extensions import db, keyring
from app.models.draft import Draft

KEPT: Final = timedelta(hours=24)
MOST: Final = 100_000
"""Characters of a draft: five of the longest complaints."""
BATCH = 100


def begin(body: Mapping[str, Any], real_now: datetime) -> str:
    """Keep a new draft and commit; its token, which is known to nobody else. Raises Invalid (too long)."""
    token = secrets.token_urlsafe(24)
    text = _text(body)
    db.session.add(Draft(token_hash=_hash(token), body=text, expires_at=real_now + KEPT))
    db.session.commit()
    return token


def read(token: str, real_now: datetime) -> dict[str, Any] | None:
    """What is in a draft; None for a token that is not known, or not any more."""
    row = _row(token, real_now)
    return dict(json.loads(row.body or "{}")) if row else None


def write(token: str, body: Mapping[str, Any], real_now: datetime) -> bool:
    """Change a draft and commit; False where it is gone. Raises Invalid (too long)."""
    text, row = _text(body), _row(token, real_now)
    if row:
        row.body, row.expires_at = text, real_now + KEPT
    db.session.commit()
    return row is not None


def drop(token: str) -> None:
    """Remove a draft and commit."""
    db.session.execute(delete(Draft).where(Draft.token_hash == _hash(token)))
    db.session.commit()


def over_count(real_now: datetime) -> int:
    """Drafts whose time is over (at most 100 are counted)."""
    return len(db.session.scalars(select(Draft.id).where(Draft.expires_at <= real_now).limit(BATCH)).all())


def sweep(real_now: datetime) -> int:
    """Remove drafts whose time is over, and commit."""
    over = delete(Draft).where(Draft.expires_at <= real_now)
    gone: int = db.session.execute(over, execution_options={"synchronize_session": False}).rowcount
    db.session.commit()
    return gone


def _row(token: str, real_now: datetime) -> Draft | None:
    row: Draft | None = db.session.scalar(
        select(Draft).where(Draft.token_hash == _hash(token), Draft.expires_at > real_now)
    )
    return row


def _text(body: Mapping[str, Any]) -> str:
    text = json.dumps(body)
    if len(text) > MOST:
        raise Invalid({"": "The text is too long."})
    return text


def _hash(token: str) -> str:
    return keyring.index(f"draft:{token.encode(errors='replace')!r}")
