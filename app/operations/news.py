"""What others have done to the cases in somebody's scope since a moment: for the home page. Nothing here is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.domain.access import Actor, Scope
from app.extensions import db
from app.models.case import Case
from app.models.department import Department
from app.models.event import CaseEvent

MOST = 10


@dataclass(frozen=True)
class News:
    """One act of somebody else. `department` is None where nobody acted for one, or the reader is not told who."""

    case_id: int
    number: str
    verb: str
    status: str
    at: datetime
    department: str | None


def since(actor: Actor, moment: datetime, limit: int = MOST) -> list[News]:
    """The latest acts of others, the newest first, in one statement.

    Whoever merely filed a case learns its steps alone: nothing of what goes on between two of them, nor who it was.
    """
    query = (
        select(
            CaseEvent.case_id,
            Case.case_no,
            Case.receipt_no,
            CaseEvent.verb,
            CaseEvent.to_status,
            CaseEvent.recorded_at,
            Department.name,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(Department, Department.id == CaseEvent.department_id)
        .where(CaseEvent.recorded_at > moment)
        .where(or_(CaseEvent.actor_id.is_(None), CaseEvent.actor_id != actor.user_id))
    )
    is_outside = actor.scope is Scope.FILED
    if is_outside:
        query = query.where(CaseEvent.from_status != CaseEvent.to_status)
    rows = db.session.execute(query.order_by(CaseEvent.recorded_at.desc(), CaseEvent.id.desc()).limit(limit))
    return [
        News(case_id, case_no or receipt_no, verb, status, at, None if is_outside else unit)
        for case_id, case_no, receipt_no, verb, status, at, unit in rows
    ]
