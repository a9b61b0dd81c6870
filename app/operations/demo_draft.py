"""A made-up case as plain rows: what it has, and what is being done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.access import Actor
from app.domain.deadlines import Planned, next_step
from app.domain.lifecycle import ClockKind, Status, Verb, VerbName
from app.domain.messages import Audience, MessageKind
from app.operations.books import Policy
from app.operations.filing import Filing

Row = dict[str, Any]


@dataclass
class Timer:
    """A limit of a case: its row, and the steps planned before and after it."""

    row: Row
    plan: list[Planned]
    taken: set[str] = field(default_factory=set)

    def schedule(self) -> None:
        """Set the next step, or none."""
        step, at = next_step(self.plan, self.taken) or (None, None)
        self.row["next_step"], self.row["next_check_at"] = step and step.code, at

    def end(self, at: datetime) -> None:
        """End it: the act that it waited for was done, in time or not."""
        self.row |= {"ended_at": at, "met_at": at, "next_check_at": None, "next_step": None}


@dataclass
class Draft:
    """A case with everything that hangs on it, and what was done, in order."""

    filing: Filing
    filed_by: Actor
    case: Row
    policy: Policy
    is_recused: bool = False
    events: list[Row] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    steps: list[tuple[Timer, Row]] = field(default_factory=list)
    shares: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    acts: list[tuple[VerbName, Actor, datetime, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """Where the case stands."""
        return Status(self.case["status"])

    @property
    def phone(self) -> str | None:
        """The complainant's phone, in its stored form already."""
        return self.filing.complainant.phone

    @property
    def number(self) -> str:
        """Formal number once there is one, else the receipt number."""
        return str(self.case["case_no"] or self.case["receipt_no"])

    @property
    def round(self) -> int:
        """0 at first, one more after each rework."""
        return int(self.case["rework_count"])

    @property
    def last_at(self) -> datetime:
        """When something last happened."""
        at: datetime = self.events[-1]["happened_at"]
        return at

    def running(self) -> list[Timer]:
        """Limits that have not ended."""
        return [timer for timer in self.timers if timer.row["ended_at"] is None]

    def share_of(self, department_id: int) -> Row | None:
        """The share of a department."""
        return next((share for share in self.shares if share["department_id"] == department_id), None)


@dataclass
class Move:
    """One verb being carried out on a draft; effects read and fill it."""

    draft: Draft
    verb: Verb
    actor: Actor
    at: datetime
    facts: Mapping[str, Any]
    target: Status
    stamp: str
    stops: tuple[ClockKind, ...]
    messages: list[tuple[MessageKind, Audience]]
    timer: Timer | None = None
    audience: Audience | None = None
    recorded: Row = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
