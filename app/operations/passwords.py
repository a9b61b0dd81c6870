"""Passwords: compared, and compared with nobody's where there is no such account."""

from __future__ import annotations

from functools import cache

from app.extensions import access


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password behind the hash. Without a hash (nobody has this name) it takes as long and says no.

    An empty password, and one of NUL characters only, is nobody's.
    """
    matches = access.matches(password, stored or _nobodys(access.hash_method))
    return matches and bool(stored) and bool(password.strip("\0"))


@cache
def _nobodys(_method: str) -> str:
    return access.hashed("-")
