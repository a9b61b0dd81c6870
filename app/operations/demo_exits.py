"""Some demonstration cases go the ways out of the straight line: by the real operations, their messages kept back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.domain.access import Actor, Role, complainant
from app.domain.deadlines import china_day
from app.domain.errors import Invalid, Refused
from app.domain.lifecycle import Status, VerbName
from app.extensions import db
from app.models.case import Case
from app.operations.books import books
from app.operations.casework import Ladder, carry_out
from app.operations.demo_cast import Cast
from app.operations.demo_texts import SOURCE

SUPPRESSED = "demonstration"
Who = Callable[[Cast, Case], Actor]


class Act(NamedTuple):
    """A verb, who does it, and its facts; a fact that is a function asks the case."""

    verb: VerbName
    by: Who
    facts: Mapping[str, Any]


def wander(cast: Cast, texts: Mapping[str, str], now: datetime) -> int:
    """Lead one case of each kind on its way, where there is one left; how many went."""
    gone: set[int] = set()
    for status, acts in _ways(texts, now):
        if case := _some_case(status, gone):
            gone.add(case.id)
            _lead(case, acts, cast, now)
    return len(gone)


def _lead(case: Case, acts: list[Act], cast: Cast, now: datetime) -> None:
    quiet = Ladder("", china_day(now), None, SUPPRESSED)
    try:
        for act in acts:
            facts = {name: fact(case) if callable(fact) else fact for name, fact in act.facts.items()}
            carry_out(case, act.verb, act.by(cast, case), now, facts, quiet)
        db.session.commit()
    except (Refused, Invalid):  # this one cannot go there: it is about the very unit, or has none
        db.session.rollback()


def _some_case(status: Status, gone: set[int]) -> Case | None:
    """The newest case there, rather one that is not about a department of ours (any unit may then take it)."""
    query = select(Case).where(Case.source_system == SOURCE, Case.status == status, Case.id.not_in(gone))
    order = (Case.respondent_department_id.is_not(None), Case.id.desc())
    found: Case | None = db.session.scalars(query.order_by(*order).limit(1)).first()
    return found


def _ways(texts: Mapping[str, str], now: datetime) -> list[tuple[Status, list[Act]]]:
    """From each status on: what is asked and brought, returned and designated, transferred, withdrawn, improved."""
    ask = Act(VerbName.REQUEST_SUPPLEMENT, _province(Role.INTAKE), {"what": texts["what"], "days": 15})
    give = Act(VerbName.SUPPLEMENT, lambda _, case: complainant(case.id), {"text": texts["text"]})
    accept = Act(VerbName.ACCEPT, _province(Role.INTAKE), {})
    leave = Act(VerbName.WITHDRAW, lambda _, case: complainant(case.id), {"reason": texts["withdraw"]})
    back = {"reason_code": "not_our_duty", "reason": texts["return"], "basis": texts["basis"]}
    name = {"department_code": _other_unit, "reason": texts["designate"]}
    move = {"department_code": _other_unit, "reason": texts["transfer"]}
    better = {"measure": texts["improve"], "check_on": (china_day(now) + timedelta(days=60)).isoformat()}
    return [
        (Status.PENDING_CLASSIFY, [ask]),
        (Status.PENDING_ACCEPT, [ask, give, accept, Act(VerbName.HANDLE_DIRECTLY, _province(Role.DISPATCHER), {})]),
        (Status.PENDING_CLASSIFY, [leave]),
        (
            Status.PENDING_DISPATCH,
            [
                Act(VerbName.ASSIGN, _province(Role.DISPATCHER), {}),
                Act(VerbName.RETURN, _unit, back),
                Act(VerbName.DESIGNATE, _province(Role.PLATFORM_ADMIN), name),
            ],
        ),
        (Status.INVESTIGATING, [Act(VerbName.TRANSFER, _province(Role.DISPATCHER), move)]),
        (Status.CLOSED, [Act(VerbName.IMPROVE, _unit, better)]),
    ]


def _province(role: Role) -> Who:
    return lambda cast, _: cast.province(role)


def _unit(cast: Cast, case: Case) -> Actor:
    assert case.department_id is not None  # noqa: S101 - these statuses have one
    return cast.handler(case.department_id)


def _other_unit(case: Case) -> str:
    """A department of the same place that does not lead the case now."""
    shelf = books()
    units = (shelf.directory.departments.get((kind, case.region_code)) for kind in ("FGW", "SCJG", "CZ"))
    city = shelf.directory.climb(case.region_code)
    found = [code for code in units if code] or [shelf.directory.departments["FGW", city[-1]]]
    return next(code for code in found if shelf.department_ids[code] != case.department_id)
