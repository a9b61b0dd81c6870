"""Single rows: an id from what a client sent, and what the database held against a change."""

from __future__ import annotations

import re
import sqlite3
from http import HTTPStatus

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, StatementError

from app.domain.errors import Invalid

MOST = 2**63 - 1
LAST_KEY = 2**31 - 1  # our keys are INTEGER: PostgreSQL refuses to compare them with more


def key_of(value: object) -> int | None:
    """A row's id from whatever a client sent: an integer that a row may have, or None."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,19}", value):
        return None
    return int(value) if 0 <= int(value) <= LAST_KEY else None


FULL, AWAY = HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.SERVICE_UNAVAILABLE
_TROUBLES = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_BUSY: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
}
_STATES = {"53100": FULL, "53": AWAY, "08": AWAY, "57": AWAY}
"""SQLSTATE: disk full; no resources, no connection, going down."""


def trouble_of(error: OperationalError) -> HTTPStatus | None:
    """The status for a database that cannot work now: full, or away; None where the error is a bug of ours."""
    number, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if number is not None:
        return _TROUBLES.get(number & 0xFF)
    return _STATES.get(state, _STATES.get(state[:2])) if state else AWAY


_FAULTS = (  # SQLSTATE, SQLite's words, msgid
    ("23505", "UNIQUE", "Already exists."),
    ("23503", "FOREIGN KEY", "No such row, or the row is still in use."),
    ("23502", "NOT NULL", "This field is required."),
)


def fault_of(error: StatementError) -> Invalid:
    """Say which field the database refused, without its SQL. Raises it again where the client is not at fault."""
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        raise error
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    detail = getattr(getattr(error.orig, "diag", None), "message_detail", None) or ""
    column = re.search(r"Key \(([^),]+)", detail) or re.search(r"failed: \w+\.(\w+)", said)
    name = column.group(1) if column else getattr(getattr(error.orig, "diag", None), "column_name", None)
    for code, words, message in _FAULTS:
        if state == code or (state is None and said.startswith(f"{words} constraint")):
            return Invalid({name or "": message})
    return Invalid({name or "": "Not a valid value."})
