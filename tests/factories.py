"""Builders with keyword defaults: actors, filings, officers, and cases that the real operations bring to a status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select

from app.domain.access import SYSTEM, Actor, Role, complainant, scope_of
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.case import Case
from app.models.department import Department
from app.models.officer import Officer
from app.models.region import Region
from app.models.scope import acting
from app.operations import casework, intake
from app.operations.filing import ComplainantFacts, Filing, RespondentFacts
from config import ADMINISTRATORS

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in China
CENTRE = "410000-YSHJ"
LEAD = "410105-SCJG"  # leads A10 in 410105
SOLVED = {"close_type": "solved", "result": "The fee was paid back in full.", "reply": "The fee was paid back."}
FORM = {"fee_name": "Handling fee", "fee_amount": "100.00", "fee_date": "2026-10-08"}  # what A10 asks for
_serial = count(1)


def department(code: str) -> Department:
    """A department of the catalogue."""
    return db.session.scalars(select(Department).where(Department.code == code)).one()


def actor(*roles: Role, at: str = CENTRE, user_id: int = 0) -> Actor:
    """Somebody with these roles in a department (no user row unless `user_id` is given)."""
    unit = department(at)
    level = db.session.scalars(select(Region.level).where(Region.code == unit.region_code)).one()
    granted = frozenset(roles)
    return Actor(
        scope_of(granted, level), f"{roles[0]}@{at}", granted, user_id, unit.id, unit.code, unit.region_code, level
    )


def centre(*, at: str = CENTRE) -> Actor:
    """An officer of a centre who does all that a centre does."""
    roles = (Role.INTAKE, Role.DISPATCHER, Role.CALLER, Role.SUPERVISOR)
    return actor(*roles, at=at)


def handler(*, at: str = LEAD) -> Actor:
    """A handler of a unit."""
    return actor(Role.HANDLER, at=at)


def officer(role: Role, *, at: str = LEAD, phone: str | None = None) -> Officer:
    """A user row with a role, a department and a phone."""
    number = next(_serial)
    row = db.session.scalar(select(RoleRow).where(RoleRow.name == str(role))) or RoleRow(name=str(role))
    user = Officer(
        first_name="g",
        last_name="f",
        username=f"u{number}",
        email=f"u{number}@example.invalid",
        active=True,
        department_id=department(at).id,
        phone=phone or f"1390000{number:04d}",
        is_demo=role in ADMINISTRATORS,  # no second factor
    )
    user.roles = [row]
    db.session.add(user)
    db.session.commit()
    return user


def filing(**changes: object) -> Filing:
    """A filing that passes every check: matter A10 in 410105, led by LEAD."""
    usual = {
        "channel": "online",
        "region_code": "410105",
        "title": "A fee that is not on the list",
        "body": "We were charged a fee that is not on the list.",
        "matter_code": "A10",
        "form": FORM,
        "respondent": RespondentFacts(name="Some office"),
        "complainant": ComplainantFacts(name="Wang Xiaoming", phone="13812341234"),
    }
    return Filing(**{**usual, **changes})


def file(now: datetime = NOW, by: Actor | None = None, **changes: object) -> intake.Filed:
    """File as the public (or as somebody)."""
    who = by or complainant(0)
    db.session.remove()
    try:
        with acting(who):
            return intake.file_case(filing(**changes), who, now)
    finally:
        db.session.remove()


def do(case_id: int, verb: str, by: Actor, now: datetime = NOW, **facts: object) -> casework.Done:
    """Perform a verb as somebody, in a session of its own."""
    db.session.remove()
    try:
        with acting(by):
            return casework.perform(case_id, verb, by, now, **facts)
    finally:
        db.session.remove()


def case_in(status: Status, now: datetime = NOW, **changes: object) -> int:
    """A case that the real verbs have brought to a status; the id."""
    if status is Status.PENDING_CLASSIFY:
        changes |= {"matter_code": None, "form": {}}
    case_id = file(now, **changes).case_id
    if status is Status.SUPPLEMENTING:
        do(case_id, "request_supplement", centre(), now, what="The contract, please.", days=10)
    if status is Status.WITHDRAWN:
        do(case_id, "withdraw", complainant(case_id), now, reason="We have come to terms.")
    return bring(case_id, status, now)


def bring(case_id: int, status: Status, now: datetime = NOW) -> int:
    """Bring a case on to a status of the straight line; the id."""
    for step in _STEPS:
        if status_of(case_id) == status:
            return case_id
        step(case_id, now)
    assert status_of(case_id) == status
    return case_id


_STEPS = (
    lambda case_id, now: do(case_id, "accept", centre(), now),
    lambda case_id, now: do(case_id, "assign", centre(), now),
    lambda case_id, now: do(case_id, "sign_for", handler(at=lead_of(case_id)), now),
    lambda case_id, now: do(case_id, "report", handler(at=lead_of(case_id)), now, **SOLVED),
    lambda case_id, now: do(case_id, "follow_up", centre(), now, is_reached=True, note="called"),
    lambda case_id, now: do(case_id, "close", centre(), now),
)


def lead_of(case_id: int) -> str:
    """Code of the lead department."""
    return read(case_id).department.code


def status_of(case_id: int) -> str:
    """Status of a case."""
    status: str = read(case_id).status
    db.session.remove()  # the next actor gets a session of its own
    return status


def read(case_id: int) -> Case:
    """A case with everything, read as SYSTEM."""
    db.session.remove()
    with acting(SYSTEM):
        case = db.session.get_one(Case, case_id)
        for name in ("complainant", "department", "deadlines", "assignments", "messages", "evaluations", "follow_ups"):
            getattr(case, name)
    return case


def later(days: float) -> datetime:
    """NOW, some days on."""
    return NOW + timedelta(days=days)
