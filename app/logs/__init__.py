"""What the processes write down: one line an event, with ids and without anything personal.

`start(settings, process)` gives this process its one handler, with the net in front of it; `context` holds the ids
of the request or job that runs. Nobody else makes a handler.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

from app.logs.lines import JsonLines, PlainLines
from app.logs.net import Net
from config import Settings

OURS = ("app", "gunicorn")
"""Loggers that may say how things go; from all others only warnings are heard."""
COMMAND = "command"
"""The process of a command that ends by itself."""
log = logging.getLogger("app.process")


class _ToStandardError(logging.Handler):
    """Writes to what standard error is at that moment; a line that cannot be written is no reason to fail."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):  # logging's own way would print the record as it was
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


def start(settings: Settings, process: str) -> logging.Handler:
    """Write the log of this process to standard error, as the settings say; also what nobody caught."""
    handler = _ToStandardError()
    handler.addFilter(Net())
    handler.setFormatter(JsonLines(process) if settings.log == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _ToStandardError)] + [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    if process != COMMAND:
        threading.excepthook = _uncaught_in_thread
        sys.unraisablehook = _unraisable
    return handler


def _uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("nobody expected this", exc_info=(kind, error, place))


def _uncaught_in_thread(told: Any) -> None:
    if told.exc_value is not None:
        _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _unraisable(told: Any) -> None:
    if told.exc_value is not None:
        log.error("an error where none can be raised", exc_info=(told.exc_type, told.exc_value, told.exc_traceback))


__all__ = ["COMMAND", "OURS", "start"]
