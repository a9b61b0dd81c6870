"""How a line looks: one JSON object for machines, or a few words for the terminal of whoever develops."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from app.logs.context import ids

FIELDS = ("method", "rule", "status", "ms", "outcome")
"""What a record may bring with it (`extra`); nothing else of it is written."""


class JsonLines(logging.Formatter):
    """One JSON object a line: `at` (UTC), `level`, `process`, `logger`, `message`, ids, fields, `error`."""

    def __init__(self, process: str) -> None:
        """Name the process."""
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "pid": record.process,
            "logger": record.name,
            "message": record.getMessage(),
            **ids(),
            **_fields(record),
        }
        if hasattr(record, "error"):
            line["error"] = record.error
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """A few words: a warning says that it is one, an error where it happened, a request what came of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and a few more for an error."""
        level = "" if record.levelno < logging.WARNING else f"{record.levelname}: "
        known = " ".join([*(f"{value}" for value in _fields(record).values()), *ids().values()])
        line = " ".join(filter(None, (f"{level}{record.getMessage()}", known)))
        if not hasattr(record, "error"):
            return line
        error: dict[str, Any] = record.error
        below = [f"    at {place}" for place in error["places"]]
        below += [f"    because of {cause}" for cause in error.get("causes", ())]
        return "\n".join([line, f"    {error['type']}: {error['message']}", *below])


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
