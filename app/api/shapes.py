"""Rows to JSON: times as ISO 8601 in China's offset; codes stay codes, a word beside them where it helps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.domain.calendar import CHINA
from app.domain.errors import Reason
from app.domain.lifecycle import CHOICES, Fact, Verb
from app.fab.problems import reason_text
from app.models.case import Complainant
from app.models.deadline import Deadline
from app.models.event import CaseEvent
from app.models.message import Message
from app.operations import timers
from app.operations.dossier import Dossier
from app.operations.explaining import explain_deadline
from app.operations.intake import Filed
from app.resources.words import word

JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def plain(value: Any) -> Any:
    """Dates and times as text."""
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _named(row: Any, *names: str) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def filed(done: Filed, limits: list[Deadline]) -> dict[str, Any]:
    """The answer to a filing. The query code is in it once, and never again."""
    return {
        "id": done.case_id,
        "receipt_no": done.receipt_no,
        "query_code": done.query_code,
        "status": str(done.status),
        "department": done.department_code,
        "deadlines": [_named(row, "kind", "due_on", "due_at", "is_provisional") for row in limits],
    }


def case_extras(file: Dossier) -> dict[str, Any]:
    """What a case has beside its columns: answers, limits, and the complainant as far as the reader may see it."""
    return {
        "form": file.case.form or {},
        "limits": file.case.limits,
        "complainant": _complainant(file.complainant),
        "deadlines": [deadline(row) for row in file.case.deadlines],
    }


def _complainant(who: Complainant | None) -> dict[str, Any] | None:
    if who is None:
        return None
    return {"kind": who.kind, "anonymous": who.is_anonymous, "name": who.masked_name, "phone": who.masked_phone}


def deadline(row: Deadline) -> dict[str, Any]:
    """A limit without its days."""
    return {
        **_named(row, "id", "kind", "started_at", "due_on", "due_at", "is_provisional"),
        **_named(row, "met_at", "overdue_at", "ended_at"),
        "department": row.department.code if row.department else None,
        "limit": {"value": row.limit_value, "unit": row.limit_unit},
    }


def explained(row: Deadline) -> dict[str, Any]:
    """A limit with the days from its start to its end: counted or not, and why."""
    explanation = explain_deadline(row.started_at, row.limit_value, row.limit_unit, timers.pauses_of(row))
    return {**deadline(row), "explanation": explanation}


def event(row: CaseEvent, *, is_inside: bool) -> dict[str, Any]:
    """One line of the timeline; who it was, facts and notes only for those inside."""
    line = {
        **_named(row, "seq", "verb", "from_status", "to_status", "actor_kind", "happened_at", "recorded_at"),
        "text": word("verb", row.verb),
        "department": row.department.code if row.department else None,
        "hash": row.hash,
        "prev_hash": row.prev_hash,
    }
    return {**line, "actor": row.actor_name, "facts": row.facts, "note": row.note} if is_inside else line


def message(row: Message, *, shows_phone: bool) -> dict[str, Any]:
    """A text message without its text, its number masked or left out."""
    line = _named(row, "id", "kind", "audience", "status", "reason", "segments")
    line |= {**_named(row, "created_at", "not_before", "sent_at"), "text": word("message", row.kind)}
    return {**line, "phone": row.masked_phone} if shows_phone else line


_TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "stars": {"type": "integer", "minimum": 1, "maximum": 5},
    "departments": {"type": "array", "items": {"type": "string"}},
}


def fact_schema(fact: Fact) -> dict[str, Any]:
    """JSON Schema of one fact."""
    least = max(fact.min_length, 1 if fact.is_required else 0)
    whole = {"type": "integer", "minimum": 1, "maximum": fact.most} if fact.kind == "whole" else None
    shape = whole or _TYPES.get(fact.kind) or {"type": "string", "minLength": least, "maxLength": fact.max_length}
    if fact.choices:
        shape = {"enum": list(CHOICES[fact.choices])}
    return {"title": word("fact", fact.name), **shape}


def verb_line(verb: Verb, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    """A verb: allowed now or not, why not, and what it needs."""
    return {
        "verb": str(verb.name),
        "text": word("verb", verb.name),
        "allowed": not reasons,
        "reasons": [{"code": each.code, "message": reason_text(each)} for each in reasons],
        "schema": {
            "$schema": JSON_SCHEMA,
            "type": "object",
            "properties": {fact.name: fact_schema(fact) for fact in verb.facts},
            "required": [fact.name for fact in verb.facts if fact.is_required],
            "additionalProperties": False,
        },
    }
