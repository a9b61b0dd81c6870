"""Too many tries: what the pages ask before they look anything up, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from math import ceil
from typing import Any

from flask_babel import lazy_gettext as _l

from app.extensions import clock, db
from app.operations import attempts
from app.operations.attempts import Key

_SHUT = _l("There were too many wrong tries. Please try again in 15 minutes.")


def shut(keys: Iterable[Key]) -> tuple[Any, int, int] | None:
    """The sentence, 429 and the seconds to wait, where one of the keys is full. Right and wrong tries hear the same."""
    now = clock.real()
    until = attempts.shut_until(keys, now)
    db.session.remove()
    if until is None:
        return None
    return _SHUT, HTTPStatus.TOO_MANY_REQUESTS, max(1, ceil((until - now).total_seconds()))


def counted(keys: Iterable[Key]) -> None:
    """Count one wrong try."""
    attempts.count(keys, clock.real())
    db.session.remove()
