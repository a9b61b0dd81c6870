"""Too many tries: each takes its place before anything is looked up, and gives it back where it was right."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from app.extensions import clock, db
from app.operations import attempts
from app.operations.attempts import Key

_SHUT = _l("There were too many wrong tries. Please try again in 15 minutes.")


def taken(keys: Iterable[Key]) -> tuple[Any, int, int] | None:
    """Take a try; where there is none, the sentence, 429 and the seconds to wait: the same for right and wrong ones."""
    now = clock.real()
    until = attempts.take(keys, now)
    db.session.remove()
    if until is None:
        return None
    return _SHUT, HTTPStatus.TOO_MANY_REQUESTS, max(1, ceil((until - now).total_seconds()))


def right(keys: Iterable[Key]) -> None:
    """Give a try back: it was right. What followed may have been done in a session of somebody else."""
    db.session.remove()
    attempts.give_back(keys)
    db.session.remove()


def place() -> str:
    """Where a try comes from: the address that connects, whatever its headers say."""
    return attempts.place_of(request.remote_addr or "")
