"""Filing: a complaint comes in by any door, is routed, gets its numbers, its clock and its first message."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.access import Actor
from app.domain.deadlines import china_day
from app.domain.errors import Reason, Refused
from app.domain.lifecycle import VERBS, AssignmentStatus, ClockKind, Status, VerbName
from app.domain.messages import Audience, MessageKind
from app.domain.numbers import CODE_BYTES, query_code, receipt_no
from app.domain.privacy import normalise_phone
from app.domain.redaction import redacted, redacted_form
from app.extensions import db, keyring
from app.models.assignment import Assignment
from app.models.case import Case, Complainant, Respondent
from app.models.scope import acting_on, unscoped
from app.operations import attachments, chain, timers
from app.operations.books import Books, books
from app.operations.casework import is_recused
from app.operations.effects import route_case
from app.operations.filing import Filing, check_filing, is_incomplete
from app.operations.indexes import org_index, uscc_index
from app.operations.notices import Telling, tell
from app.operations.numbering import next_serial

NOTE = "note"
TOLD_AGAIN = timedelta(minutes=30)
TELL_CODE_BY_SMS = frozenset({"window", "hotline", "letter"})


@dataclass(frozen=True)
class Filed:
    """What the door may tell: the query code is known only now (None for a repeat)."""

    case_id: int
    receipt_no: str
    query_code: str | None
    status: str
    department_code: str | None
    is_new: bool


@dataclass(frozen=True)
class Origin:
    """Where an imported case comes from, with the reply it had there (kept as a note in the timeline)."""

    batch_id: int
    reply: str | None = None
    replied_at: datetime | None = None


def file_case(filing: Filing, actor: Actor, now: datetime, origin: Origin | None = None) -> Filed:
    """File a complaint and commit. The same external number with the same content answers the same case.

    Raises Invalid (field by field) and Refused (external number taken by other content, or by somebody else).
    """
    if not VERBS[VerbName.FILE].roles & actor.roles:
        raise Refused(Reason("role", "Your role does not do this."))
    shelf = books()
    form = check_filing(filing, shelf, now)
    content_hash = keyring.index(filing.canonical(attachments.content_of(filing.attachments, actor, now)))
    if repeat := _repeat(filing, content_hash, actor, now):
        db.session.rollback()
        return repeat
    try:
        with acting_on():
            filed = _write(filing, form, content_hash, actor, now, shelf, origin)
            db.session.commit()
            return filed
    except IntegrityError:
        db.session.rollback()
        if repeat := _repeat(filing, content_hash, actor, now):
            return repeat
        raise
    except BaseException:
        db.session.rollback()
        raise


def is_filed(filing: Filing, actor: Actor) -> bool:
    """Whether this very filing is in already. Raises Refused where its external number has other content."""
    return _repeat(filing, keyring.index(filing.canonical()), actor, None) is not None


def _repeat(filing: Filing, content_hash: str, actor: Actor, now: datetime | None) -> Filed | None:
    """The case already filed under this external number; other content, or another filer, is refused.

    An imported row without an external number is told by its content alone.
    """
    query = select(Case).where(Case.content_hash == content_hash)
    if filing.external_no:
        query = select(Case).where(Case.source_system == filing.source_system, Case.external_no == filing.external_no)
    elif not filing.is_lenient:
        return None
    with unscoped("an external number is unique over all filers") as session:
        case = session.scalar(query)
        if case is None:
            return None
        if case.content_hash != content_hash or case.filed_by_id != (actor.user_id or None):
            raise Refused(Reason("duplicate", "This external number was filed before with other content."))
        code = case.department.code if case.department else None
        again = _code(filing) if now and _is_early(filing, case, now) else None
        return Filed(case.id, case.receipt_no, again, case.status, code, is_new=False)


def _code(filing: Filing) -> str:
    """A new query code. On the portal it follows from the form's secret token, so that a lost answer loses nothing."""
    if filing.code_secret is None:
        return query_code(secrets.token_bytes(CODE_BYTES))
    return query_code(bytes.fromhex(keyring.index(f"query code of {filing.code_secret}"))[:CODE_BYTES])


def _is_early(filing: Filing, case: Case, now: datetime) -> bool:
    """Whether the code may be told again to who sends the same form: for half an hour, and only if it is the code."""
    if filing.code_secret is None or now - case.created_at > TOLD_AGAIN:
        return False
    return hmac.compare_digest(case.query_code_hash or "", keyring.index(f"query:{_code(filing)}"))


def _write(
    filing: Filing,
    form: dict[str, Any],
    content_hash: str,
    actor: Actor,
    now: datetime,
    shelf: Books,
    origin: Origin | None,
) -> Filed:
    filed_at = filing.filed_at or now
    code = _code(filing)
    case = _case(filing, form, content_hash, filed_at, now, shelf)
    case.query_code_hash = keyring.index(f"query:{code}")
    case.filed_by_id = actor.user_id or None
    case.import_batch_id = origin.batch_id if origin else None
    db.session.add(case)
    _parties(case, filing, shelf)
    matter = shelf.matters.get(filing.matter_code or "")
    if matter is not None and matter.is_active:
        route_case(case, matter, shelf)
        case.status = Status.PENDING_ACCEPT
    db.session.flush()
    if is_recused(case) and case.department_id:
        _hand_to_lead(case, now)
    timers.entered(case, filing.received_on, now, shelf)
    timers.start(case, ClockKind.ACCEPT, filed_at, timers.limit_of(case, ClockKind.ACCEPT, shelf), shelf, None)
    _record(case, filing, actor, filed_at, now)
    if filing.attachments:
        attachments.claim(case, filing.attachments, actor, now)
    if origin and origin.reply:
        _note_reply(case, origin, actor, now)
    db.session.flush()
    _tell(case, filing, code, shelf, now)
    department = shelf.department_codes.get(case.department_id or 0)
    return Filed(case.id, case.receipt_no, code, case.status, department, is_new=True)


def _case(
    filing: Filing, form: dict[str, Any], content_hash: str, filed_at: datetime, now: datetime, shelf: Books
) -> Case:
    day = china_day(filed_at)
    policy = shelf.policy_on(day)
    who = filing.complainant
    names = [name for name in (who.name, who.org_name) if name]
    return Case(
        receipt_no=receipt_no(day, next_serial(f"receipt-{day}")),
        source_system=filing.source_system,
        external_no=filing.external_no,
        content_hash=content_hash,
        channel=filing.channel,
        status=Status.PENDING_CLASSIFY,
        title=filing.title.strip(),
        body=filing.body.strip(),
        title_redacted=redacted(filing.title.strip(), names),
        body_redacted=redacted(filing.body.strip(), names),
        form_redacted=redacted_form(form, names),
        is_anonymous=who.is_anonymous,
        received_on=filing.received_on,
        occurred_on=filing.occurred_on,
        form=form,
        region_code=filing.region_code,
        respondent_department_id=_respondent_id(filing, shelf),
        policy_version_id=policy.id,
        limits=dict(policy.content["limits"]),
        route_trace=[],
        is_confidential=filing.is_confidential,
        is_incomplete=is_incomplete(filing, form),
        is_deemed_accepted=False,
        is_overdue=False,
        escalation_level=0,
        rework_count=0,
        event_count=0,
        head_hash="",
        filed_at=filed_at,
        created_at=now,
    )


def _respondent_id(filing: Filing, shelf: Books) -> int | None:
    """Row id of the respondent where it is a department of ours, by code or by its exact name."""
    name = (filing.respondent.name or "").strip()
    code = filing.respondent.department_code or shelf.department_by_name.get(name)
    return shelf.department_ids.get(code) if code else None


def _parties(case: Case, filing: Filing, shelf: Books) -> None:
    who = filing.complainant
    phone = normalise_phone(who.phone) if who.phone else None
    db.session.add(
        Complainant(
            case=case,
            kind=who.kind,
            is_anonymous=who.is_anonymous,
            name=who.name,
            phone=phone,
            id_no=who.id_no,
            org_name=who.org_name,
            uscc=who.uscc.strip().upper() if who.uscc else None,
            phone_index=keyring.index(phone) if phone else None,
            uscc_index=uscc_index(who.uscc),
            org_index=org_index(who.org_name),
        )
    )
    matter = shelf.matters.get(filing.matter_code or "")
    kind = filing.respondent.kind or (matter.respondent_kind if matter else None)
    db.session.add(
        Respondent(case=case, kind=kind, name=filing.respondent.name, department_id=case.respondent_department_id)
    )


def _hand_to_lead(case: Case, now: datetime) -> None:
    """The provincial centre is complained about: the lead unit sees the case at once and acts for the centre (回避)."""
    share = Assignment(
        case=case,
        department_id=case.department_id,
        is_lead=True,
        status=AssignmentStatus.PENDING,
        assigned_at=now,
    )
    db.session.add(share)


def _record(case: Case, filing: Filing, actor: Actor, filed_at: datetime, now: datetime) -> None:
    facts = {"channel": filing.channel, "matter_code": filing.matter_code, "trace": case.route_trace}
    chain.append(case, chain.Entry(VerbName.FILE, None, filed_at, facts), actor, now)


def _tell(case: Case, filing: Filing, code: str, shelf: Books, now: datetime) -> None:
    due_on = timers.running(case)[0].due_on.isoformat()
    silent = "imported" if case.import_batch_id is not None else None
    values = {"receipt_no": case.receipt_no, "due": due_on}
    tell(case, Telling(MessageKind.RECEIVED, Audience.COMPLAINANT, values, "e1", silent), shelf, now)
    if filing.channel in TELL_CODE_BY_SMS and not silent:
        values = {"receipt_no": case.receipt_no, "query_code": code}
        tell(case, Telling(MessageKind.QUERY_CODE, Audience.COMPLAINANT, values, "e1"), shelf, now)


def _note_reply(case: Case, origin: Origin, actor: Actor, now: datetime) -> None:
    entry = chain.Entry(NOTE, case.status, origin.replied_at or now, note=origin.reply)
    chain.append(case, entry, actor, now)
