"""Messages of an act: who is told what. Rows join the act's own transaction; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.access import Role
from app.domain.messages import FIELDS, Audience, MessageKind, not_before, render, segments
from app.domain.privacy import is_mobile
from app.domain.routing import AUTHORITY
from app.extensions import db
from app.models.case import Case
from app.models.message import Message, MessageTemplate
from app.models.officer import Officer, RoleRow
from app.operations.books import Books


@dataclass(frozen=True)
class Recipient:
    """Somebody to tell; without a phone the message is recorded as suppressed."""

    key: str
    phone: str | None
    officer_id: int | None = None


@dataclass(frozen=True)
class Telling:
    """One notice to write: `reason` set means that it is recorded but never sent."""

    kind: MessageKind
    audience: Audience
    values: Mapping[str, str]
    event_key: str
    reason: str | None = None


def tell(case: Case, telling: Telling, books: Books, now: datetime) -> None:
    """Write one message per recipient; the dedupe key makes a second one of the same event impossible."""
    template = db.session.scalar(select(MessageTemplate).where(MessageTemplate.kind == telling.kind))
    if template is None or not template.is_active:
        return
    values = {name: value for name, value in telling.values.items() if name in FIELDS[telling.kind]}
    text = render(template.text, telling.kind, values)
    for recipient in recipients(case, telling.audience, books):
        reason = telling.reason or (None if recipient.phone else "no_phone")
        db.session.add(
            Message(
                case_id=case.id,
                kind=str(telling.kind),
                audience=str(telling.audience),
                officer_id=recipient.officer_id,
                dedupe_key=f"{case.id}:{telling.event_key}:{telling.kind}:{recipient.key}",
                phone=recipient.phone,
                text=f"{template.signature}{text}",
                segments=segments(text, template.signature),
                status="suppressed" if reason else "queued",
                reason=reason,
                created_at=now,
                not_before=not_before(now, telling.kind),
            )
        )


def recipients(case: Case, audience: Audience, books: Books) -> list[Recipient]:
    """The people behind an audience; one phoneless recipient when there is nobody, so that it is seen."""
    if audience is Audience.COMPLAINANT:
        phone = case.complainant.phone
        return [Recipient("complainant", phone if phone and is_mobile(phone) else None)]
    found = [Recipient(f"officer{o.id}", o.phone, o.id) for o in _officers(case, audience, books)]
    return found or [Recipient(f"nobody:{audience}", None)]


_ROLES: Mapping[Audience, frozenset[Role]] = {
    Audience.UNIT_OFFICERS: frozenset({Role.HANDLER}),
    Audience.UNIT_LEADER: frozenset({Role.UNIT_LEADER}),
    Audience.SUPERIOR: frozenset({Role.UNIT_LEADER}),
    Audience.CENTRE_INTAKE: frozenset({Role.INTAKE}),
    Audience.CENTRE_CALLERS: frozenset({Role.CALLER}),
    Audience.CENTRE_DISPATCHERS: frozenset({Role.DISPATCHER}),
    Audience.CENTRE_LEADER: frozenset({Role.PLATFORM_ADMIN, Role.CITY_ADMIN, Role.COUNTY_ADMIN}),
}


def _officers(case: Case, audience: Audience, books: Books) -> list[Officer]:
    if audience in (Audience.UNIT_OFFICERS, Audience.UNIT_LEADER):
        return _unit(case, audience) or _centre(case, _ROLES[Audience.CENTRE_LEADER], books)
    if audience is Audience.SUPERIOR:
        centre = frozenset({Role.SUPERVISOR, Role.PLATFORM_ADMIN})
        return _with_roles(_ROLES[audience], _superior_ids(case, books)) + _centre(case, centre, books)
    return _centre(case, _ROLES[audience], books)


def _unit(case: Case, audience: Audience) -> list[Officer]:
    """The lead unit's people, its leaders where it has no others; nobody before the case was handed over."""
    if case.department_id is None or case.assigned_at is None:
        return []
    ids = [case.department_id]
    return _with_roles(_ROLES[audience], ids) or _with_roles(_ROLES[Audience.UNIT_LEADER], ids)


def _superior_ids(case: Case, books: Books) -> list[int]:
    """The nearest department of the same type above the lead department."""
    code = books.department_codes.get(case.department_id or 0)
    if code is None:
        return []
    unit = books.directory.units[code]
    above = books.directory.climb(unit.region_code)[1:]
    codes = [books.directory.departments.get((unit.type_code, region)) for region in above]
    return [books.department_ids[code] for code in codes if code][:1]


def _centre(case: Case, roles: frozenset[Role], books: Books) -> list[Officer]:
    """Officers with these roles in the nearest centre (county, city, province) that is not complained about."""
    for region in books.directory.climb(case.region_code):
        code = books.directory.departments.get((AUTHORITY, region))
        department_id = books.department_ids.get(code or "")
        if department_id and department_id != case.respondent_department_id:
            found = _with_roles(roles, [department_id])
            if found:
                return found
    return []


def _with_roles(roles: Iterable[Role], department_ids: list[int]) -> list[Officer]:
    if not department_ids:
        return []
    query = (
        select(Officer)
        .where(Officer.active.is_(True), Officer.department_id.in_(department_ids))
        .where(Officer.roles.any(RoleRow.name.in_([str(role) for role in roles])))
        .order_by(Officer.id)
    )
    return list(db.session.scalars(query))
