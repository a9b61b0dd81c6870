"""Passwords at the command line: asked for and made up."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

from app.cli.frame import CommandFailed, say

if TYPE_CHECKING:
    from collections.abc import Callable

_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # pragma: allowlist secret
_SMALL = "abcdefghijkmnpqrstuvwxyz"  # pragma: allowlist secret
_DIGITS = "23456789"


def made_up() -> str:
    """A random password of 17 characters (60 bits and more), easy to read out, that every rule of ours accepts."""
    parts = ((_CAPITALS, 2), (_SMALL, 5), ("-", 1), (_DIGITS, 4), ("-", 1), (_SMALL, 4))
    return "".join(secrets.choice(letters) for letters, count in parts for _ in range(count))


def asked(username: str, check: Callable[[str], None]) -> str:
    """A password typed twice, or one line of standard input, if `check` takes it.

    For an empty one a random one, which is printed.
    """
    password = _typed() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if password:
        check(password)
        return password
    password = made_up()
    say(f"Password of {username}: {password}")
    return password


def _typed() -> str:
    from getpass import getpass

    password = getpass("Password (empty: a random one): ")
    if password and getpass("Once more: ") != password:
        raise CommandFailed("The two passwords are not the same.")
    return password
