"""What every command uses: the app, the options that many share, output as text or JSON, and its errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.domain.errors import GatewayError, Invalid, NotFound, Refused
from config import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    import argparse

    from flask import Flask


class CommandFailed(Exception):
    """A command was refused or failed; `lines` are the sentences to print, `reasons` what --json shows."""

    def __init__(self, *lines: str, reasons: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.reasons = list(reasons)

    def as_data(self) -> dict[str, Any]:
        """The failure as --json prints it."""
        return {"error": " ".join(self.lines), "reasons": self.reasons}


def settings() -> Settings:
    """The settings of this process."""
    return load_settings()


@contextmanager
def application(chosen: Settings | None = None) -> Iterator[Flask]:
    """The app, built from the settings, with its context pushed."""
    from app import create_app, logs

    chosen = chosen or settings()
    logs.start(chosen, logs.COMMAND)
    app = create_app(chosen)
    with app.app_context():
        yield app


def add_json(command: argparse.ArgumentParser) -> None:
    """Give a command that prints data its --json."""
    command.add_argument("--json", action="store_true", help="print the answer as JSON")


def emit(options: argparse.Namespace, data: Any, lines: Iterable[str]) -> None:
    """Print `data` as JSON where --json was given, else `lines`."""
    if options.json:
        write_json(data)
    else:
        say(*lines)


def write_json(data: Any) -> None:
    """Print one JSON value; dates and times as ISO text."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n")


def say(*lines: str) -> None:
    """Print lines at once (progress is read while the command runs)."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def explained(error: Exception) -> CommandFailed | None:
    """The error as a failure with sentences, or None where it is a bug (whose traceback is wanted)."""
    match error:
        case CommandFailed():
            return error
        case Refused():
            reasons = [{"code": reason.code, "message": str(reason)} for reason in error.reasons]
            return CommandFailed(*(f"{each['message']} ({each['code']})" for each in reasons), reasons=reasons)
        case Invalid():
            fields = [{"field": name, "message": message} for name, message in error.fields.items()]
            return CommandFailed(*(f"{each['field']}: {each['message']}" for each in fields), reasons=fields)
        case SettingsError() | NotFound() | GatewayError() | FileNotFoundError() | PermissionError():
            return CommandFailed(str(error) or "There is no such thing.")
        case _:
            return _database_failure(error)


def _database_failure(error: Exception) -> CommandFailed | None:
    from sqlalchemy.exc import OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    first_line = str(error.orig).partition("\n")[0]
    return CommandFailed(f"The database refused: {first_line}", "Is it running, and was `run.py upgrade` run?")


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
