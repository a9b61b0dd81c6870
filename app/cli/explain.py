"""Commands: deadline START SPEC and route --matter --region: the rules' answers, with their reasons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.cli.frame import add_json, application, emit, say
from app.domain.errors import Invalid

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add deadline and route."""
    due = commands.add_parser("deadline", help="when a limit ends, and which days count")
    due.add_argument("start", metavar="START", help="ISO date or instant, or - to read START SPEC lines")
    due.add_argument("spec", metavar="SPEC", nargs="?", help="3wd (working days), 30d (days) or 24h (hours)")
    add_json(due)
    due.set_defaults(run=deadline, misused=due.error)
    routing = commands.add_parser("route", help="which department answers for a matter in a region, and why")
    routing.add_argument("source", metavar="-", nargs="?", choices=["-"], help="read MATTER REGION [RESPONDENT] lines")
    routing.add_argument("--matter", metavar="CODE")
    routing.add_argument("--region", metavar="CODE")
    routing.add_argument("--respondent", metavar="CODE", help="code of the department complained about")
    add_json(routing)
    routing.set_defaults(run=route, misused=routing.error)


def deadline(options: Namespace) -> int | None:
    """Print the due date, provisional or not, and the days counted and skipped; - answers line by line."""
    from app.domain.deadlines import parse_limit
    from app.operations.explaining import explain_deadline

    if options.start != "-" and options.spec is None:
        options.misused("SPEC is needed: 3wd, 30d or 24h")
    with _rules():
        if options.start == "-":
            return _line_by_line(_due_line)
        limit = parse_limit(options.spec)
        answer = explain_deadline(_start(options.start), limit.value, str(limit.unit))
        emit(options, answer, _due_words(answer))
    return None


def _due_words(answer: dict[str, Any]) -> Iterator[str]:
    due = answer["due_at"] if answer["limit"]["unit"] == "hour" else answer["due_on"]
    yield due + (" (provisional: that year's calendar is not loaded)" if answer["is_provisional"] else "")
    for line in answer["days"]:
        mark = "+" if line["is_counted"] else " "
        yield f"  {line['day']} {mark} {line['reason']} {line['detail']}".rstrip()


def _due_line(words: list[str]) -> str:
    from app.domain.deadlines import due, parse_limit
    from app.operations.books import books

    if len(words) != 2:
        raise Invalid({"line": "Write START SPEC."})
    when = due(_start(words[0]), parse_limit(words[1]), books().calendar)
    return " ".join([*words, when.due_on.isoformat(), *(["provisional"] if when.is_provisional else [])])


def _start(text: str) -> datetime:
    from app.operations.explaining import instant

    try:
        return instant(text)
    except ValueError:
        raise Invalid({"START": "Write a day like 2026-11-24, or an ISO instant."}) from None


def route(options: Namespace) -> int | None:
    """Print the department and the trace; - answers line by line."""
    from app.operations.explaining import explain_route

    if options.source != "-" and not (options.matter and options.region):
        options.misused("--matter and --region are needed, or - to read lines")
    with _rules():
        if options.source == "-":
            return _line_by_line(_route_line)
        answer = explain_route(options.matter, options.region, options.respondent)
        emit(options, answer, _route_words(answer))
    return None


def _route_words(answer: dict[str, Any]) -> Iterator[str]:
    yield answer["department"] or "-"
    yield from (f"  co-handling: {code}" for code in answer["co_departments"])
    for line in answer["trace"]:
        told = ", ".join(f"{name} {value}" for name, value in line.items() if name != "code" and value)
        yield f"  {line['code']}: {told}"


def _route_line(words: list[str]) -> str:
    from app.operations.explaining import find_route

    if len(words) not in (2, 3):
        raise Invalid({"line": "Write MATTER REGION [RESPONDENT]."})
    try:
        lead = find_route(*words).lead
    except Invalid:
        lead = None  # an unknown code leads nowhere
    return " ".join([*words[:2], lead or "-"])


@contextmanager
def _rules() -> Iterator[None]:
    """The app with the books at hand."""
    from app.domain.access import SYSTEM
    from app.models.scope import acting

    with application(), acting(SYSTEM):
        yield


def _line_by_line(answer: Callable[[list[str]], str]) -> int:
    """Answer each line of standard input; a line that cannot be answered is named and makes the status 1."""
    status = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            say(answer(line.split()))
        except (Invalid, OverflowError) as error:
            fields = getattr(error, "fields", {"line": "The limit reaches too far."})
            sys.stderr.write(f"line {number}: {'; '.join(f'{k}: {v}' for k, v in fields.items())}\n")
            status = 1
    return status
