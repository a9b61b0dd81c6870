"""Ways out of the straight line: supplements, returns, transfers, designation, withdrawal, improvement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.access import Role
from app.domain.deadlines import Limit, LimitUnit, china_day
from app.domain.errors import Invalid, Reason, Refused
from app.domain.lifecycle import AssignmentStatus, ClockKind, Status, VerbName
from app.domain.redaction import redacted
from app.extensions import db
from app.models.improvement import Improvement
from app.operations import effects, timers
from app.operations.casework import Act, share_of


def _request_supplement(act: Act) -> None:
    """Ask the complainant for more; the clock to decide stands still meanwhile (补正, at most 30 days)."""
    left = _days_left(act)
    if act.facts["days"] > left:
        raise Refused(Reason("supplement_days", "Of the days for supplements %(days)s are left.", {"days": left}))
    act.case.supplement_request = act.facts["what"]
    act.limits = {ClockKind.SUPPLEMENT: Limit(act.facts["days"], LimitUnit.DAY)}
    timers.suspend(act.case, ClockKind.ACCEPT, act.now, VerbName.REQUEST_SUPPLEMENT)
    act.recorded, act.note = {"days": act.facts["days"]}, act.facts["what"]


def _days_left(act: Act) -> int:
    """Days that may still be asked for: all times for which the case stood still count, however often it was asked."""
    stood = [pause for clock in act.case.deadlines for pause in timers.pauses_of(clock)]
    gone = sum((china_day(pause.until) - china_day(pause.since)).days for pause in stood)
    return max(timers.limit_of(act.case, ClockKind.SUPPLEMENT, act.books).value - gone, 0)


def _supplement(act: Act) -> None:
    """What was asked for has come, or its time is over and the case goes on with what there is."""
    is_late = Role.CLOCK in act.actor.roles
    if not is_late and not act.facts["text"]:
        raise Invalid({"text": "Please fill this in."})
    timers.stop(act.case, act.stops, act.now, is_met=not is_late)
    act.stops, act.case.supplement_request = (), None
    timers.resume(act.case, ClockKind.ACCEPT, act.now, act.books)
    if act.case.matter_id is None:
        act.target = Status.PENDING_CLASSIFY
    act.recorded, act.note = {"is_late": is_late, **_told(act, act.facts["text"])}, act.facts["text"]


def _told(act: Act, text: str | None) -> dict[str, str]:
    """What a complainant says as it is read outside the centre: without numbers, and without their own name."""
    who = act.case.complainant
    return {"redacted": redacted(text, [name for name in (who.name, who.org_name) if name])} if text else {}


def _hand_over(act: Act) -> None:
    """To another lead unit, which signs for it; the limit to handle goes on."""
    case = act.case
    department_id = effects.may_handle(case, act.facts["department_code"], act.books, "department_code")
    effects.end_lead(act)
    act.is_met = False
    effects.share_out(act, department_id, is_lead=True)
    case.department_id, case.assigned_at, case.signed_at = department_id, act.now, None
    for clock in timers.running(case, [ClockKind.HANDLE]):
        clock.department_id = department_id
    act.recorded = {"department_code": act.facts["department_code"]}


def _transfer(act: Act) -> None:
    """The centre moves the case on (转办); what was designated before is over with that."""
    if act.books.department_ids.get(act.facts["department_code"]) == act.case.department_id:
        raise Invalid({"department_code": "This unit leads the case already."})
    _hand_over(act)
    act.case.is_designated = False


def _designate(act: Act) -> None:
    """An authority names a unit of its own area (指定管辖); it cannot return the case."""
    _hand_over(act)
    directory = act.books.directory
    if act.actor.region_code not in directory.climb(directory.units[act.facts["department_code"]].region_code):
        raise Refused(Reason("not_under", "Only a unit of your own area can be designated."))
    act.case.is_designated = True


def _return(act: Act) -> None:
    """The unit gives the case back to the centre, with reason, basis and the unit it suggests."""
    case, suggested = act.case, act.facts["suggested_code"]
    department_id = effects.may_handle(case, suggested, act.books, "suggested_code") if suggested else None
    effects.end_lead(act)
    act.is_met = False
    case.department_id, case.assigned_at, case.signed_at = department_id, None, None
    for clock in timers.running(case, [ClockKind.HANDLE]):
        clock.department_id = department_id
    names = ("reason_code", "basis", "suggested_code")
    act.recorded = {name: act.facts[name] for name in names}


def _handle_directly(act: Act) -> None:
    """The centre handles the case itself (直办)."""
    case = act.case
    case.department_id = effects.may_handle(case, act.actor.department_code, act.books, "department_code")
    share = effects.share_out(act, case.department_id, is_lead=True)
    share.status, share.signed_at, share.officer_id = AssignmentStatus.HANDLING, act.now, act.actor.user_id or None
    case.assigned_at = case.signed_at = act.now
    for clock in timers.running(case, [ClockKind.HANDLE]):
        clock.department_id = case.department_id


def _withdraw(act: Act) -> None:
    """The complainant takes the case back; the units stop and keep what they have."""
    if act.case.assigned_at is None:
        act.messages = []
    effects.end_shares(act)
    timers.resume(act.case, ClockKind.ACCEPT, act.now, act.books)
    act.case.supplement_request, act.is_met = None, False
    act.recorded = _told(act, act.facts["reason"])


def _improve(act: Act) -> None:
    """What the unit changes so that it does not happen again (整改), with a day to check."""
    check_on = act.facts["check_on"]
    if check_on <= china_day(act.now):
        raise Invalid({"check_on": "The day must lie in the future."})
    share = share_of(act.case, act.actor)
    assert share is not None  # noqa: S101 - the rule share_is_lead has seen it
    row = Improvement(
        case=act.case,
        department_id=share.department_id,
        measure=act.facts["measure"],
        check_on=check_on,
        promised_at=act.now,
    )
    db.session.add(row)
    act.recorded, act.note = {"check_on": check_on.isoformat()}, act.facts["measure"]


EFFECTS: Mapping[VerbName, Callable[[Act], None]] = {
    **effects.EFFECTS,
    VerbName.REQUEST_SUPPLEMENT: _request_supplement,
    VerbName.SUPPLEMENT: _supplement,
    VerbName.TRANSFER: _transfer,
    VerbName.DESIGNATE: _designate,
    VerbName.RETURN: _return,
    VerbName.HANDLE_DIRECTLY: _handle_directly,
    VerbName.WITHDRAW: _withdraw,
    VerbName.IMPROVE: _improve,
}
