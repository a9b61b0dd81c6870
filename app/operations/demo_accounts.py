"""Demonstration accounts: one per role, one common password; never in production."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.domain.access import Role
from app.domain.clients import ClientScope
from app.domain.errors import Reason, Refused
from app.extensions import db
from app.models.api_client import ApiClient
from app.models.department import Department
from app.models.officer import Officer
from app.operations import seed_files as files
from app.operations.accounts import Account, new_officer, role_rows

FIRST = "platform_admin"
PHONES = "1540000"
"""Mobile numbers of the demonstration begin with 154, a segment that no operator has been given."""


def refuse_production(*, is_production: bool) -> None:
    """Raise Refused in production: made-up people and cases have no place among real ones."""
    if is_production:
        raise Refused(Reason("production", "Demonstration data is never written in production."))


def common_hash() -> str | None:
    """The hash that the demonstration accounts share; None before they are made."""
    shared: str | None = db.session.scalar(select(Officer.password).where(Officer.username == FIRST))
    return shared


def ensure(password_hash: str, now: datetime, *, is_production: bool) -> int:
    """Make the accounts that are missing, with this hash; those that share an older one get it too. Commits.

    An account whose password was changed by hand keeps it. Returns how many were made. Raises Refused.
    """
    refuse_production(is_production=is_production)
    shared = common_hash()
    if shared:
        renew = update(Officer).where(Officer.password == shared).values(password=password_hash, is_demo=True)
        db.session.execute(renew, execution_options={"synchronize_session": False})
    there = set(db.session.scalars(select(Officer.username)))
    lines = files.read_json(files.SEEDS, "demo.json")["accounts"]
    made = [_add(place, line, password_hash, now) for place, line in enumerate(lines) if line["username"] not in there]
    db.session.commit()
    return len(made)


def _add(place: int, line: dict[str, Any], password_hash: str, now: datetime) -> Officer:
    phone = f"{PHONES}{place + 1:04}"
    account = Account(line["username"], line["name"], line["role"], line["department"], phone=phone)
    department = db.session.scalars(select(Department).where(Department.code == line["department"])).one()
    officer = new_officer(account, password_hash, role_rows([line["role"]])[line["role"]], department)
    officer.is_demo, officer.password_set_at = True, now
    db.session.add(officer)
    if line["role"] == Role.API_CLIENT:
        source, code = line["source_system"], line["username"]
        kept = {"code": code, "name": line["name"], "source_system": source, "scopes": " ".join(ClientScope)}
        db.session.add(ApiClient(**kept, user=officer, created_at=now))
    return officer
