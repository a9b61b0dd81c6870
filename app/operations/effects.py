"""What each verb changes beyond status, stamp, clocks and messages. One short function per verb."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from app.domain.deadlines import china_day
from app.domain.errors import Invalid, Reason, Refused
from app.domain.forms import fields_of, form_hash
from app.domain.lifecycle import AssignmentStatus, ClockKind, Status, VerbName
from app.domain.messages import Audience, MessageKind, notice
from app.domain.numbers import case_no
from app.domain.routing import Route, route
from app.domain.scoring import Score
from app.extensions import db, keyring, site
from app.models.assignment import Assignment
from app.models.case import Case
from app.models.feedback import Evaluation, FollowUp
from app.operations import timers
from app.operations.books import Books, MatterFacts
from app.operations.casework import Act, share_of
from app.operations.numbering import next_serial
from app.operations.snapshots import form_version_id

RATING_DAYS = 30


def route_case(case: Case, matter: MatterFacts, books: Books) -> Route:
    """Route a case by its matter, region and respondent; keeps trace, form version and handling limit on the case."""
    respondent = books.department_codes.get(case.respondent_department_id or 0)
    found = route(books.directory, matter.code, case.region_code, respondent)
    case.matter_id = matter.id
    case.department_id = books.department_ids[found.lead] if found.lead else None
    case.route_trace = [[line.code, line.params] for line in found.trace]
    case.form_version_id = form_version_id(matter, form_hash(fields_of(matter.fields)), case.filed_at)
    case.limits = {**case.limits, "handle": matter.handle}
    return found


def _classify(act: Act) -> None:
    matter = act.books.matter(act.facts["matter_code"])
    found = route_case(act.case, matter, act.books)
    for clock in timers.running(act.case, [ClockKind.HANDLE]):
        clock.department_id = act.case.department_id
    act.recorded = {
        "matter_code": matter.code,
        "department_code": found.lead,
        "is_escalated": found.is_escalated,
    }


def _accept(act: Act) -> None:
    day = china_day(act.now)
    act.case.case_no = case_no(day, next_serial(f"case-{day}"))


def _deem_accepted(act: Act) -> None:
    _accept(act)
    act.case.is_deemed_accepted = True
    act.recorded = {"clause": act.books.policy(act.case.policy_version_id).deemed_clause}


def _reject(act: Act) -> None:
    act.case.reject_reason_code = act.facts["reason_code"]
    act.case.reject_reason = act.facts["reason"]
    act.recorded = {"reason_code": act.facts["reason_code"]}


def _assign(act: Act) -> None:
    case, books = act.case, act.books
    code = act.facts["department_code"] or books.department_codes.get(case.department_id or 0)
    if code is None:
        raise Invalid({"department_code": "The case is not classified yet: choose a department."})
    case.department_id = may_handle(case, code, books, "department_code")
    co_codes = act.facts["co_department_codes"]
    named = _routed_co(case, books) if co_codes is None else co_codes
    co_ids = {may_handle(case, each, books, "co_department_codes") for each in named} - {case.department_id}
    end_lead(act)
    end_shares(act, keep=co_ids)
    for co_id in sorted(co_ids):
        share_out(act, co_id, is_lead=False)
    share_out(act, case.department_id, is_lead=True)
    for clock in timers.running(case, [ClockKind.HANDLE]):
        clock.department_id = case.department_id
    act.recorded = {"department_code": code, "co_department_codes": co_codes}


def may_handle(case: Case, code: str, books: Books, fact: str) -> int:
    """Row id of a department that may take the case; never the one complained about, nor one under it (提级)."""
    if code not in books.department_ids:
        raise Invalid({fact: "There is no such department."})
    if code in books.ended:
        raise Invalid({fact: "This department takes no more cases."})
    respondent = books.department_codes.get(case.respondent_department_id or 0)
    if respondent and (code == respondent or books.directory.is_below(code, respondent)):
        raise Refused(Reason("is_respondent", "The department complained about does not handle the case."))
    return books.department_ids[code]


def _routed_co(case: Case, books: Books) -> list[str]:
    lines = [params for code, params in case.route_trace if code == "chosen" and params.get("role") == "co"]
    chosen = [params["department"] for params in lines]
    return [code for code in chosen if code in books.department_ids]


def share_out(act: Act, department_id: int, *, is_lead: bool) -> Assignment:
    """Give a unit its share, to be signed for; one that had it before starts anew, a co-handler at work goes on."""
    found: Assignment | None = next((s for s in act.case.assignments if s.department_id == department_id), None)
    share = found or Assignment(case=act.case, department_id=department_id)
    if found is not None and not is_lead and found.status != AssignmentStatus.ENDED:
        return found
    share.is_lead, share.status, share.assigned_at = is_lead, AssignmentStatus.PENDING, act.now
    share.officer_id = share.signed_at = share.reported_at = share.ended_at = None
    share.note = act.facts.get("note")
    db.session.add(share)
    return share


def end_lead(act: Act) -> None:
    """The lead unit leads no more; it goes on reading the case, and may do nothing."""
    for share in act.case.assignments:
        if share.is_lead:
            share.is_lead = False
            _end(share, act.now)


def _end(share: Assignment, now: datetime) -> None:
    """End a share once: one that ended before keeps its time."""
    if share.status != AssignmentStatus.ENDED:
        share.status, share.ended_at = AssignmentStatus.ENDED, now


def end_shares(act: Act, keep: Collection[int] = ()) -> None:
    """End all shares but those of some departments."""
    for share in act.case.assignments:
        if share.department_id not in keep:
            _end(share, act.now)


def _sign_for(act: Act) -> None:
    share = share_of(act.case, act.actor)
    assert share is not None  # noqa: S101 - the rule share_is_pending has seen it
    share.status, share.signed_at, share.officer_id = (
        AssignmentStatus.HANDLING,
        act.now,
        act.actor.user_id or None,
    )
    act.recorded = {"is_lead": share.is_lead}
    if not share.is_lead:
        act.target, act.stamp, act.stops = Status(act.case.status), "", ()


def _report(act: Act) -> None:
    share = share_of(act.case, act.actor)
    assert share is not None  # noqa: S101 - the rule share_is_handled has seen it
    share.status, share.reported_at = AssignmentStatus.REPORTED, act.now
    for name in ("close_type", "result", "reply"):
        setattr(act.case, name, act.facts[name])
    act.case.reported_at = act.now
    act.recorded = {"close_type": act.facts["close_type"]}


def _follow_up(act: Act) -> None:
    db.session.add(
        FollowUp(
            case=act.case,
            officer_id=act.actor.user_id or None,
            round=act.case.rework_count,
            called_at=act.now,
            is_reached=act.facts["is_reached"],
            satisfaction=act.facts["satisfaction"],
            note=act.facts["note"],
        )
    )
    looks = timers.running(act.case, [ClockKind.SECOND_LOOK])
    if any(china_day(act.now) < look.due_on for look in looks):  # a call before its day is not the second look
        act.stops = (ClockKind.FOLLOW_UP,)
    act.recorded = {"is_reached": act.facts["is_reached"], "satisfaction": act.facts["satisfaction"]}


def _close(act: Act) -> None:
    end_shares(act)
    act.case.closed_at = act.now
    token = secrets.token_urlsafe(12)
    expires_at = act.now + timedelta(days=RATING_DAYS)
    db.session.add(
        Evaluation(
            case=act.case,
            round=act.case.rework_count,
            token_hash=keyring.index(f"rate:{token}"),
            invited_at=act.now,
            expires_at=expires_at,
        )
    )
    act.values = {
        "token": token,
        "link": f"{site.public_url}/evaluate/{token}",
        "due": china_day(expires_at).isoformat(),
    }


def _evaluate(act: Act) -> None:
    row = next(e for e in act.case.evaluations if e.round == act.case.rework_count)
    score = Score(act.facts["speed"], act.facts["result"], act.facts["manner"])
    row.speed, row.result, row.manner = score.speed, score.result, score.manner
    row.score, row.is_satisfied = float(score.mean), score.is_satisfied
    row.comment, row.submitted_at = act.facts["comment"], act.now
    act.case.evaluated_at = act.now


def _rework(act: Act) -> None:
    case = act.case
    case.rework_count += 1
    case.closed_at = case.evaluated_at = None
    for share in case.assignments:
        if share.is_lead:
            share.status, share.reported_at, share.ended_at = AssignmentStatus.HANDLING, None, None
    act.recorded = {"round": case.rework_count}


def _remind(act: Act) -> None:
    if act.ladder and act.ladder.audience:
        act.messages = [(notice(act.ladder.kind, "remind", act.ladder.audience), act.ladder.audience)]
        _late(act)


def _mark_overdue(act: Act) -> None:
    assert act.ladder is not None  # noqa: S101 - only the clock marks
    act.messages = [(MessageKind.OVERDUE, act.ladder.audience or Audience.CENTRE_LEADER)]
    _late(act)


def _escalate(act: Act) -> None:
    """To the unit's leader first, then a level up: by the step of the ladder, or by hand one level more."""
    if act.ladder and act.ladder.audience:
        is_up, audience = act.ladder.audience is Audience.SUPERIOR, act.ladder.audience
        _late(act)
    else:
        is_up = act.case.escalation_level > 0
        audience = Audience.SUPERIOR if is_up else _leader(act.case)
    act.messages = [(MessageKind.ESCALATED_UP if is_up else MessageKind.ESCALATED, audience)]
    act.case.escalation_level = max(act.case.escalation_level, 2 if is_up else 1)
    act.recorded |= {"level": 2 if is_up else 1}


def _leader(case: Case) -> Audience:
    return Audience.UNIT_LEADER if case.assigned_at else Audience.CENTRE_LEADER


def _late(act: Act) -> None:
    """Which limit, its last day, and how many working days have gone by since."""
    assert act.ladder is not None  # noqa: S101
    due_on = act.ladder.due_on
    late = act.books.calendar.working_days_between(due_on, china_day(act.now))
    act.values = {"due": due_on.isoformat(), "days": str(max(late, 1))}
    act.recorded = {"clock": act.ladder.kind, "due_on": due_on.isoformat()}


EFFECTS: Mapping[VerbName, Callable[[Act], None]] = {
    VerbName.CLASSIFY: _classify,
    VerbName.ACCEPT: _accept,
    VerbName.REJECT: _reject,
    VerbName.DEEM_ACCEPTED: _deem_accepted,
    VerbName.ASSIGN: _assign,
    VerbName.SIGN_FOR: _sign_for,
    VerbName.REPORT: _report,
    VerbName.FOLLOW_UP: _follow_up,
    VerbName.CLOSE: _close,
    VerbName.EVALUATE: _evaluate,
    VerbName.REWORK: _rework,
    VerbName.REMIND: _remind,
    VerbName.MARK_OVERDUE: _mark_overdue,
    VerbName.ESCALATE: _escalate,
}
