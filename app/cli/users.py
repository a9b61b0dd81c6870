"""Commands: user add, user passwd, user list."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.frame import add_json

if TYPE_CHECKING:
    from argparse import Namespace


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add user with its three commands."""
    users = commands.add_parser("user", help="add an officer, set a password, list").add_subparsers(
        metavar="COMMAND", required=True
    )
    adding = users.add_parser(
        "add", help="add an officer; the password is asked for, or read from standard input"
    )
    adding.add_argument("username")
    adding.add_argument("--role", required=True, help="role name, e.g. handler")
    adding.add_argument("--name", required=True, help="the officer's name")
    adding.add_argument("--phone", default="", help="mobile number for messages")
    adding.add_argument(
        "--department", metavar="CODE", help="code of the officer's department, e.g. 410100-SCJG"
    )
    adding.add_argument(
        "--region", metavar="CODE", help="region code, for administrators of a city or county"
    )
    adding.set_defaults(run=add_user)
    password = users.add_parser("passwd", help="set a password; asked for, or read from standard input")
    password.add_argument("username")
    password.set_defaults(run=set_password)
    listing = users.add_parser("list", help="list the accounts")
    add_json(listing)
    listing.set_defaults(run=list_users)


def add_user(options: Namespace) -> None:
    """Add an account with one role."""
    raise NotImplementedError


def set_password(options: Namespace) -> None:
    """Give an account a new password."""
    raise NotImplementedError


def list_users(options: Namespace) -> None:
    """Print the accounts with role, department and whether they are active."""
    raise NotImplementedError
