"""Rating a closed case: by a token that only the complainant was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.access import complainant
from app.domain.errors import NotFound, Reason, Refused
from app.domain.lifecycle import VerbName
from app.extensions import keyring
from app.models.feedback import Evaluation
from app.models.scope import acting, unscoped
from app.operations.casework import Done, perform


def case_of(token: str, now: datetime) -> int:
    """The case a token may rate. Raises NotFound (no such token) and Refused (used or expired)."""
    query = select(Evaluation).where(Evaluation.token_hash == keyring.index(f"rate:{token}"))
    with unscoped("the token alone leads to the case") as session:
        row = session.scalar(query)
        if row is None or row.round != row.case.rework_count:
            raise NotFound
        if row.submitted_at is not None:
            raise Refused(Reason("rated", "This case has been rated already."))
        if row.expires_at < now:
            raise Refused(Reason("expired", "The time for rating this case is over."))
        case_id: int = row.case_id
        return case_id


def submit(token: str, now: datetime, **facts: Any) -> Done:
    """Rate once: speed, result, manner (1 to 5 stars each) and a comment. Raises NotFound, Refused, Invalid."""
    case_id = case_of(token, now)
    actor = complainant(case_id)
    with acting(actor):
        return perform(case_id, VerbName.EVALUATE, actor, now, **facts)
