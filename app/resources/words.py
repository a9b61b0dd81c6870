"""Words for the codes in rows and rules, for people who work here: statuses, verbs, clocks, choices, messages.

Each kind maps a code to lazy text. A rule says ``status:closed`` where it means the word; `spoken` turns it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.domain.lifecycle import AssignmentStatus, ClockKind, Status, VerbName
from app.resources.notices import AUDIENCE, MESSAGE, MESSAGE_REASON, MESSAGE_STATUS

Words = Mapping[str, LazyString]
Choices = tuple[tuple[str, LazyString], ...]

STATUS: Words = {
    Status.PENDING_CLASSIFY: _l("To be classified"),
    Status.PENDING_ACCEPT: _l("To be accepted"),
    Status.NOT_ACCEPTED: _l("Not accepted"),
    Status.PENDING_DISPATCH: _l("To be assigned"),
    Status.PENDING_CONFIRM: _l("To be signed for"),
    Status.INVESTIGATING: _l("Being handled"),
    Status.PENDING_CLOSE: _l("To be closed"),
    Status.CLOSED: _l("Closed"),
    Status.SUPPLEMENTING: _l("Being supplemented"),
    Status.WITHDRAWN: _l("Withdrawn"),
}
SHARE: Words = {
    AssignmentStatus.PENDING: _l("To be signed for"),
    AssignmentStatus.HANDLING: _l("Being handled"),
    AssignmentStatus.REPORTED: _l("Reported"),
    AssignmentStatus.ENDED: _l("Ended"),
}
VERB: Words = {
    VerbName.FILE: _l("File"),
    VerbName.CLASSIFY: _l("Classify"),
    VerbName.ACCEPT: _l("Accept"),
    VerbName.REJECT: _l("Do not accept"),
    VerbName.DEEM_ACCEPTED: _l("Deemed accepted"),
    VerbName.ASSIGN: _l("Assign"),
    VerbName.SIGN_FOR: _l("Sign for"),
    VerbName.REPORT: _l("Report the result"),
    VerbName.FOLLOW_UP: _l("Follow up"),
    VerbName.CLOSE: _l("Close the case"),
    VerbName.EVALUATE: _l("Rate"),
    VerbName.REWORK: _l("Rework"),
    VerbName.REMIND: _l("Remind"),
    VerbName.MARK_OVERDUE: _l("Mark as overdue"),
    VerbName.ESCALATE: _l("Escalate"),
    VerbName.REQUEST_SUPPLEMENT: _l("Ask for a supplement"),
    VerbName.SUPPLEMENT: _l("Supplement"),
    VerbName.TRANSFER: _l("Transfer"),
    VerbName.RETURN: _l("Return to the centre"),
    VerbName.DESIGNATE: _l("Designate a unit"),
    VerbName.HANDLE_DIRECTLY: _l("Handle directly"),
    VerbName.WITHDRAW: _l("Withdraw"),
    VerbName.IMPROVE: _l("Promise an improvement"),
    "note": _l("Note"),
    "attach": _l("Add evidence"),
}
CLOCK: Words = {
    ClockKind.ENTER: _l("Limit for entering"),
    ClockKind.ACCEPT: _l("Limit for accepting"),
    ClockKind.SIGN: _l("Limit for signing"),
    ClockKind.HANDLE: _l("Limit for handling"),
    ClockKind.FOLLOW_UP: _l("Limit for following up"),
    ClockKind.SUPPLEMENT: _l("Limit for supplementing"),
    ClockKind.SECOND_LOOK: _l("Second look"),
}
LIMIT_UNIT: Words = {"working_day": _l("working days"), "day": _l("days"), "hour": _l("hours")}
CHANNEL: Words = {
    "online": _l("Website"),
    "mobile": _l("Mobile"),
    "window": _l("Window"),
    "hotline": _l("Hotline 12345"),
    "letter": _l("Letter, fax or e-mail"),
    "superior": _l("Assigned from above"),
    "transfer": _l("Handed over by another body"),
    "inspector": _l("Invited inspector"),
    "history": _l("Earlier case"),
    "other": _l("Other"),
}
RESPONDENT_KIND: Words = {
    "government": _l("Governments and their departments"),
    "judicial": _l("Supervisory commissions, courts, procuratorates, public security"),
    "utility": _l("Public utilities"),
    "association": _l("Industry associations and chambers of commerce"),
    "authority": _l("Authority for the business environment"),
}
COMPLAINANT_KIND: Words = {"person": _l("Person"), "company": _l("Company")}
NOT_ACCEPT_REASON: Words = {
    "out_of_scope": _l("Outside the scope of this platform"),
    "civil_dispute": _l("A civil dispute between businesses"),
    "legal_procedure": _l("In or for litigation, arbitration or administrative review"),
    "taken_elsewhere": _l("Taken up by petition or discipline bodies"),
    "unclear": _l("No clear respondent, facts or claim"),
    "repeated": _l("Closed before and repeated without new facts or evidence"),
    "in_progress": _l("The same matter is being handled (joined)"),
    "not_supplemented": _l("Not supplemented in time"),
    "force_majeure": _l("Caused by force majeure"),
    "other": _l("Other"),
}
RETURN_REASON: Words = {
    "not_our_duty": _l("Not the duty of this unit"),
    "not_our_region": _l("Not in this region"),
    "higher_level": _l("For a higher level to handle"),
    "is_ourselves": _l("The complaint is about this unit (recusal)"),
    "not_enough_facts": _l("Not enough material to investigate"),
    "other": _l("Other"),
}
CLOSE_TYPE: Words = {
    "solved": _l("Solved"),
    "partly_solved": _l("Partly solved"),
    "plan_agreed": _l("Plan for payment or remedy agreed"),
    "explained": _l("Explained (claim not upheld)"),
    "moved": _l("Passed on to the competent body"),
    "other": _l("Other"),
}
SATISFACTION: Words = {
    "very_satisfied": _l("Very satisfied"),
    "satisfied": _l("Satisfied"),
    "fairly_satisfied": _l("Fairly satisfied"),
    "dissatisfied": _l("Dissatisfied"),
    "very_dissatisfied": _l("Very dissatisfied"),
}
LEVEL: Words = {
    "province": _l("Province"),
    "city": _l("City"),
    "county": _l("County"),
    "zone": _l("Development zone"),
}
CASE_TYPE: Words = {
    "approval": _l("Administrative approval"),
    "arrears": _l("Arrears"),
    "litigation": _l("Law and litigation"),
    "resources": _l("Supply of resources"),
    "enforcement": _l("Law enforcement"),
    "project": _l("Irregular projects"),
    "other": _l("Other"),
}
DAY_KIND: Words = {"off": _l("Day off"), "work": _l("Make-up workday")}
DAY_REASON: Words = {
    "start_day": _l("The day it starts is not counted"),
    "working": _l("Workday"),
    "make_up": _l("Make-up workday"),
    "weekend": _l("Weekend"),
    "holiday": _l("Holiday"),
    "rolled_to": _l("First workday after the last day"),
    "suspended": _l("The clock stood still"),
}
CHANGE: Words = {"create": _l("Added"), "update": _l("Changed"), "delete": _l("Deleted")}
ACTOR_KIND: Words = {
    "officer": _l("Officer"),
    "client": _l("Connected system"),
    "complainant": _l("Complainant"),
    "clock": _l("Clock"),
    "system": _l("System"),
}
FACT: Words = {
    "matter_code": _l("Matter"),
    "note": _l("Note"),
    "reason_code": _l("Ground"),
    "what": _l("What is missing"),
    "days": _l("Days to supplement"),
    "text": _l("What is supplied"),
    "basis": _l("Legal basis"),
    "suggested_code": _l("Suggested unit"),
    "measure": _l("Measure"),
    "check_on": _l("Day to check"),
    "is_late": _l("Time ran out"),
    "reason": _l("Reason in writing"),
    "department_code": _l("Lead department"),
    "co_department_codes": _l("Co-handling departments"),
    "close_type": _l("Kind of result"),
    "result": _l("Report on the result"),
    "reply": _l("Reply to the complainant"),
    "is_reached": _l("The complainant was reached"),
    "is_lead": _l("Lead"),
    "is_escalated": _l("Escalated by the route"),
    "channel": _l("Channel"),
    "satisfaction": _l("Satisfaction"),
    "level": _l("Level of escalation"),
    "round": _l("Round"),
    "clock": _l("Limit"),
    "due_on": _l("Due on"),
    "clause": _l("Clause"),
    "speed": _l("Speed"),
    "manner": _l("Manner"),
    "comment": _l("Comment"),
    "count": _l("Files"),
    "sha256": _l("Check sums (beginning)"),
}
ROLE: Words = {
    Role.PLATFORM_ADMIN: _l("Platform administrator"),
    Role.CITY_ADMIN: _l("City administrator"),
    Role.COUNTY_ADMIN: _l("County administrator"),
    Role.INTAKE: _l("Intake officer"),
    Role.DISPATCHER: _l("Dispatcher"),
    Role.HANDLER: _l("Handler"),
    Role.UNIT_LEADER: _l("Unit leader"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.CALLER: _l("Caller"),
    Role.WINDOW: _l("Window officer"),
    Role.LEADER_VIEW: _l("Leader (reads only)"),
    Role.AUDITOR: _l("Auditor"),
    Role.SECURITY_ADMIN: _l("Security administrator"),
    Role.API_CLIENT: _l("Connected system"),
}
KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "status": STATUS,
        "share": SHARE,
        "verb": VERB,
        "clock": CLOCK,
        "limit_unit": LIMIT_UNIT,
        "channel": CHANNEL,
        "respondent_kind": RESPONDENT_KIND,
        "complainant_kind": COMPLAINANT_KIND,
        "not_accept_reason": NOT_ACCEPT_REASON,
        "return_reason": RETURN_REASON,
        "close_type": CLOSE_TYPE,
        "satisfaction": SATISFACTION,
        "level": LEVEL,
        "case_type": CASE_TYPE,
        "day_kind": DAY_KIND,
        "day_reason": DAY_REASON,
        "change": CHANGE,
        "fact": FACT,
        "actor_kind": ACTOR_KIND,
        "role": ROLE,
        "message": MESSAGE,
        "message_status": MESSAGE_STATUS,
        "message_reason": MESSAGE_REASON,
        "audience": AUDIENCE,
    }
)


def choices(words: Words) -> Choices:
    """The (value, label) pairs of a kind, in their order, for selects."""
    return tuple((str(code), text) for code, text in words.items())


def word(kind: str, code: Any) -> str:
    """The word for a code; a code without one stays as it is, and nothing stays nothing."""
    return "" if code is None else str(KINDS.get(kind, {}).get(str(code), code))


def spoken(value: Any) -> Any:
    """A value as rules give it: ``status:closed`` becomes its word, anything else stays."""
    kind, colon, code = value.partition(":") if isinstance(value, str) else ("", "", "")
    return word(kind, code) if colon and kind in KINDS else value
