"""Commands: user add, user passwd, user list."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from app.cli.frame import add_json, application, emit, say
from app.cli.passwords import asked

if TYPE_CHECKING:
    from argparse import Namespace

    from app.operations.accounts import Listed

ASKED = "the password is asked for, or read from standard input; empty: a random one, printed"


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add user with its three commands."""
    users = commands.add_parser("user", help="add an officer, set a password, list").add_subparsers(
        metavar="COMMAND", required=True
    )
    adding = users.add_parser("add", help=f"add an officer; {ASKED}")
    adding.add_argument("username")
    adding.add_argument("--role", required=True, help="role name, e.g. handler")
    adding.add_argument("--name", required=True, help="the officer's name")
    adding.add_argument("--phone", default="", help="mobile number for messages")
    adding.add_argument("--department", metavar="CODE", help="code of the officer's department, e.g. 410100-SCJG")
    adding.add_argument(
        "--region", metavar="CODE", help="instead of a department: the centre of this region, e.g. 410100"
    )
    adding.set_defaults(run=add_user)
    password = users.add_parser("passwd", help=f"set a password; {ASKED}")
    password.add_argument("username")
    password.set_defaults(run=set_password)
    listing = users.add_parser("list", help="list the accounts")
    add_json(listing)
    listing.set_defaults(run=list_users)


def add_user(options: Namespace) -> None:
    """Add an account with one role."""
    with application():
        from app.domain.access import SYSTEM
        from app.extensions import access, clock, db
        from app.operations import accounts, passwords

        account = accounts.Account(
            username=options.username,
            name=options.name,
            role=options.role,
            department_code=options.department,
            region_code=options.region,
            phone=options.phone or None,
        )
        accounts.check(account)
        db.session.rollback()  # nobody waits for the database while a password is typed
        password = asked(account.username, partial(passwords.check, username=account.username, phone=account.phone))
        accounts.add(account, access.hashed(password), SYSTEM, clock.now())
    say(f"{options.username} was added.")


def set_password(options: Namespace) -> None:
    """Give an account a new password."""
    with application():
        from app.domain.access import SYSTEM
        from app.extensions import access, clock, db
        from app.operations import accounts, passwords

        officer = accounts.find(options.username)
        known = {"username": officer.username, "phone": officer.phone, "user_id": officer.id}
        db.session.rollback()
        password = asked(options.username, partial(passwords.check, **known))
        accounts.set_password(options.username, access.hashed(password), SYSTEM, clock.now())
    say(f"{options.username} has a new password.")


def list_users(options: Namespace) -> None:
    """Print the accounts with role, department and whether they are active."""
    from dataclasses import asdict

    with application():
        from app.operations import accounts

        rows = accounts.listed()
    emit(options, [asdict(row) for row in rows], [_line(row) for row in rows])


def _line(row: Listed) -> str:
    state = "" if row.is_active else "inactive"
    parts = (row.username, row.name, ", ".join(row.roles), row.department_code or "-", row.phone or "-", state)
    return "  ".join(part for part in parts if part)
