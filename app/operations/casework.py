"""The one door through which a case moves: `perform` checks, changes, records and tells, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.access import Actor
from app.domain.deadlines import Limit, due
from app.domain.errors import Invalid, NotFound, Reason, Refused
from app.domain.lifecycle import (
    VERBS,
    AssignmentStatus,
    CaseFacts,
    ClockKind,
    Status,
    Verb,
    VerbName,
    why_not,
)
from app.domain.messages import AUDIENCE, Audience, MessageKind
from app.extensions import db
from app.models.assignment import Assignment
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.scope import acting_on
from app.operations import chain, timers
from app.operations.books import Books, books
from app.operations.facts import checked
from app.operations.notices import Telling, tell


@dataclass(frozen=True)
class Ladder:
    """Set when the clock acts: which limit of the case, its last day, whom the step tells, and why in silence."""

    kind: str
    due_on: date
    audience: Audience | None
    silent: str | None = None


@dataclass
class Act:
    """One verb being carried out; effects read and fill it."""

    case: Case
    verb: Verb
    actor: Actor
    now: datetime
    books: Books
    facts: Mapping[str, Any]
    target: Status
    note: str | None = None
    recorded: dict[str, Any] = field(default_factory=dict)
    messages: list[tuple[MessageKind, Audience]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    ladder: Ladder | None = None
    stamp: str = ""
    stops: tuple[ClockKind, ...] = ()
    is_met: bool = True
    """Whether the clocks stopped have got what they waited for."""
    limits: dict[ClockKind, Limit] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What came of an act."""

    case_id: int
    number: str
    status: str
    seq: int
    event_hash: str


def perform(case_id: int, verb: str, actor: Actor, now: datetime, /, **facts: Any) -> Done:
    """Do a verb on a case and commit. Raises NotFound (missing or out of scope), Refused, Invalid."""
    name = _verb(verb)
    try:
        with acting_on():
            event = carry_out(load(case_id), name, actor, now, facts)
            done = Done(case_id, str(event.case), event.case.status, event.seq, event.hash)
            db.session.commit()
            return done
    except (StaleDataError, IntegrityError) as error:
        db.session.rollback()
        if is_race(error):
            raise raced(case_id) from error
        raise
    except BaseException:
        db.session.rollback()
        raise


def perform_many(
    case_ids: Iterable[int], verb: str, actor: Actor, now: datetime, /, **facts: Any
) -> dict[int, Done | Refused | Invalid | NotFound]:
    """Do a verb on each case in a transaction of its own; the answer says for each what came of it."""
    results: dict[int, Done | Refused | Invalid | NotFound] = {}
    for case_id in case_ids:
        try:
            results[case_id] = perform(case_id, verb, actor, now, **facts)
        except (Refused, Invalid, NotFound) as error:
            results[case_id] = error
    return results


def load(case_id: int) -> Case:
    """A case in the actor's scope. Raises NotFound."""
    case: Case | None = db.session.scalar(select(Case).where(Case.id == case_id))
    if case is None:
        raise NotFound
    return case


def verbs_for(case: Case, actor: Actor, now: datetime) -> list[tuple[Verb, tuple[Reason, ...]]]:
    """Every verb with the reasons why this actor may not do it now (none: allowed)."""
    known = facts_of(case, actor, now)
    return [(verb, why_not(verb, known, actor)) for verb in VERBS.values()]


def facts_of(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    """What the rules need to know of a case."""
    share = share_of(case, actor)
    policy = books().policy(case.policy_version_id)
    return CaseFacts(
        status=Status(case.status),
        needs_province_to_reject=policy.needs_province_to_reject,
        has_deemed_acceptance=policy.deemed_clause is not None,
        is_decided_by_silence=policy.deemed_clause is not None and _is_undecided_too_long(case, now),
        has_follow_up=any(call.round == case.rework_count for call in case.follow_ups),
        can_be_called=case.complainant.phone_sealed is not None,
        is_evaluated=any(e.round == case.rework_count and e.submitted_at for e in case.evaluations),
        own_share=AssignmentStatus(share.status) if share else None,
        own_share_is_lead=bool(share and share.is_lead),
        is_acting_unit=is_recused(case) and bool(share and share.is_lead),
        may_return=share is not None and _may_return(case, share, now),
        is_designated=case.is_designated,
    )


def _is_undecided_too_long(case: Case, now: datetime) -> bool:
    """Whether the limit to decide has passed, be it that the clock has not yet come by."""
    return any(row.due_at < now for row in timers.running(case, [ClockKind.ACCEPT]))


def _may_return(case: Case, share: Assignment, now: datetime) -> bool:
    limit = timers.limit_of(case, "return", books())
    return due(share.assigned_at, limit, books().calendar).due_at >= now


def is_recused(case: Case) -> bool:
    """Whether the provincial centre itself is complained about, so that the lead unit acts in its place (回避)."""
    code = books().department_codes.get(case.respondent_department_id or 0)
    unit = books().directory.units.get(code or "")
    return (
        unit is not None
        and unit.type_code == "YSHJ"
        and books().directory.regions[unit.region_code].level == "province"
    )


def share_of(case: Case, actor: Actor) -> Assignment | None:
    """The assignment of the actor's own department."""
    return next((share for share in case.assignments if share.department_id == actor.department_id), None)


def carry_out(
    case: Case,
    name: VerbName,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any],
    ladder: Ladder | None = None,
) -> CaseEvent:
    """The steps every act takes, inside the caller's transaction."""
    from app.operations.exits import EFFECTS  # noqa: PLC0415 - effects are written in terms of Act

    verb = VERBS[name]
    reasons = why_not(verb, facts_of(case, actor, now), actor)
    if reasons:
        raise Refused(*reasons)
    given = checked(verb.facts, facts)
    act = Act(case, verb, actor, now, books(), given, verb.moves[Status(case.status)], ladder=ladder)
    act.stamp, act.stops = verb.stamp, verb.stops
    act.messages = [(MessageKind(kind), AUDIENCE[MessageKind(kind)]) for kind in verb.messages]
    with db.session.no_autoflush:  # the status follows at once: no half-changed row may meet a CHECK
        EFFECTS.get(name, lambda _: None)(act)
    return _record(act)


def _record(act: Act) -> CaseEvent:
    case, verb, before = act.case, act.verb, act.case.status
    case.status = str(act.target)
    if act.stamp and getattr(case, act.stamp) is None:
        setattr(case, act.stamp, act.now)
    timers.stop(case, act.stops, act.now, is_met=act.is_met)
    for kind in verb.starts:
        limit = act.limits.get(kind) or timers.limit_of(case, kind, act.books)
        clock = timers.start(case, kind, act.now, limit, act.books, _owner(case, kind))
        act.values = {"due": clock.due_on.isoformat(), **act.values}
    note = act.note or act.facts.get("reason") or act.facts.get("note") or None
    event = chain.append(case, chain.Entry(verb.name, before, act.now, act.recorded, note), act.actor, act.now)
    db.session.flush()
    _tell(act, event)
    return event


def _owner(case: Case, kind: ClockKind) -> int | None:
    return case.department_id if kind in (ClockKind.SIGN, ClockKind.HANDLE) else None


def _tell(act: Act, event: CaseEvent) -> None:
    case = act.case
    values = {
        "receipt_no": case.receipt_no,
        "case_no": str(case),
        "due": _due(case),
        "days": "0",
        **act.values,
    }
    for kind, audience in act.messages:
        silent = act.ladder.silent if act.ladder else None
        if audience is Audience.COMPLAINANT and case.import_batch_id is not None:
            silent = silent or "imported"
        tell(case, Telling(kind, audience, values, f"e{event.seq}", silent), act.books, act.now)


def _due(case: Case) -> str:
    days = [row.due_on for row in timers.running(case) or case.deadlines]
    return max(days).isoformat()


def _verb(text: str) -> VerbName:
    try:
        return VerbName(text)
    except ValueError as error:
        raise NotFound from error


def is_race(error: Exception) -> bool:
    """Whether somebody else changed the row, or wrote the same place of the timeline, first."""
    return isinstance(error, StaleDataError) or "case_events" in str(getattr(error, "orig", ""))


def raced(case_id: int) -> Refused:
    """Why the loser of a race is refused: who was first, with which verb."""
    last = db.session.scalar(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq.desc()).limit(1)
    )
    if last is None:
        return Refused(Reason("raced", "Somebody else changed this case at the same moment."))
    first = {"name": last.actor_name, "verb": f"verb:{last.verb}", "at": last.recorded_at.isoformat()}
    return Refused(Reason("raced", "%(name)s was first: %(verb)s at %(at)s.", first))
