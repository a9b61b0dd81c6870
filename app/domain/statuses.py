"""Words of the life of a case: statuses, kinds of clock, names of verbs, and the shape of a row of the verb table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.domain.access import Role


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
    SUPPLEMENTING = "supplementing"
    WITHDRAWN = "withdrawn"


class AssignmentStatus(StrEnum):
    """Status of one unit's share in a case."""

    PENDING = "pending"
    HANDLING = "handling"
    REPORTED = "reported"
    ENDED = "ended"


class ClockKind(StrEnum):
    """What a deadline is for."""

    ENTER = "enter"
    ACCEPT = "accept"
    SIGN = "sign"
    HANDLE = "handle"
    FOLLOW_UP = "follow_up"
    SUPPLEMENT = "supplement"
    SECOND_LOOK = "second_look"


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
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    TRANSFER = "transfer"
    RETURN = "return"
    DESIGNATE = "designate"
    HANDLE_DIRECTLY = "handle_directly"
    WITHDRAW = "withdraw"
    IMPROVE = "improve"


OPEN = frozenset(Status) - {Status.NOT_ACCEPTED, Status.CLOSED, Status.WITHDRAWN}
STAMPS_BY_STATUS: Mapping[Status, tuple[str, ...]] = MappingProxyType(
    {
        Status.NOT_ACCEPTED: ("rejected_at", "reject_reason"),
        Status.PENDING_DISPATCH: ("accepted_at", "case_no"),
        Status.PENDING_CONFIRM: ("accepted_at", "case_no", "department_id", "assigned_at"),
        Status.INVESTIGATING: ("accepted_at", "case_no", "department_id", "assigned_at", "signed_at"),
        Status.PENDING_CLOSE: ("accepted_at", "case_no", "department_id", "reported_at"),
        Status.WITHDRAWN: ("withdrawn_at",),
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
        "return_reason": (
            "not_our_duty",
            "not_our_region",
            "higher_level",
            "is_ourselves",
            "not_enough_facts",
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
    kind: str = "text"  # text | line | choice | bool | matter | department | departments | stars | whole | day
    is_required: bool = True
    min_length: int = 0
    max_length: int = 2000
    most: int = 0  # of a whole number, from 1
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
    is_decided_by_silence: bool = False
    has_follow_up: bool = False
    can_be_called: bool = True
    is_evaluated: bool = False
    own_share: AssignmentStatus | None = None
    own_share_is_lead: bool = False
    is_acting_unit: bool = False
    may_return: bool = False
    is_designated: bool = False
