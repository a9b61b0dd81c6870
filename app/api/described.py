"""What our endpoints take and answer, as schemas for OpenAPI. What comes in is described by the readers themselves."""

from __future__ import annotations

from typing import Any

from app.api import bodies
from app.domain.deadlines import LimitUnit
from app.domain.lifecycle import ClockKind, Status, VerbName
from app.domain.messages import Audience, MessageKind
from app.models.message import MESSAGE_STATUSES

Schema = dict[str, Any]


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _one_of(values: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values]}


def _maybe(shape: Schema) -> Schema:
    return {**shape, "nullable": True}


_TEXT, _WHOLE, _FLAG, _ANY = ({"type": kind} for kind in ("string", "integer", "boolean", "object"))
_DAY = {"type": "string", "format": "date"}
_TIME = {"type": "string", "format": "date-time"}
_STATUS = _one_of(Status)
_DUE = {"kind": _one_of(ClockKind), "due_on": _DAY, "due_at": _TIME, "is_provisional": _FLAG}
_DAYS = _list(_object(day=_DAY, is_counted=_FLAG, reason=_TEXT, detail=_TEXT, is_known=_FLAG))
_LIMIT = _object(value=_WHOLE, unit=_one_of(LimitUnit))
_EXPLANATION = _object(start=_TIME, limit=_LIMIT, due_on=_DAY, due_at=_TIME, is_provisional=_FLAG, days=_DAYS)
_DEADLINE = {
    "id": _WHOLE,
    **_DUE,
    "started_at": _TIME,
    **dict.fromkeys(("met_at", "overdue_at", "ended_at"), _maybe(_TIME)),
    "department": _maybe(_TEXT),
    "limit": _LIMIT,
}
_CASE = {
    "description": "The columns of GET /cases/{pk}, with form, limits, complainant (masked, or null) and deadlines.",
    **_object(
        receipt_no=_TEXT,
        case_no=_maybe(_TEXT),
        status=_STATUS,
        form=_ANY,
        limits=_ANY,
        complainant=_maybe(_object(kind=_TEXT, anonymous=_FLAG, name=_TEXT, phone=_TEXT)),
        deadlines=_list(_object(**_DEADLINE)),
    ),
}
_EVENT = _object(
    seq=_WHOLE,
    verb=_TEXT,
    text=_TEXT,
    from_status=_maybe(_STATUS),
    to_status=_STATUS,
    actor_kind=_TEXT,
    happened_at=_TIME,
    recorded_at=_TIME,
    department=_maybe(_TEXT),
    actor=_TEXT,
    facts=_ANY,
    note=_maybe(_TEXT),
    hash=_TEXT,
    prev_hash=_TEXT,
)
_MESSAGE = _object(
    id=_WHOLE,
    kind=_one_of(MessageKind),
    text=_TEXT,
    audience=_one_of(Audience),
    status=_one_of(MESSAGE_STATUSES),
    reason=_maybe(_TEXT),
    segments=_WHOLE,
    created_at=_TIME,
    not_before=_TIME,
    sent_at=_maybe(_TIME),
    phone=_TEXT,
)
_REASONS = _list(_object(code=_TEXT, message=_TEXT))
_VERB = _object(verb=_one_of(VerbName), text=_TEXT, allowed=_FLAG, reasons=_REASONS, schema=_ANY)

CASES: dict[str, Schema] = {
    "Filing": bodies.FILING.schema,
    "Filed": _object(
        id=_WHOLE,
        receipt_no=_TEXT,
        query_code=_maybe(_TEXT),
        status=_STATUS,
        department=_maybe(_TEXT),
        deadlines=_list(_object(**_DUE)),
    ),
    "Facts": {"type": "object", "additionalProperties": True},
    "CaseAnswer": _object(id=_WHOLE, result=_CASE),
    "ActAnswer": _object(case=_CASE, event=_EVENT),
    "VerbsAnswer": _object(result=_list(_VERB)),
    "TimelineAnswer": _object(result=_list(_EVENT)),
    "DeadlinesAnswer": _object(result=_list(_object(**_DEADLINE, explanation=_EXPLANATION))),
    "MessagesAnswer": _object(result=_list(_MESSAGE)),
}
QUESTIONS: dict[str, Schema] = {
    "DueQuestion": bodies.DUE_QUESTION.schema,
    "DueAnswer": _EXPLANATION,
    "RouteQuestion": bodies.ROUTE_QUESTION.schema,
    "RouteAnswer": _object(
        department=_maybe(_TEXT), co_departments=_list(_TEXT), is_escalated=_FLAG, trace=_list(_ANY)
    ),
    "FormAnswer": _object(matter_code=_TEXT, hash=_TEXT, schema=_ANY),
    "Figures": _object(cols=_list(_TEXT), rows=_list(_list({}))),
}
