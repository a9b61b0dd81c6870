"""Drafts moved by the table of verbs as `casework`, `timers` and `clocks` move real cases, without a database.

Nothing is read or written case by case, so that a million of them are feasible. A test replays drafts through the
real operations and compares every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.access import CLOCK, Actor
from app.domain.deadlines import Due, Limit, LimitUnit, Planned, china_day, due, parse_limit, plan
from app.domain.lifecycle import VERBS, AssignmentStatus, ClockKind, Status, VerbName
from app.domain.messages import AUDIENCE, Audience, MessageKind
from app.operations import chain
from app.operations.books import Books, Policy
from app.operations.demo_cast import Cast
from app.operations.demo_draft import Draft, Move, Row, Timer
from app.operations.demo_notices import Notices
from app.operations.demo_numbers import Serials
from app.operations.demo_router import Router

TICK = timedelta(seconds=2)
"""How long after its moment the clock takes a step."""
_OWNED = (ClockKind.SIGN, ClockKind.HANDLE)
_LONG = timedelta(days=36500)


class Ledger:
    """What all drafts share: the books, the people, the serial numbers, and what was computed once."""

    def __init__(self, books: Books, cast: Cast, notices: Notices) -> None:
        """Start with nothing computed."""
        self.books, self.cast, self.notices = books, cast, notices
        self.router, self.serials = Router(books, cast), Serials()
        self._timings: dict[Any, tuple[Due, list[Planned]]] = {}

    def perform(self, draft: Draft, name: VerbName, actor: Actor, at: datetime, **facts: Any) -> None:
        """Do a verb that the story has chosen; legal by construction."""
        draft.acts.append((name, actor, at, facts))
        self._carry_out(self._move(draft, name, actor, at, facts))

    def _move(self, draft: Draft, name: VerbName, actor: Actor, at: datetime, facts: Mapping[str, Any]) -> Move:
        verb = VERBS[name]
        told = [(MessageKind(kind), AUDIENCE[MessageKind(kind)]) for kind in verb.messages]
        return Move(draft, verb, actor, at, facts, verb.moves[draft.status], verb.stamp, verb.stops, told)

    def _carry_out(self, move: Move) -> None:
        from app.operations.demo_effects import EFFECTS  # noqa: PLC0415 - effects are written in terms of Ledger

        draft, case, before = move.draft, move.draft.case, move.draft.status
        EFFECTS[move.verb.name](move, self)
        case["status"] = str(move.target)
        if move.stamp and case[move.stamp] is None:
            case[move.stamp] = move.at
        for timer in draft.running():
            if timer.row["kind"] in move.stops:
                timer.end(move.at)
        for kind in move.verb.starts:
            started = self.start(draft, kind, move.at)
            move.values = {"due": started.row["due_on"].isoformat(), **move.values}
        self.record(move, before)
        self._tell(move)

    def _tell(self, move: Move) -> None:
        draft = move.draft
        days = [timer.row["due_on"] for timer in draft.running() or draft.timers]
        values = {
            "receipt_no": draft.case["receipt_no"],
            "case_no": draft.number,
            "due": max(days).isoformat(),
            "days": "0",
            **move.values,
        }
        for kind, audience in move.messages:
            self.notices.tell(draft, kind, audience, values, move.at)

    def run_clock(self, draft: Draft, until: datetime) -> None:
        """Take every step whose moment has come, in order, each just after its moment."""
        while waiting := [timer for timer in draft.running() if _is_due(timer, until)]:
            self._take(draft, min(waiting, key=lambda timer: timer.row["next_check_at"]))

    def _take(self, draft: Draft, timer: Timer) -> None:
        planned, code = timer.row["next_check_at"], timer.row["next_step"]
        step, at = next(step for step, _ in timer.plan if step.code == code), planned + TICK
        if step.verb == VerbName.MARK_OVERDUE:
            timer.row["overdue_at"], draft.case["is_overdue"] = planned, True
        draft.steps.append((timer, {"step": code, "planned_at": planned, "taken_at": at}))
        timer.taken.add(code)
        timer.schedule()
        move = self._move(draft, VerbName(step.verb), CLOCK, at, {})
        move.timer, move.audience = timer, Audience(step.audience)
        self._carry_out(move)
        if timer.row["kind"] == ClockKind.ACCEPT and timer.row["overdue_at"] and draft.policy.deemed_clause:
            self._carry_out(self._move(draft, VerbName.DEEM_ACCEPTED, CLOCK, at, {}))

    def start(self, draft: Draft, kind: ClockKind, at: datetime) -> Timer:
        """Start a limit, with its steps planned."""
        case = draft.case
        is_rework = kind is ClockKind.HANDLE and draft.round
        limit = parse_limit(case["limits"]["rework" if is_rework else str(kind)])
        when, planned = self._timing(at, limit, draft.policy, kind)
        row = {
            "kind": str(kind),
            "department_id": case["department_id"] if kind in _OWNED else None,
            "limit_value": limit.value,
            "limit_unit": str(limit.unit),
            "started_at": at,
            "due_on": when.due_on,
            "due_at": when.due_at,
            "is_provisional": when.is_provisional,
            **dict.fromkeys(("met_at", "overdue_at", "ended_at")),
        }
        timer = Timer(row, [each for each in planned if each[1] > at])
        timer.schedule()
        draft.timers.append(timer)
        return timer

    def _timing(self, at: datetime, limit: Limit, policy: Policy, kind: ClockKind) -> tuple[Due, list[Planned]]:
        """Due time and all steps: the same for every start on one day (where hours count: at one instant)."""
        start: date = at if limit.unit == LimitUnit.HOUR else china_day(at)
        key = (start, limit, policy.id, kind)
        if key not in self._timings:
            when = due(at, limit, self.books.calendar)
            steps = plan(when._replace(start_at=at - _LONG), policy.ladder(kind), self.books.calendar)
            self._timings[key] = when, steps
        return self._timings[key]

    def share(self, move: Move, department_id: int, *, is_lead: bool) -> None:
        """Give a department its share, or anew."""
        share = move.draft.share_of(department_id)
        if share is None:
            share = new_share(department_id)
            move.draft.shares.append(share)
        share |= {"is_lead": is_lead, "status": str(AssignmentStatus.PENDING), "assigned_at": move.at}
        share["note"] = move.facts.get("note")

    def record(self, move: Move, before: Status | None) -> None:
        """Add the next event to the chain."""
        case, actor = move.draft.case, move.actor
        values = {
            "seq": case["event_count"] + 1,
            "verb": str(move.verb.name),
            "from_status": before and str(before),
            "to_status": case["status"],
            "actor_kind": actor.kind,
            "actor_id": actor.user_id or None,
            "actor_name": actor.name,
            "department_id": actor.department_id or None,
            "happened_at": move.at,
            "recorded_at": move.at,
            "facts": move.recorded,
            "note": move.facts.get("reason") or move.facts.get("note") or None,
        }
        hash_ = chain.digest(case["receipt_no"], case["head_hash"], values)
        move.draft.events.append({**values, "prev_hash": case["head_hash"], "hash": hash_})
        case["event_count"], case["head_hash"] = values["seq"], hash_


def new_share(department_id: int) -> Row:
    """A share before anything is done with it."""
    later = ("officer_id", "signed_at", "reported_at", "ended_at", "note")
    return {"department_id": department_id, **dict.fromkeys(later), "version": 1}


def _is_due(timer: Timer, until: datetime) -> bool:
    planned = timer.row["next_check_at"]
    return planned is not None and planned + TICK <= until
