"""The file of one case, as far as its reader may see it: parties, timeline, limits explained, the way it was routed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.access import Actor, Part, Seen, seen, sees_complainant
from app.domain.deadlines import DayLine, Limit, explain
from app.domain.errors import NotFound
from app.extensions import db
from app.models.case import Case, Complainant
from app.models.deadline import Deadline
from app.models.department import Department
from app.models.event import CaseEvent
from app.models.officer import Officer
from app.operations import timers
from app.operations.books import books
from app.operations.casework import load
from app.operations.whole import whole


@dataclass(frozen=True)
class Dossier:
    """A case with what hangs on it. `complainant` is None where not even the masked one is shown."""

    case: Case
    events: tuple[CaseEvent, ...]
    complainant: Complainant | None
    answers: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    """Names by code of all that the route and the timeline speak of."""
    is_inside: bool
    """Whether the reader sees notes, the inner report and the route: not who merely filed the case."""
    unmaskable: tuple[Part, ...] = ()
    """What of the complainant the reader may open for a stated reason."""


def open_case(case_id: int, actor: Actor, *, is_whole: bool = False) -> Dossier:
    """The file of a case in the actor's scope, for `is_whole` with all that its page shows. Raises NotFound."""
    case = whole(case_id) if is_whole else load(case_id)
    is_inside, events = seen(actor, Part.INSIDE, case.ties) is Seen.OPEN, _events(case_id)
    spoken_of = [params for _, params in case.route_trace] + [event.facts for event in events]
    return Dossier(
        case=case,
        events=events,
        complainant=case.complainant if sees_complainant(actor, case.ties) else None,
        answers=_answers(case),
        names=names_in(*spoken_of) if is_inside else {},
        is_inside=is_inside,
        unmaskable=tuple(part for part in Part if seen(actor, part, case.ties) is Seen.ON_REASON),
    )


def explained(case_id: int, deadline_id: int) -> tuple[Deadline, tuple[DayLine, ...]]:
    """A limit of a case in scope with each of its days: counted or not, and why. Raises NotFound."""
    row = db.session.scalar(select(Deadline).where(Deadline.id == deadline_id, Deadline.case_id == case_id))
    if row is None:
        raise NotFound
    limit = Limit(row.limit_value, row.limit_unit)
    return row, explain(row.started_at, limit, books().calendar, timers.pauses_of(row))


def names_in(*spoken_of: Mapping[str, Any]) -> dict[str, str]:
    """Names by code of the departments, types, regions and matters in these parameters of traces and events."""
    codes: set[str] = set()
    for value in (value for params in spoken_of for key, value in params.items() if key in _SPEAKING):
        codes |= {each for each in (value if isinstance(value, list) else [value]) if each}
    known = books().names
    return {code: known[code] for code in codes if code in known}


def department_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of departments by code; unknown codes are left out."""
    query = select(Department.code, Department.name).where(Department.code.in_(list(codes)))
    return {row.code: row.name for row in db.session.execute(query)}


def officer_names(ids: Iterable[int]) -> list[str]:
    """Full names of these officers, in the order of their ids."""
    rows = db.session.scalars(select(Officer).where(Officer.id.in_(list(ids))).order_by(Officer.id))
    return [row.full_name for row in rows]


def find_departments(term: str, limit: int = 30) -> list[tuple[str, str]]:
    """(code, name) of departments in use whose code or name contains every word of the term."""
    query = select(Department.code, Department.name).where(Department.is_active)
    for part in term.split():
        query = query.where(
            Department.code.contains(part, autoescape=True) | Department.name.contains(part, autoescape=True)
        )
    return [(code, name) for code, name in db.session.execute(query.order_by(Department.code).limit(limit))]


_SPEAKING = frozenset(
    {
        "type",
        "lead",
        "co",
        "region",
        "department",
        "department_code",
        "co_department_codes",
        "suggested_code",
        "matter",
        "matter_code",
    }
)
"""Parameters of a trace or an event that hold codes."""


def _events(case_id: int) -> tuple[CaseEvent, ...]:
    query = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    return tuple(db.session.scalars(query.options(joinedload(CaseEvent.department))))


def _answers(case: Case) -> tuple[tuple[str, str], ...]:
    """The answers to the matter's own fields with their labels, as they were at filing."""
    labels = {row["key"]: row["label"] for row in (case.form_version.fields if case.form_version else ())}
    return tuple((labels.get(key, key), str(value)) for key, value in (case.form or {}).items())
