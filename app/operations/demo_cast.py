"""The people of the demonstration: who acts in which office, and who is told. Missing officers are made up."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.access import Actor, Role, scope_of
from app.domain.errors import Reason, Refused
from app.domain.messages import Audience
from app.domain.routing import AUTHORITY
from app.extensions import db
from app.models.case import Case
from app.models.department import Department
from app.models.officer import Officer, RoleRow
from app.operations import notices
from app.operations.accounts import Account, new_officer, role_rows
from app.operations.books import Books
from app.operations.demo_accounts import PHONES, common_hash
from app.operations.notices import Recipient

PROVINCE = "410000-YSHJ"
_OF_CENTRE = (Audience.CENTRE_INTAKE, Audience.CENTRE_LEADER, Audience.CENTRE_CALLERS)
_OF_CASE = ("region_code", "respondent_department_id", "department_id", "assigned_at")


class Cast:
    """Officers by role and department, and the recipients of notices, each looked up once."""

    def __init__(self, books: Books, names: dict[str, list[str]]) -> None:
        """Read the officers there are."""
        self.books = books
        self.names = names
        self._hash = common_hash() or ""
        self._roles: dict[str, RoleRow] = role_rows([Role.HANDLER, Role.CITY_ADMIN])
        self._told: dict[Any, list[Recipient]] = {}
        self.actors: dict[tuple[str, int], Actor] = {}
        query = select(Officer).where(Officer.active.is_(True)).order_by(Officer.id)
        officers = db.session.scalars(query.options(selectinload(Officer.roles))).all()
        for officer in officers:
            self._enter(officer)
        self._count = len(officers)

    def handler(self, department_id: int) -> Actor:
        """The officer who handles cases in a department."""
        return self._one(Role.HANDLER, department_id)

    def known_handler(self, department_id: int) -> Actor | None:
        """The officer who handles cases in a department, where there is one."""
        return self.actors.get((Role.HANDLER, department_id))

    def city_admin(self, city_code: str) -> Actor | None:
        """The administrator of a city's centre; None where there is no such centre."""
        if self.books.directory.regions[city_code].level != "city":
            return None
        code = self.books.directory.departments.get((AUTHORITY, city_code))
        return self._one(Role.CITY_ADMIN, self.books.department_ids[code]) if code else None

    def county_admin(self, county_code: str) -> Actor | None:
        """The administrator of a county's centre, where there is one."""
        code = self.books.directory.departments.get((AUTHORITY, county_code))
        return self.actors.get((Role.COUNTY_ADMIN, self.books.department_ids[code])) if code else None

    def province(self, role: Role) -> Actor:
        """The officer with a role in the provincial centre. Raises Refused without the accounts."""
        found = self.actors.get((role, self.books.department_ids[PROVINCE]))
        if found is None:
            raise Refused(Reason("accounts", "The demonstration accounts are not there."))
        return found

    def told(self, audience: Audience, case: Mapping[str, Any]) -> list[Recipient]:
        """Who hears of a step, as `notices.recipients` answers it; asked once for all cases that are alike."""
        facts = {name: case[name] for name in _OF_CASE}
        respondent_id = facts["respondent_department_id"]
        alike: tuple[Any, ...] = (audience, facts["region_code"], self._is_centre(respondent_id) and respondent_id)
        if audience not in _OF_CENTRE:
            alike = (*alike, facts["department_id"], facts["assigned_at"] is None)
        if alike not in self._told:
            self._told[alike] = notices.recipients(Case(**facts), audience, self.books)
        return self._told[alike]

    def _is_centre(self, department_id: int | None) -> bool:
        code = self.books.department_codes.get(department_id or 0, "")
        unit = self.books.directory.units.get(code)
        return unit is not None and unit.type_code == AUTHORITY

    def _one(self, role: Role, department_id: int) -> Actor:
        found = self.actors.get((role, department_id))
        return found or self._make(role, department_id)

    def _make(self, role: Role, department_id: int) -> Actor:
        """Make up an officer; his name follows from the department, so that it is the same in every run."""
        code = self.books.department_codes[department_id]
        pick = Random(f"{role} {code}")  # noqa: S311 - a made-up name
        name = pick.choice(self.names["surnames"]) + pick.choice(self.names["given"])
        self._count += 1
        account = Account(f"{role}_{code}", name, role, phone=f"{PHONES}{self._count:04}")
        department = db.session.get(Department, department_id)
        officer = new_officer(account, self._hash, self._roles[role], department)
        db.session.add(officer)
        db.session.flush()
        return self._enter(officer)

    def _enter(self, officer: Officer) -> Actor:
        department_id = officer.department_id or 0
        code = self.books.department_codes.get(department_id, "")
        region_code = self.books.directory.units[code].region_code if code else ""
        level = self.books.directory.regions[region_code].level if code else ""
        roles = frozenset(Role(role.name) for role in officer.roles if role.name in list(Role))
        actor = Actor(
            scope_of(roles, level), officer.full_name, roles, officer.id, department_id, code, region_code, level
        )
        for role in roles:
            self.actors.setdefault((role, department_id), actor)
        return actor
