"""The ids of what is running, which every line of the log carries: the request's, or the job's and who asked for it."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import Any

DIGITS = 6  # bytes of a request's id: 48 random bits, short enough to be read out
_ID = re.compile(r"[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
request_id: ContextVar[str] = ContextVar("request_id", default="")
job: ContextVar[tuple[str, str]] = ContextVar("job", default=("", ""))
"""Id and name of the job."""


def new_id() -> str:
    """An id for a request that brings none: it is the number on an error page, too."""
    return secrets.token_hex(DIGITS)


def is_id(text: str) -> bool:
    """Whether a text can be nothing but an id: one of ours, a UUID, or 32 hexadecimal digits (nginx's)."""
    return _ID.fullmatch(text) is not None


def ids() -> dict[str, Any]:
    """The ids that are known, by their names in the log."""
    job_id, name = job.get()
    known = {"request": request_id.get(), "job": job_id, "job_name": name}
    return {key: value for key, value in known.items() if value}
