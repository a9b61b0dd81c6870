"""Commands: deadline START SPEC and route --matter --region: the rules' answers, with their reasons."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.frame import add_json

if TYPE_CHECKING:
    from argparse import Namespace


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add deadline and route."""
    due = commands.add_parser("deadline", help="when a limit ends, and which days count")
    due.add_argument("start", metavar="START", help="ISO date or instant, or - to read START SPEC lines")
    due.add_argument("spec", metavar="SPEC", nargs="?", help="3wd (working days), 30d (days) or 24h (hours)")
    add_json(due)
    due.set_defaults(run=deadline)
    routing = commands.add_parser("route", help="which department answers for a matter in a region, and why")
    routing.add_argument(
        "source", metavar="-", nargs="?", choices=["-"], help="read MATTER REGION [RESPONDENT] lines"
    )
    routing.add_argument("--matter", metavar="CODE")
    routing.add_argument("--region", metavar="CODE")
    routing.add_argument("--respondent", metavar="CODE", help="code of the department complained about")
    add_json(routing)
    routing.set_defaults(run=route)


def deadline(options: Namespace) -> int | None:
    """Print the due date, provisional or not, and the days counted and skipped; - answers line by line."""
    raise NotImplementedError


def route(options: Namespace) -> int | None:
    """Print the department and the trace; - answers line by line."""
    raise NotImplementedError
