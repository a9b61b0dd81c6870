"""Accounts of officers and API clients: add, give a new password, list. Passwords come in as hashes only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.access import CENTRE, SHIPPED, UNIT, Actor, Role
from app.domain.errors import Invalid, NotFound, Reason, Refused
from app.domain.privacy import is_mobile, mask_phone, normalise_phone
from app.domain.routing import AUTHORITY
from app.extensions import db
from app.models.department import Department
from app.models.officer import Officer, RoleRow
from app.models.region import Region
from app.operations import configuration, passwords, second_factor, sign_ins, signing_in
from app.operations.books import books

_LEVELS = {
    Role.PLATFORM_ADMIN: ("province",),
    Role.CITY_ADMIN: ("city",),
    Role.COUNTY_ADMIN: ("county", "zone"),
}
"""The level of government that an administrator's department belongs to."""


@dataclass(frozen=True)
class Account:
    """A new account. `region_code` stands for that region's centre where no department is named."""

    username: str
    name: str
    role: str
    department_code: str | None = None
    region_code: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Listed:
    """One line of the list; the phone is masked, the password is not there."""

    username: str
    name: str
    roles: tuple[str, ...]
    department_code: str | None
    phone: str
    is_active: bool
    last_login: datetime | None


def add(account: Account, password_hash: str, actor: Actor, now: datetime) -> int:
    """Add an account with one role; logged as a change of configuration. Returns its id. Raises what `check` does.

    Its password is changed when it first signs in: somebody else knows it.
    """
    role, department = check(account)
    officer = new_officer(account, password_hash, role, department)
    officer.must_change, officer.password_set_at = True, now
    configuration.save(officer, "create", actor, now)
    added: int = officer.id
    return added


def check(account: Account) -> tuple[RoleRow, Department | None]:
    """Whether the account can be added: its role and department.

    Raises Refused (name taken; unknown role, department or region; role of another level) and Invalid (texts).
    """
    _check_texts(account)
    if db.session.scalar(select(Officer.id).where(Officer.username == account.username)):
        raise Refused(Reason("taken", "There is an account %(name)s already.", {"name": account.username}))
    role = _role(account.role)
    return role, _department(account, Role(role.name))


def new_officer(account: Account, password_hash: str, role: RoleRow, department: Department | None) -> Officer:
    """The row of an account, not yet in a session. The family name comes first, as it is written."""
    return Officer(
        username=account.username,
        last_name=account.name[:1],
        first_name=account.name[1:],
        email=f"{account.username}@huiyin.invalid",
        password=password_hash,
        active=True,
        roles=[role],
        department=department,
        phone=normalise_phone(account.phone) if account.phone else None,
    )


def find(username: str) -> Officer:
    """The account of this name. Raises NotFound."""
    officer: Officer | None = db.session.scalar(select(Officer).where(Officer.username == username))
    if officer is None:
        raise NotFound(f"There is no account {username}.")
    return officer


def set_password(username: str, password_hash: str, actor: Actor, now: datetime) -> None:
    """Give an account a new password, to be changed when it signs in; logged, without the password. Raises NotFound."""
    officer = find(username)
    passwords.put(officer, password_hash, now)
    configuration.save(officer, "update", actor, now)


def load(user_id: int) -> Officer:
    """The account of this id. Raises NotFound."""
    officer: Officer | None = db.session.get(Officer, user_id)
    if officer is None:
        raise NotFound(f"There is no account {user_id}.")
    return officer


def unlock(user_id: int, actor: Actor, now: datetime) -> None:
    """Open an account that wrong passwords have locked; logged. Raises NotFound."""
    officer = load(user_id)
    configuration.save(officer, "update", actor, now, {"locked": (True, False)})
    signing_in.unlock(officer.username)
    second_factor.forget(user_id)


def end_sign_ins(user_id: int, actor: Actor, now: datetime) -> None:
    """Sign an account out everywhere, tokens too; logged. Raises NotFound."""
    officer = load(user_id)
    officer.stamp += 1
    configuration.save(officer, "update", actor, now, {"sign_ins": ("all", "none")})
    sign_ins.end_all(user_id)


def listed() -> list[Listed]:
    """All accounts, by name."""
    query = select(Officer).options(selectinload(Officer.roles), selectinload(Officer.department))
    return [_listed(row) for row in db.session.scalars(query.order_by(Officer.username))]


def role_rows(names: Iterable[str]) -> dict[str, RoleRow]:
    """Role rows by name."""
    query = select(RoleRow).where(RoleRow.name.in_(list(names)))
    return {row.name: row for row in db.session.scalars(query)}


def _listed(row: Officer) -> Listed:
    return Listed(
        username=row.username,
        name=row.full_name,
        roles=tuple(sorted(role.name for role in row.roles)),
        department_code=row.department.code if row.department else None,
        phone=mask_phone(row.phone) if row.phone else "",
        is_active=bool(row.active),
        last_login=row.last_login,
    )


def _check_texts(account: Account) -> None:
    errors = {name: "Please fill this in." for name in ("username", "name") if not getattr(account, name).strip()}
    if len(account.username) > 128:
        errors["username"] = "The text is too long."
    if len(account.name) > 64:
        errors["name"] = "The text is too long."
    if account.phone and not is_mobile(normalise_phone(account.phone)):
        errors["phone"] = "Please give a mobile number of 11 digits."
    if errors:
        raise Invalid(errors)


def _role(name: str) -> RoleRow:
    row = role_rows([name]).get(name)
    if row is None or name not in SHIPPED:
        known = ", ".join(sorted(SHIPPED))
        raise Refused(Reason("unknown_role", "There is no such role; there are: %(roles)s.", {"roles": known}))
    return row


def _department(account: Account, role: Role) -> Department | None:
    """The department of the account; roles that see cases by their department cannot be without one."""
    code = account.department_code or _centre_of(account.region_code)
    if code is None:
        if role in CENTRE | UNIT:
            raise Refused(Reason("department_needed", "This role needs a department."))
        return None
    row: Department | None = db.session.scalar(select(Department).where(Department.code == code))
    if row is None:
        raise Refused(Reason("unknown_department", "There is no department %(code)s.", {"code": code}))
    level = db.session.scalars(select(Region.level).where(Region.code == row.region_code)).one()
    if level not in _LEVELS.get(role, (level,)):
        raise Refused(Reason("level", "This role belongs to another level of government."))
    return row


def _centre_of(region_code: str | None) -> str | None:
    if region_code is None:
        return None
    code = books().directory.departments.get((AUTHORITY, region_code))
    if code is None:
        raise Refused(Reason("unknown_region", "There is no centre in region %(code)s.", {"code": region_code}))
    return code
