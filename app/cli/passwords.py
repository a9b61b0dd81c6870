"""Passwords at the command line: asked for, made up, checked and hashed as Flask-AppBuilder does it."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

from app.cli.frame import CommandFailed, say

if TYPE_CHECKING:
    from flask import Flask

_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SMALL = "abcdefghijkmnpqrstuvwxyz"
_DIGITS = "23456789"


def made_up() -> str:
    """A random password of 17 characters (60 bits and more), easy to read out, that every rule of ours accepts."""
    parts = ((_CAPITALS, 2), (_SMALL, 5), ("-", 1), (_DIGITS, 4), ("-", 1), (_SMALL, 4))
    return "".join(secrets.choice(letters) for letters, count in parts for _ in range(count))


def asked(app: Flask, username: str) -> str:
    """A password typed twice, or one line of standard input; for an empty one a random one, which is printed."""
    password = _typed() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if password:
        _check(app, password)
        return password
    password = made_up()
    say(f"Password of {username}: {password}")
    return password


def hashed(app: Flask, password: str) -> str:
    """The hash that Flask-AppBuilder compares with."""
    from werkzeug.security import generate_password_hash

    method = app.config.get("FAB_PASSWORD_HASH_METHOD", "scrypt")
    return generate_password_hash(password, method, app.config.get("FAB_PASSWORD_HASH_SALT_LENGTH", 16))


def _typed() -> str:
    from getpass import getpass

    password = getpass("Password (empty: a random one): ")
    if password and getpass("Once more: ") != password:
        raise CommandFailed("The two passwords are not the same.")
    return password


def _check(app: Flask, password: str) -> None:
    """The rule of the password form."""
    from flask_appbuilder.validators import password_complexity_regex

    is_ruled = app.config.get("FAB_PASSWORD_COMPLEXITY_ENABLED")
    if is_ruled and not password_complexity_regex.match(password):
        raise CommandFailed(
            "The password is too simple: at least 10 characters, among them 2 capital and 3 small letters, "
            "2 digits and one other character."
        )
