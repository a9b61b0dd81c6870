"""Work lists: what waits for an officer, by role, counted and listed within scope. Nothing here is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from app.domain.access import ADMINS, CENTRE, FILERS, UNIT, Actor, Role, Scope
from app.domain.calendar import CHINA, Calendar
from app.domain.deadlines import china_day
from app.domain.errors import NotFound
from app.domain.lifecycle import OPEN, AssignmentStatus, ClockKind, Status, VerbName
from app.extensions import db
from app.models.assignment import Assignment
from app.models.case import Case
from app.models.deadline import Deadline, Suspension
from app.models.event import CaseEvent
from app.models.feedback import FollowUp
from app.operations.books import books
from app.operations.casework import verbs_for
from app.operations.whole import several

SOON_DAYS = 2  # working days: shown as due soon
Condition = Callable[[Actor, datetime], tuple[Any, ...]]


@dataclass(frozen=True)
class WorkList:
    """A list: who has it, and which cases are in it."""

    roles: frozenset[Role]
    where: Condition


@dataclass(frozen=True)
class Line:
    """A case in a list, with the first of the actor's limits to run out.

    `days_left` are working days, below 0 when the limit has passed. `verb`: what takes the case a step on.
    """

    case_id: int
    number: str
    title: str
    status: str
    matter: str | None
    region: str
    department: str | None
    filed_at: datetime
    clock: str | None = None
    due_at: datetime | None = None
    days_left: int | None = None
    is_late: bool = False
    verb: str | None = None


STEPS = (
    VerbName.SIGN_FOR,
    VerbName.ACCEPT,
    VerbName.ASSIGN,
    VerbName.CLASSIFY,
    VerbName.CLOSE,
    VerbName.REPORT,
    VerbName.FOLLOW_UP,
    VerbName.SUPPLEMENT,
    VerbName.REMIND,
)
"""Verbs that take a case a step on: the first one allowed is offered. Other ends are chosen on purpose."""


def _status(status: Status) -> Condition:
    return lambda _actor, _now: (Case.status == status,)


def _own_share(status: AssignmentStatus, *statuses: Status) -> Condition:
    def where(actor: Actor, _now: datetime) -> tuple[Any, ...]:
        share = select(Assignment.case_id).where(
            Assignment.department_id == actor.department_id, Assignment.status == status
        )
        return Case.status.in_(statuses), Case.id.in_(share)

    return where


def _called(*, is_done: bool) -> Condition:
    calls = select(FollowUp.case_id).join(Case).where(FollowUp.round == Case.rework_count)
    condition = Case.id.in_(calls) if is_done else Case.id.not_in(calls)
    return lambda _actor, _now: (Case.status == Status.PENDING_CLOSE, condition)


def _returned(_actor: Actor, _now: datetime) -> tuple[Any, ...]:
    returns = select(CaseEvent.case_id).where(CaseEvent.verb == VerbName.RETURN)
    return Case.status == Status.PENDING_DISPATCH, Case.id.in_(returns)


def _second_look(_actor: Actor, now: datetime) -> tuple[Any, ...]:
    looks = select(Deadline.case_id).where(Deadline.kind == ClockKind.SECOND_LOOK, Deadline.ended_at.is_(None))
    return Case.status == Status.CLOSED, Case.id.in_(looks.where(Deadline.due_on <= china_day(now)))


def _running(actor: Actor) -> Select[Any]:
    """The actor's own running limits: kinds by role, for a unit only those it has to keep; none that stands still."""
    still = select(Suspension.deadline_id).where(Suspension.ended_at.is_(None))
    query = select(Deadline.case_id).where(Deadline.ended_at.is_(None), Deadline.kind.in_(clocks_of(actor)))
    query = query.where(Deadline.id.not_in(still))
    if actor.scope is Scope.UNIT:
        query = query.where(Deadline.department_id == actor.department_id)
    return query


def _own(actor: Actor) -> Select[Any]:
    """Running limits that officers have to keep: not the complainant's time to supplement."""
    return _running(actor).where(Deadline.kind != ClockKind.SUPPLEMENT)


def _due_soon(actor: Actor, now: datetime) -> tuple[Any, ...]:
    last = books().calendar.add_working_days(china_day(now), SOON_DAYS)
    until = datetime.combine(last, time(23, 59, 59), CHINA)
    return Case.status.in_(OPEN), Case.id.in_(_own(actor).where(Deadline.due_at.between(now, until)))


def _overdue(actor: Actor, now: datetime) -> tuple[Any, ...]:
    return Case.status.in_(OPEN), Case.id.in_(_own(actor).where(Deadline.due_at < now))


_EVERYBODY = CENTRE | UNIT
LISTS: Mapping[str, WorkList] = MappingProxyType(
    {
        "to_classify": WorkList(ADMINS | {Role.INTAKE, Role.DISPATCHER}, _status(Status.PENDING_CLASSIFY)),
        "to_accept": WorkList(ADMINS | {Role.INTAKE}, _status(Status.PENDING_ACCEPT)),
        "supplementing": WorkList(ADMINS | {Role.INTAKE}, _status(Status.SUPPLEMENTING)),
        "to_assign": WorkList(ADMINS | {Role.DISPATCHER}, _status(Status.PENDING_DISPATCH)),
        "returned": WorkList(ADMINS | {Role.DISPATCHER}, _returned),
        "to_sign": WorkList(UNIT, _own_share(AssignmentStatus.PENDING, Status.PENDING_CONFIRM, Status.INVESTIGATING)),
        "in_hand": WorkList(UNIT, _own_share(AssignmentStatus.HANDLING, Status.INVESTIGATING)),
        "due_soon": WorkList(_EVERYBODY, _due_soon),
        "overdue": WorkList(_EVERYBODY, _overdue),
        "to_follow_up": WorkList(ADMINS | {Role.CALLER, Role.SUPERVISOR}, _called(is_done=False)),
        "to_close": WorkList(ADMINS | {Role.SUPERVISOR, Role.DISPATCHER}, _called(is_done=True)),
        "second_look": WorkList(ADMINS | {Role.CALLER, Role.SUPERVISOR}, _second_look),
        "filed_open": WorkList(FILERS, lambda _actor, _now: (Case.status.in_(OPEN),)),
    }
)
"""In the order in which the home page shows them."""
_CLOCKS: Mapping[Role, frozenset[ClockKind]] = MappingProxyType(
    {
        Role.INTAKE: frozenset({ClockKind.ACCEPT, ClockKind.SUPPLEMENT}),
        Role.DISPATCHER: frozenset({ClockKind.SIGN, ClockKind.HANDLE}),
        Role.CALLER: frozenset({ClockKind.FOLLOW_UP, ClockKind.SECOND_LOOK}),
        Role.HANDLER: frozenset({ClockKind.SIGN, ClockKind.HANDLE}),
        Role.UNIT_LEADER: frozenset({ClockKind.SIGN, ClockKind.HANDLE}),
    }
)


def clocks_of(actor: Actor) -> frozenset[ClockKind]:
    """The limits that are this actor's business: those of its roles; all for who oversees."""
    kinds = [_CLOCKS.get(role, frozenset(ClockKind)) for role in actor.roles & (CENTRE | UNIT)]
    return frozenset().union(*kinds)


def counts(actor: Actor, now: datetime) -> list[tuple[str, int]]:
    """(name, number of cases) of each list the actor's roles have, in one statement."""
    names = [name for name, each in LISTS.items() if each.roles & actor.roles]
    numbers = [_number(LISTS[name].where(actor, now)).scalar_subquery() for name in names]
    return list(zip(names, db.session.execute(select(*numbers)).one(), strict=True)) if names else []


def page(name: str, actor: Actor, now: datetime, number: int = 0, size: int = 50) -> tuple[int, list[Line]]:
    """How many cases a list has, and one page of them, the most urgent first. Raises NotFound (not one's own list)."""
    wanted = LISTS.get(name)
    if wanted is None or not wanted.roles & actor.roles:
        raise NotFound
    where = wanted.where(actor, now)
    return _count(where), _lines(where, actor, now, number * size, size)


def urgent(actor: Actor, now: datetime, limit: int = 10) -> list[Line]:
    """The open cases whose limits run out first, late ones included, each with the verb that takes it a step on."""
    where = (Case.status.in_(OPEN), Case.id.in_(_own(actor)))
    found = {row.id: row.due_at for row in db.session.execute(_ordered(where, actor, 0, limit, Case.id))}
    rows = [(case, found[case.id]) for case in several(list(found))] if found else []
    return [
        replace(line, verb=step(case, actor, now))
        for line, (case, _) in zip(_told(rows, actor, now), rows, strict=True)
    ]


def step(case: Case, actor: Actor, now: datetime) -> str | None:
    """The verb that takes a case a step on, of those that the actor may do now; None where there is none."""
    allowed = {verb.name for verb, reasons in verbs_for(case, actor, now) if not reasons}
    return next((name for name in STEPS if name in allowed), None)


def first_due(case_ids: Iterable[int], actor: Actor) -> dict[int, datetime]:
    """When the first of the actor's limits runs out in each of these cases; no entry for a case without any."""
    query = _own(actor).add_columns(func.min(Deadline.due_at)).where(Deadline.case_id.in_(list(case_ids)))
    rows = db.session.execute(query.group_by(Deadline.case_id)) if clocks_of(actor) else ()
    return {row[0]: row[1] for row in rows}


def shares(case_ids: Iterable[int], actor: Actor) -> dict[int, tuple[AssignmentStatus, bool]]:
    """The status of the actor's own unit in each of these cases, and whether it leads; for units alone."""
    query = select(Assignment.case_id, Assignment.status, Assignment.is_lead).where(
        Assignment.case_id.in_(list(case_ids)), Assignment.department_id == actor.department_id
    )
    rows = db.session.execute(query.order_by(Assignment.id)) if actor.scope is Scope.UNIT else ()
    return {row[0]: (AssignmentStatus(row[1]), row[2]) for row in rows}


def numbers(case_ids: Iterable[int]) -> dict[int, str]:
    """Numbers of the cases among these that the actor may see, by id."""
    rows = db.session.execute(select(Case.id, Case.case_no, Case.receipt_no).where(Case.id.in_(list(case_ids))))
    return {row.id: row.case_no or row.receipt_no for row in rows}


def _number(where: tuple[Any, ...]) -> Select[Any]:
    return select(func.count(Case.id)).where(*where)


def _count(where: tuple[Any, ...]) -> int:
    return db.session.scalar(_number(where)) or 0


def _ordered(where: tuple[Any, ...], actor: Actor, offset: int, limit: int, wanted: Any) -> Select[Any]:
    """What is wanted of the cases, with the first of their limits: the one that runs out first leads."""
    first = _running(actor).add_columns(func.min(Deadline.due_at).label("due_at")).group_by(Deadline.case_id).subquery()
    query = select(wanted, first.c.due_at).outerjoin(first, first.c.case_id == Case.id).where(*where)
    query = query.order_by(first.c.due_at.is_(None), first.c.due_at, Case.filed_at, Case.id)
    return query.offset(offset).limit(limit)


def _lines(where: tuple[Any, ...], actor: Actor, now: datetime, offset: int, limit: int) -> list[Line]:
    query = _ordered(where, actor, offset, limit, Case)
    query = query.options(*(selectinload(each) for each in (Case.matter, Case.region, Case.department)))
    return _told(db.session.execute(query).all(), actor, now)


def _told(rows: Sequence[Any], actor: Actor, now: datetime) -> list[Line]:
    kinds = _kinds([case.id for case, _ in rows], actor)
    calendar = books().calendar
    return [_line(case, due_at, kinds.get((case.id, due_at)), now, calendar) for case, due_at in rows]


def _kinds(case_ids: list[int], actor: Actor) -> dict[tuple[int, datetime], str]:
    query = _running(actor).add_columns(Deadline.due_at, Deadline.kind).where(Deadline.case_id.in_(case_ids))
    return {(row.case_id, row.due_at): row.kind for row in db.session.execute(query)}


def _line(case: Case, due_at: datetime | None, clock: str | None, now: datetime, calendar: Calendar) -> Line:
    is_late = due_at is not None and due_at < now
    days = None if due_at is None else calendar.working_days_between(china_day(now), china_day(due_at))
    return Line(
        case_id=case.id,
        number=str(case),
        title=case.title,
        status=case.status,
        matter=case.matter.name if case.matter else None,
        region=case.region.name,
        department=case.department.name if case.department else None,
        filed_at=case.filed_at,
        clock=clock,
        due_at=due_at,
        days_left=days,
        is_late=is_late,
    )
