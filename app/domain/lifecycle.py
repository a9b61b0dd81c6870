"""The life of a case as one table: statuses, verbs, who may do what when, and what each verb sets in motion.

Buttons, REST paths, permissions, timeline texts, CHECKs and the diagram in docs/lifecycle.md all come from VERBS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.domain.access import ADMINS, Actor, Role
from app.domain.errors import Reason
from app.domain.statuses import (
    CHOICES,
    OPEN,
    STAMPS_BY_STATUS,
    AssignmentStatus,
    CaseFacts,
    ClockKind,
    Fact,
    Status,
    Verb,
    VerbName,
)

__all__ = [
    "CHOICES",
    "OPEN",
    "RULES",
    "STAMPS_BY_STATUS",
    "VERBS",
    "AssignmentStatus",
    "CaseFacts",
    "ClockKind",
    "Edge",
    "Fact",
    "Status",
    "Verb",
    "VerbName",
    "edges",
    "why_not",
]


def _stay(*statuses: Status) -> dict[Status, Status]:
    return {status: status for status in statuses}


_S = Status
_CENTRE_INTAKE = ADMINS | {Role.INTAKE}
_CENTRE_DISPATCH = ADMINS | {Role.DISPATCHER}
_CENTRE_CHECK = ADMINS | {Role.CALLER, Role.SUPERVISOR}
_UNIT = frozenset({Role.HANDLER, Role.UNIT_LEADER})
_CLOCK = frozenset({Role.CLOCK})
_NOTE = Fact("note", "text", is_required=False)
_REASON = Fact("reason", min_length=10)
_ACTING = "unit_only_when_centre_is_recused"

_TABLE = (
    Verb(
        VerbName.FILE,
        {},
        ADMINS | {Role.INTAKE, Role.WINDOW, Role.API_CLIENT, Role.COMPLAINANT, Role.SYSTEM},
        starts=(ClockKind.ACCEPT,),
        messages=("received",),
        is_button=False,
    ),
    Verb(
        VerbName.CLASSIFY,
        {_S.PENDING_CLASSIFY: _S.PENDING_ACCEPT, **_stay(_S.PENDING_ACCEPT, _S.PENDING_DISPATCH)},
        _CENTRE_INTAKE | {Role.DISPATCHER},
        (Fact("matter_code", "matter"),),
        is_bulk=True,
    ),
    Verb(
        VerbName.ACCEPT,
        {_S.PENDING_ACCEPT: _S.PENDING_DISPATCH},
        _CENTRE_INTAKE | _UNIT,
        (_NOTE,),
        (_ACTING,),
        "accepted_at",
        (ClockKind.HANDLE,),
        (ClockKind.ACCEPT,),
        ("accepted",),
        is_bulk=True,
    ),
    Verb(
        VerbName.REJECT,
        {_S.PENDING_CLASSIFY: _S.NOT_ACCEPTED, _S.PENDING_ACCEPT: _S.NOT_ACCEPTED},
        _CENTRE_INTAKE | _UNIT,
        (Fact("reason_code", "choice", choices="not_accept_reason"), Fact("reason", min_length=10)),
        (_ACTING, "province_approves_refusal", "decided_in_time"),
        "rejected_at",
        stops=(ClockKind.ACCEPT,),
        messages=("not_accepted",),
    ),
    Verb(
        VerbName.DEEM_ACCEPTED,
        {_S.PENDING_CLASSIFY: _S.PENDING_DISPATCH, _S.PENDING_ACCEPT: _S.PENDING_DISPATCH},
        _CLOCK,
        rules=("deemed_acceptance_is_law",),
        stamp="accepted_at",
        starts=(ClockKind.HANDLE,),
        stops=(ClockKind.ACCEPT,),
        messages=("deemed_accepted", "deemed_notice"),
        is_button=False,
    ),
    Verb(
        VerbName.ASSIGN,
        {_S.PENDING_DISPATCH: _S.PENDING_CONFIRM},
        _CENTRE_DISPATCH | _UNIT,
        (
            Fact("department_code", "department", is_required=False),
            Fact("co_department_codes", "departments", is_required=False),
            _NOTE,
        ),
        (_ACTING,),
        "assigned_at",
        (ClockKind.SIGN,),
        messages=("assigned",),
        is_bulk=True,
    ),
    Verb(
        VerbName.SIGN_FOR,
        {_S.PENDING_CONFIRM: _S.INVESTIGATING, **_stay(_S.INVESTIGATING)},
        _UNIT,
        (_NOTE,),
        ("share_is_pending",),
        "signed_at",
        stops=(ClockKind.SIGN,),
        is_bulk=True,
    ),
    Verb(
        VerbName.REPORT,
        {_S.INVESTIGATING: _S.PENDING_CLOSE},
        _UNIT | _CENTRE_DISPATCH,
        (
            Fact("close_type", "choice", choices="close_type"),
            Fact("result", min_length=10),
            Fact("reply", min_length=10),
        ),
        ("share_is_handled",),
        "reported_at",
        (ClockKind.FOLLOW_UP,),
        (ClockKind.HANDLE,),
    ),
    Verb(
        VerbName.FOLLOW_UP,
        _stay(_S.PENDING_CLOSE, _S.CLOSED),
        _CENTRE_CHECK | _UNIT,
        (
            Fact("is_reached", "bool", is_required=False),
            Fact("satisfaction", "choice", is_required=False, choices="satisfaction"),
            Fact("note", min_length=2),
        ),
        (_ACTING,),
        stops=(ClockKind.FOLLOW_UP, ClockKind.SECOND_LOOK),
    ),
    Verb(
        VerbName.CLOSE,
        {_S.PENDING_CLOSE: _S.CLOSED},
        ADMINS | {Role.SUPERVISOR, Role.DISPATCHER} | _UNIT,
        (_NOTE,),
        (_ACTING, "follow_up_is_done"),
        "closed_at",
        (ClockKind.SECOND_LOOK,),
        (ClockKind.SIGN, ClockKind.FOLLOW_UP, ClockKind.HANDLE),
        messages=("closed", "rate"),
    ),
    Verb(
        VerbName.EVALUATE,
        _stay(_S.CLOSED),
        frozenset({Role.COMPLAINANT}),
        (
            Fact("speed", "stars"),
            Fact("result", "stars"),
            Fact("manner", "stars"),
            Fact("comment", is_required=False, max_length=300),
        ),
        ("not_yet_evaluated",),
        "evaluated_at",
        is_button=False,
    ),
    Verb(
        VerbName.REWORK,
        {_S.PENDING_CLOSE: _S.INVESTIGATING, _S.CLOSED: _S.INVESTIGATING},
        _CENTRE_CHECK | _UNIT,
        (Fact("reason", min_length=10),),
        (_ACTING,),
        starts=(ClockKind.HANDLE,),
        stops=(ClockKind.FOLLOW_UP, ClockKind.SECOND_LOOK),
        messages=("rework",),
    ),
    Verb(
        VerbName.REMIND,
        _stay(*sorted(OPEN), _S.CLOSED),
        _CLOCK | ADMINS | {Role.SUPERVISOR},
        (_NOTE,),
        ("closed_is_for_the_clock",),
        messages=("due_soon",),
    ),
    Verb(VerbName.MARK_OVERDUE, _stay(*sorted(OPEN)), _CLOCK, messages=("overdue",), is_button=False),
    Verb(
        VerbName.ESCALATE,
        _stay(*sorted(OPEN)),
        _CLOCK | ADMINS | {Role.SUPERVISOR},
        (_NOTE,),
        messages=("escalated",),
    ),
    Verb(
        VerbName.REQUEST_SUPPLEMENT,
        {_S.PENDING_CLASSIFY: _S.SUPPLEMENTING, _S.PENDING_ACCEPT: _S.SUPPLEMENTING},
        _CENTRE_INTAKE | _UNIT,
        (Fact("what", min_length=5, max_length=300), Fact("days", "whole", most=30)),
        (_ACTING, "decided_in_time"),
        starts=(ClockKind.SUPPLEMENT,),
        messages=("supplement",),
    ),
    Verb(
        VerbName.SUPPLEMENT,
        {_S.SUPPLEMENTING: _S.PENDING_ACCEPT},
        _CENTRE_INTAKE | {Role.COMPLAINANT, Role.WINDOW, Role.API_CLIENT, Role.CLOCK},
        (Fact("text", is_required=False, max_length=5000),),
        stops=(ClockKind.SUPPLEMENT,),
    ),
    Verb(
        VerbName.TRANSFER,
        {_S.PENDING_CONFIRM: _S.PENDING_CONFIRM, _S.INVESTIGATING: _S.PENDING_CONFIRM},
        _CENTRE_DISPATCH,
        (Fact("department_code", "department"), _REASON),
        starts=(ClockKind.SIGN,),
        stops=(ClockKind.SIGN,),
        messages=("assigned",),
    ),
    Verb(
        VerbName.RETURN,
        {_S.PENDING_CONFIRM: _S.PENDING_DISPATCH, _S.INVESTIGATING: _S.PENDING_DISPATCH},
        _UNIT,
        (
            Fact("reason_code", "choice", choices="return_reason"),
            _REASON,
            Fact("basis", "line", min_length=2, max_length=200),
            Fact("suggested_code", "department", is_required=False),
        ),
        ("share_is_lead", "not_acting", "not_designated", "return_in_time"),
        stops=(ClockKind.SIGN,),
        messages=("returned",),
    ),
    Verb(
        VerbName.DESIGNATE,
        {_S.PENDING_DISPATCH: _S.PENDING_CONFIRM, _S.PENDING_CONFIRM: _S.PENDING_CONFIRM},
        ADMINS,
        (Fact("department_code", "department"), _REASON),
        starts=(ClockKind.SIGN,),
        stops=(ClockKind.SIGN,),
        messages=("assigned",),
    ),
    Verb(
        VerbName.HANDLE_DIRECTLY,
        {_S.PENDING_DISPATCH: _S.INVESTIGATING},
        _CENTRE_DISPATCH,
        (_NOTE,),
    ),
    Verb(
        VerbName.WITHDRAW,
        dict.fromkeys(sorted(OPEN - {_S.PENDING_CLOSE}), _S.WITHDRAWN),
        _CENTRE_INTAKE | {Role.COMPLAINANT, Role.WINDOW},
        (Fact("reason", min_length=2, max_length=300),),
        stamp="withdrawn_at",
        stops=(ClockKind.ACCEPT, ClockKind.SIGN, ClockKind.HANDLE, ClockKind.SUPPLEMENT),
        messages=("withdrawn",),
    ),
    Verb(
        VerbName.IMPROVE,
        _stay(_S.CLOSED),
        _UNIT | _CENTRE_DISPATCH,
        (Fact("measure", min_length=10), Fact("check_on", "day")),
        ("share_is_lead",),
    ),
)
VERBS: Mapping[VerbName, Verb] = MappingProxyType({verb.name: verb for verb in _TABLE})


def _rule_unit(facts: CaseFacts, actor: Actor) -> bool:
    return not (actor.roles & _UNIT) or bool(actor.roles - _UNIT) or facts.is_acting_unit


RULES = MappingProxyType(
    {
        "unit_only_when_centre_is_recused": (
            _rule_unit,
            "Only when the centre itself is complained about does the unit do this.",
        ),
        "province_approves_refusal": (
            lambda facts, actor: not facts.needs_province_to_reject or actor.level == "province",
            "A refusal needs the approval of the provincial authority (豫政办〔2024〕67号).",
        ),
        "decided_in_time": (
            lambda facts, _: not facts.is_decided_by_silence,
            "The time to decide is over: by its rule the case counts as accepted.",
        ),
        "deemed_acceptance_is_law": (
            lambda facts, _: facts.has_deemed_acceptance,
            "The rule this case was filed under knows no deemed acceptance.",
        ),
        "share_is_pending": (
            lambda facts, _: facts.own_share is AssignmentStatus.PENDING,
            "There is nothing here for your unit to sign for.",
        ),
        "share_is_handled": (
            lambda facts, _: facts.own_share is AssignmentStatus.HANDLING and facts.own_share_is_lead,
            "Only the lead unit that has signed for the case reports.",
        ),
        "share_is_lead": (
            lambda facts, _: facts.own_share is not None and facts.own_share_is_lead,
            "Only the lead unit does this.",
        ),
        "not_acting": (
            lambda facts, _: not facts.is_acting_unit,
            "Your unit acts for the centre: there is nobody to return the case to.",
        ),
        "not_designated": (
            lambda facts, _: not facts.is_designated,
            "Your unit was designated: the case cannot be returned.",
        ),
        "return_in_time": (
            lambda facts, _: facts.may_return,
            "The time in which a case may be returned is over.",
        ),
        "closed_is_for_the_clock": (
            lambda facts, actor: facts.status in OPEN or Role.CLOCK in actor.roles,
            "The case is closed: nobody is reminded by hand.",
        ),
        "follow_up_is_done": (
            lambda facts, _: facts.has_follow_up or not facts.can_be_called,
            "The complainant has not been called back yet.",
        ),
        "not_yet_evaluated": (lambda facts, _: not facts.is_evaluated, "This case has been rated already."),
    }
)


def why_not(verb: Verb, facts: CaseFacts, actor: Actor) -> tuple[Reason, ...]:
    """Reasons why `actor` may not do `verb` now; empty when it is allowed."""
    reasons = []
    if not verb.roles & actor.roles:
        reasons.append(Reason("role", "Your role does not do this."))
    if facts.status not in verb.moves:
        reasons.append(Reason("status", "Not possible in status %(status)s.", {"status": f"status:{facts.status}"}))
    else:
        reasons += [Reason(rule, RULES[rule][1]) for rule in verb.rules if not RULES[rule][0](facts, actor)]
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow of the diagram."""

    source: str
    target: str
    verb: str


def edges() -> list[Edge]:
    """All arrows that change the status, for docs/lifecycle.md."""
    found = [
        Edge("filed", _S.PENDING_CLASSIFY, VerbName.FILE),
        Edge("filed", _S.PENDING_ACCEPT, VerbName.FILE),
    ]
    for verb in VERBS.values():
        found += [Edge(a, b, verb.name) for a, b in verb.moves.items() if a is not b]
    return found
