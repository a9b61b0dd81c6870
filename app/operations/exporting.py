"""Cases as plain rows for files: in the actor's scope, complainants masked, texts redacted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.access import sees_complainant
from app.domain.calendar import CHINA
from app.extensions import db
from app.models.case import Case
from app.models.redaction import text_outside
from app.models.scope import current_actor

BATCH = 500
_OWN = (
    "receipt_no",
    "case_no",
    "source_system",
    "external_no",
    "channel",
    "status",
    "title",
    "body",
    "region_code",
    "filed_at",
    "accepted_at",
    "closed_at",
    "is_deemed_accepted",
    "is_overdue",
    "close_type",
    "reply",
)
COLUMNS = (
    *_OWN,
    "matter_code",
    "department_code",
    "respondent",
    "complainant_kind",
    "complainant_name",
    "complainant_phone",
)


def case_rows() -> Iterator[dict[str, Any]]:
    """Every case the actor sees, oldest first, in batches by id."""
    last = 0
    joined = [selectinload(getattr(Case, name)) for name in ("matter", "department", "complainant", "respondent")]
    while True:
        query = select(Case).where(Case.id > last).order_by(Case.id).limit(BATCH).options(*joined)
        cases = db.session.scalars(query).all()
        if not cases:
            return
        rows, last = [_row(case) for case in cases], cases[-1].id
        db.session.expunge_all()
        db.session.rollback()  # no transaction is open, so nobody waits, while the rows are written out
        yield from rows


def _row(case: Case) -> dict[str, Any]:
    own = {name: _plain(getattr(case, name)) for name in _OWN}
    actor = current_actor()
    is_known = actor is not None and sees_complainant(actor, case.ties)
    return {
        **own,
        **text_outside(case),
        "matter_code": case.matter.code if case.matter else None,
        "department_code": case.department.code if case.department else None,
        "respondent": str(case.respondent),
        "complainant_kind": case.complainant.kind,
        "complainant_name": case.complainant.masked_name if is_known else "",
        "complainant_phone": case.complainant.masked_phone if is_known else "",
    }


def _plain(value: Any) -> Any:
    return value.astimezone(CHINA).isoformat(timespec="seconds") if isinstance(value, datetime) else value
