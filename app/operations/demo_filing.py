"""How a draft begins, as `intake.file_case` files a real case."""

from __future__ import annotations

import secrets
from datetime import datetime

from app.domain.access import Actor
from app.domain.deadlines import china_day
from app.domain.lifecycle import VERBS, AssignmentStatus, ClockKind, Status, VerbName
from app.domain.messages import Audience, MessageKind
from app.domain.numbers import CODE_BYTES, query_code, receipt_no
from app.domain.redaction import redacted, redacted_form
from app.extensions import keyring
from app.operations.demo_cast import PROVINCE
from app.operations.demo_draft import Draft, Move
from app.operations.demo_ledger import Ledger, new_share
from app.operations.filing import Filing
from app.operations.intake import TELL_CODE_BY_SMS

_SAME = (
    *("channel", "region_code", "title", "body", "occurred_on"),
    *("source_system", "external_no", "is_confidential"),
)
_LATER = (
    *("case_no", "matter_id", "department_id", "form_version_id", "import_batch_id", "accepted_at"),
    *("rejected_at", "reject_reason_code", "reject_reason", "assigned_at", "signed_at", "reported_at"),
    *("withdrawn_at", "supplement_request", "close_type", "result", "reply", "closed_at", "evaluated_at"),
)
_AT_FIRST = {
    **dict.fromkeys(("is_incomplete", "is_deemed_accepted", "is_overdue", "is_designated"), False),
    **dict.fromkeys(("escalation_level", "rework_count", "event_count"), 0),
    "head_hash": "",
    "version": 1,
}


def file(ledger: Ledger, filing: Filing, actor: Actor, at: datetime) -> Draft:
    """File a complaint whose facts a test has checked, not this."""
    code = query_code(secrets.token_bytes(CODE_BYTES))
    draft = _draft(ledger, filing, actor, at, code)
    case, matter = draft.case, ledger.books.matters.get(filing.matter_code or "")
    if matter is not None:
        ledger.router.route(draft, matter)
        case["status"] = str(Status.PENDING_ACCEPT)
    if filing.respondent.department_code == PROVINCE and case["department_id"]:
        draft.is_recused = True
        first = {"is_lead": True, "status": str(AssignmentStatus.PENDING), "assigned_at": at}
        draft.shares.append(new_share(case["department_id"]) | first)
    ledger.start(draft, ClockKind.ACCEPT, at)
    facts = {"channel": filing.channel, "matter_code": filing.matter_code, "trace": case["route_trace"]}
    move = Move(draft, VERBS[VerbName.FILE], actor, at, {}, draft.status, "", (), [], recorded=facts)
    ledger.record(move, None)
    _tell(ledger, draft, code, at)
    return draft


def _draft(ledger: Ledger, filing: Filing, actor: Actor, at: datetime, code: str) -> Draft:
    day = china_day(at)
    policy = ledger.books.policy_on(day)
    respondent_code = filing.respondent.department_code or ""
    case = dict.fromkeys(_LATER) | {
        "receipt_no": receipt_no(day, ledger.serials.next(f"receipt-{day}")),
        "query_code_hash": keyring.index(f"query:{code}"),
        "content_hash": keyring.index(filing.canonical()),
        **{name: getattr(filing, name) for name in _SAME},
        "title_redacted": redacted(filing.title),  # made-up texts have no names in them
        "body_redacted": redacted(filing.body),
        "form_redacted": redacted_form(filing.form),
        "is_anonymous": filing.complainant.is_anonymous,
        "received_on": filing.received_on,
        "form": dict(filing.form),
        "status": str(Status.PENDING_CLASSIFY),
        "respondent_department_id": ledger.books.department_ids.get(respondent_code),
        "policy_version_id": policy.id,
        "limits": dict(policy.content["limits"]),
        "route_trace": [],
        "filed_by_id": actor.user_id or None,
        "filed_at": at,
        "created_at": at,
        **_AT_FIRST,
    }
    return Draft(filing, actor, case, policy)


def _tell(ledger: Ledger, draft: Draft, code: str, at: datetime) -> None:
    number = draft.case["receipt_no"]
    values = {"receipt_no": number, "due": draft.timers[0].row["due_on"].isoformat()}
    ledger.notices.tell(draft, MessageKind.RECEIVED, Audience.COMPLAINANT, values, at)
    if draft.filing.channel in TELL_CODE_BY_SMS:
        values = {"receipt_no": number, "query_code": code}
        ledger.notices.tell(draft, MessageKind.QUERY_CODE, Audience.COMPLAINANT, values, at)
