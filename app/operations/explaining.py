"""Answers with their reasons: when something is due and why then, who takes a case and why they."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from app.domain.calendar import CHINA
from app.domain.deadlines import Limit, Pause, due, explain, moved
from app.domain.errors import Invalid
from app.domain.routing import Route, route
from app.operations.books import books

NOON = time(12)


def instant(text: str) -> datetime:
    """A start: an ISO instant with its offset, or a day (noon in China). Raises ValueError."""
    text = text.strip()
    if len(text) == len("2026-11-24"):
        return datetime.combine(date.fromisoformat(text), NOON, CHINA).astimezone(UTC)
    found = datetime.fromisoformat(text)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def explain_deadline(start: datetime, value: int, unit: str, pauses: Sequence[Pause] = ()) -> dict[str, Any]:
    """Due day and instant, provisional or not, and each day counted or skipped with its reason. Raises Invalid."""
    limit, calendar = Limit(value, unit), books().calendar
    try:
        when = moved(due(start, limit, calendar), unit, pauses, calendar)
        lines = explain(start, limit, calendar, pauses)
    except OverflowError:
        raise Invalid({"value": "The limit reaches too far."}) from None
    return {
        "start": start.astimezone(CHINA).isoformat(),
        "limit": {"value": value, "unit": unit},
        "due_on": when.due_on.isoformat(),
        "due_at": when.due_at.astimezone(CHINA).isoformat(),
        "is_provisional": when.is_provisional,
        "days": [{**line._asdict(), "day": line.day.isoformat()} for line in lines],
    }


def find_route(matter_code: str, region_code: str, respondent: str | None = None) -> Route:
    """The route of a filing with these codes. Raises Invalid for a code that is not known."""
    shelf, errors = books(), {}
    if matter_code not in shelf.matters:
        errors["matter_code"] = "There is no such matter."
    if region_code not in shelf.directory.regions:
        errors["region_code"] = "There is no such region."
    if respondent and respondent not in shelf.department_ids:
        errors["respondent"] = "There is no such department."
    if errors:
        raise Invalid(errors)
    return route(shelf.directory, matter_code, region_code, respondent or None)


def explain_route(matter_code: str, region_code: str, respondent: str | None = None) -> dict[str, Any]:
    """The accepting department, the co-handling ones, and how they were found. Raises Invalid."""
    found = find_route(matter_code, region_code, respondent)
    return {
        "department": found.lead,
        "co_departments": list(found.co),
        "is_escalated": found.is_escalated,
        "trace": [{"code": line.code, **line.params} for line in found.trace],
    }
