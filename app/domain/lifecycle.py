"""The life of a case as one table: statuses, verbs, who may do what when, and what each verb sets in motion.

Buttons, REST paths, permissions, timeline texts, CHECKs and the diagram in docs/lifecycle.md all come from VERBS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.domain.access import ADMINS, Actor, Role
from app.domain.errors import Reason


class Status(StrEnum):
    """Main status of a case."""

    PENDING_CLASSIFY = "pending_classify"
    PENDING_ACCEPT = "pending_accept"
    NOT_ACCEPTED = "not_accepted"
    PENDING_DISPATCH = "pending_dispatch"
    PENDING_CONFIRM = "pending_confirm"
    INVESTIGATING = "investigating"
    PENDING_CLOSE = "pending_close"
    CLOSED = "closed"


class AssignmentStatus(StrEnum):
    """Status of one unit's share in a case."""

    PENDING = "pending"
    HANDLING = "handling"
    REPORTED = "reported"
    ENDED = "ended"


class ClockKind(StrEnum):
    """What a deadline is for."""

    ACCEPT = "accept"
    SIGN = "sign"
    HANDLE = "handle"
    FOLLOW_UP = "follow_up"


class VerbName(StrEnum):
    """Every act that can befall a case."""

    FILE = "file"
    CLASSIFY = "classify"
    ACCEPT = "accept"
    REJECT = "reject"
    DEEM_ACCEPTED = "deem_accepted"
    ASSIGN = "assign"
    SIGN_FOR = "sign_for"
    REPORT = "report"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    EVALUATE = "evaluate"
    REWORK = "rework"
    REMIND = "remind"
    MARK_OVERDUE = "mark_overdue"
    ESCALATE = "escalate"


OPEN = frozenset(Status) - {Status.NOT_ACCEPTED, Status.CLOSED}
ACCEPTED = frozenset(Status) - {Status.PENDING_CLASSIFY, Status.PENDING_ACCEPT, Status.NOT_ACCEPTED}
STAMPS_BY_STATUS: Mapping[Status, tuple[str, ...]] = MappingProxyType(
    {
        Status.NOT_ACCEPTED: ("rejected_at", "reject_reason"),
        Status.PENDING_DISPATCH: ("accepted_at", "case_no"),
        Status.PENDING_CONFIRM: ("accepted_at", "case_no", "department_id", "assigned_at"),
        Status.INVESTIGATING: ("accepted_at", "case_no", "department_id", "assigned_at", "signed_at"),
        Status.PENDING_CLOSE: ("accepted_at", "case_no", "department_id", "reported_at"),
        Status.CLOSED: ("accepted_at", "case_no", "department_id", "reported_at", "closed_at"),
    }
)


CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "not_accept_reason": (
            "out_of_scope",
            "civil_dispute",
            "legal_procedure",
            "taken_elsewhere",
            "unclear",
            "repeated",
            "in_progress",
            "not_supplemented",
            "force_majeure",
            "other",
        ),
        "close_type": ("solved", "partly_solved", "plan_agreed", "explained", "moved", "other"),
        "satisfaction": (
            "very_satisfied",
            "satisfied",
            "fairly_satisfied",
            "dissatisfied",
            "very_dissatisfied",
        ),
    }
)
"""Dictionaries of the choice facts; the words are in the catalogues of translations/."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a verb needs to know. `kind` picks the widget and the JSON type; `choices` names a dictionary."""

    name: str
    kind: str = "text"  # text | line | choice | bool | matter | department | departments | stars
    is_required: bool = True
    min_length: int = 0
    max_length: int = 2000
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the table. `moves` maps source status to target; `rules` name further conditions (RULES)."""

    name: VerbName
    moves: Mapping[Status, Status]
    roles: frozenset[Role]
    facts: tuple[Fact, ...] = ()
    rules: tuple[str, ...] = ()
    stamp: str = ""
    starts: tuple[ClockKind, ...] = ()
    stops: tuple[ClockKind, ...] = ()
    messages: tuple[str, ...] = ()
    is_button: bool = True
    is_bulk: bool = False


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules need to know of a case, told by the operation that read it."""

    status: Status
    needs_province_to_reject: bool = False
    has_deemed_acceptance: bool = False
    has_follow_up: bool = False
    can_be_called: bool = True
    is_evaluated: bool = False
    own_share: AssignmentStatus | None = None
    own_share_is_lead: bool = False
    is_acting_unit: bool = False


def _stay(*statuses: Status) -> dict[Status, Status]:
    return {status: status for status in statuses}


_S = Status
_CENTRE_INTAKE = ADMINS | {Role.INTAKE}
_CENTRE_DISPATCH = ADMINS | {Role.DISPATCHER}
_CENTRE_CHECK = ADMINS | {Role.CALLER, Role.SUPERVISOR}
_UNIT = frozenset({Role.HANDLER, Role.UNIT_LEADER})
_CLOCK = frozenset({Role.CLOCK})
_NOTE = Fact("note", "text", is_required=False)
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
        (_ACTING, "province_approves_refusal"),
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
        _UNIT,
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
        stops=(ClockKind.FOLLOW_UP,),
    ),
    Verb(
        VerbName.CLOSE,
        {_S.PENDING_CLOSE: _S.CLOSED},
        ADMINS | {Role.SUPERVISOR, Role.DISPATCHER} | _UNIT,
        (_NOTE,),
        (_ACTING, "follow_up_is_done"),
        "closed_at",
        stops=(ClockKind.SIGN, ClockKind.FOLLOW_UP, ClockKind.HANDLE),
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
        stops=(ClockKind.FOLLOW_UP,),
        messages=("rework",),
    ),
    Verb(
        VerbName.REMIND,
        _stay(*sorted(OPEN)),
        _CLOCK | ADMINS | {Role.SUPERVISOR},
        (_NOTE,),
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
