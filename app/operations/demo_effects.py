"""What each verb changes in a draft beyond status, stamp, clocks and messages: `effects`, on plain rows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta

from app.domain.deadlines import china_day
from app.domain.lifecycle import AssignmentStatus, ClockKind, VerbName
from app.domain.messages import Audience, MessageKind, notice
from app.domain.numbers import case_no
from app.domain.scoring import Score
from app.extensions import keyring, site
from app.operations.demo_draft import Move, Row
from app.operations.demo_ledger import Ledger
from app.operations.effects import RATING_DAYS

_UNRATED = ("submitted_at", "speed", "result", "manner", "score", "is_satisfied", "comment")


def _classify(move: Move, ledger: Ledger) -> None:
    found = ledger.router.route(move.draft, ledger.books.matter(move.facts["matter_code"]))
    _hand_over_clock(move)
    move.recorded = {
        "matter_code": move.facts["matter_code"],
        "department_code": found.lead,
        "is_escalated": found.is_escalated,
    }


def _accept(move: Move, ledger: Ledger) -> None:
    day = china_day(move.at)
    move.draft.case["case_no"] = case_no(day, ledger.serials.next(f"case-{day}"))


def _deem_accepted(move: Move, ledger: Ledger) -> None:
    _accept(move, ledger)
    move.draft.case["is_deemed_accepted"] = True
    move.recorded = {"clause": move.draft.policy.deemed_clause}


def _reject(move: Move, _: Ledger) -> None:
    move.draft.case["reject_reason_code"] = move.facts["reason_code"]
    move.draft.case["reject_reason"] = move.facts["reason"]
    move.recorded = {"reason_code": move.facts["reason_code"]}


def _assign(move: Move, ledger: Ledger) -> None:
    """To the department that the route names, with the co-handlers it names."""
    case, ids = move.draft.case, ledger.books.department_ids
    for code, params in case["route_trace"]:
        if code == "chosen" and params["role"] == "co":
            ledger.share(move, ids[params["department"]], is_lead=False)
    ledger.share(move, case["department_id"], is_lead=True)
    _hand_over_clock(move)
    move.recorded = {
        "department_code": ledger.books.department_codes[case["department_id"]],
        "co_department_codes": None,
    }


def _hand_over_clock(move: Move) -> None:
    for timer in move.draft.running():
        if timer.row["kind"] == ClockKind.HANDLE:
            timer.row["department_id"] = move.draft.case["department_id"]


def _sign_for(move: Move, _: Ledger) -> None:
    share = _own_share(move)
    share |= {
        "status": str(AssignmentStatus.HANDLING),
        "signed_at": move.at,
        "officer_id": move.actor.user_id,
    }
    move.recorded = {"is_lead": share["is_lead"]}
    if not share["is_lead"]:
        move.target, move.stamp, move.stops = move.draft.status, "", ()


def _report(move: Move, _: Ledger) -> None:
    share = _own_share(move)
    share |= {"status": str(AssignmentStatus.REPORTED), "reported_at": move.at}
    move.draft.case |= {**move.facts, "reported_at": move.at}
    move.recorded = {"close_type": move.facts["close_type"]}


def _own_share(move: Move) -> Row:
    return next(share for share in move.draft.shares if share["department_id"] == move.actor.department_id)


def _follow_up(move: Move, _: Ledger) -> None:
    said = {name: move.facts[name] for name in ("is_reached", "satisfaction")}
    move.draft.calls.append(
        {
            **said,
            "note": move.facts["note"],
            "officer_id": move.actor.user_id,
            "round": move.draft.round,
            "called_at": move.at,
        }
    )
    move.recorded = said


def _close(move: Move, _: Ledger) -> None:
    for share in move.draft.shares:
        if share["status"] != AssignmentStatus.ENDED:
            share |= {"status": str(AssignmentStatus.ENDED), "ended_at": move.at}
    move.draft.case["closed_at"] = move.at
    token, expires_at = secrets.token_urlsafe(12), move.at + timedelta(days=RATING_DAYS)
    move.draft.ratings.append(
        {
            "round": move.draft.round,
            "token_hash": keyring.index(f"rate:{token}"),
            "invited_at": move.at,
            "expires_at": expires_at,
            **dict.fromkeys(_UNRATED),
        }
    )
    link = f"{site.public_url}/evaluate/{token}"
    move.values = {"token": token, "link": link, "due": china_day(expires_at).isoformat()}


def _evaluate(move: Move, _: Ledger) -> None:
    score = Score(move.facts["speed"], move.facts["result"], move.facts["manner"])
    move.draft.ratings[-1] |= {
        **move.facts,
        "score": float(score.mean),
        "is_satisfied": score.is_satisfied,
        "submitted_at": move.at,
    }
    move.draft.case["evaluated_at"] = move.at


def _rework(move: Move, _: Ledger) -> None:
    case = move.draft.case
    case |= {"rework_count": case["rework_count"] + 1, "closed_at": None, "evaluated_at": None}
    for share in move.draft.shares:
        if share["is_lead"]:
            share |= {"status": str(AssignmentStatus.HANDLING), "reported_at": None, "ended_at": None}
    move.recorded = {"round": case["rework_count"]}


def _remind(move: Move, ledger: Ledger) -> None:
    if move.timer and move.audience:
        move.messages = [(notice(move.timer.row["kind"], "remind", move.audience), move.audience)]
        _late(move, ledger)


def _mark_overdue(move: Move, ledger: Ledger) -> None:
    move.messages = [(MessageKind.OVERDUE, move.audience or Audience.CENTRE_LEADER)]
    _late(move, ledger)


def _escalate(move: Move, ledger: Ledger) -> None:
    """By a step of the ladder; nobody escalates by hand here."""
    audience = move.audience or Audience.CENTRE_LEADER
    level = 2 if audience is Audience.SUPERIOR else 1
    _late(move, ledger)
    move.messages = [(MessageKind.ESCALATED_UP if level == 2 else MessageKind.ESCALATED, audience)]
    move.draft.case["escalation_level"] = max(move.draft.case["escalation_level"], level)
    move.recorded["level"] = level


def _late(move: Move, ledger: Ledger) -> None:
    """Which limit, its last day, and how many working days have gone by since."""
    assert move.timer is not None  # noqa: S101 - only the clock comes here
    due_on = move.timer.row["due_on"]
    late = ledger.books.calendar.working_days_between(due_on, china_day(move.at))
    move.values = {"due": due_on.isoformat(), "days": str(max(late, 1))}
    move.recorded = {"clock": move.timer.row["kind"], "due_on": due_on.isoformat()}


EFFECTS: Mapping[VerbName, Callable[[Move, Ledger], None]] = {
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
