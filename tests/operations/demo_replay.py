"""Replays drafts of the demonstration through the real operations, and reads both sides into comparable form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from app.domain.access import SYSTEM, complainant
from app.domain.lifecycle import VerbName
from app.extensions import db, keyring
from app.models.assignment import Assignment
from app.models.case import Case, Complainant, Respondent
from app.models.deadline import Deadline, DeadlineStep
from app.models.event import CaseEvent
from app.models.feedback import Evaluation, FollowUp
from app.models.message import Message
from app.models.scope import acting, acting_on
from app.models.sealed import bound_to
from app.operations import casework, clocks, demo, intake
from app.operations.demo_ledger import TICK

_OWN = {"id", "case_id", "uid", "version", "query_code_hash", "token_hash", "deadline_id"}
_SENT = {"status", "reason", "attempts", "gateway", "sent_at", "gateway_ref", "claim_token", "lease_until"}
CODE = re.compile(r"evaluate/[\w-]{16}|(?<=\u67e5\u8be2\u7801)[0-9A-Z]{16}")


def drafts(serials: Iterable[int], total: int, now):
    """Drafts of these serials, one by one, with nothing of them written but officers and form versions."""
    with acting(SYSTEM), acting_on():
        teller = demo.stories(now, total)
        teller.ledger.serials.read()
        made = [teller.batch(serial, serial)[0] for serial in serials]
        db.session.commit()
        db.session.remove()
    return made


def features(draft) -> set[object]:
    """What a draft is an example of."""
    return {
        *((verb, actor.level, actor.kind) for verb, actor, _, _ in draft.acts),
        *((event["verb"], event["from_status"]) for event in draft.events),
        *((step["step"], timer.row["kind"]) for timer, step in draft.steps),
        ("status", draft.status),
        ("recused", draft.is_recused),
        ("phone", draft.phone is None),
        ("channel", draft.filing.channel),
    }


def covering(many, wanted=features) -> list[int]:
    """Places (1, 2, ...) of drafts that together show all features, few of them."""
    left, chosen = {mark for draft in many for mark in wanted(draft)}, []
    while left:
        best = max(range(len(many)), key=lambda place: len(wanted(many[place]) & left))
        chosen.append(best + 1)
        left -= wanted(many[best])
    return sorted(chosen)


def replay(draft, now) -> int:
    """Do with the real operations what the draft tells, the clock running between; the case's id."""
    filed_at = draft.case["filed_at"]
    db.session.remove()
    with acting(draft.filed_by):
        case_id = intake.file_case(draft.filing, draft.filed_by, filed_at).case_id
    for verb, actor, at, facts in draft.acts:
        tick(draft, at)
        by = complainant(case_id) if verb is VerbName.EVALUATE else actor
        db.session.remove()
        with acting(by):
            casework.perform(case_id, verb, by, at, **facts)
    tick(draft, now)
    db.session.remove()
    return case_id


def tick(draft, until) -> None:
    """Let the clock act just after each moment, as it does when it looks every few seconds."""
    db.session.remove()
    with acting(SYSTEM):
        while (moment := db.session.scalar(_next())) and moment + TICK <= until:
            db.session.rollback()
            assert "failed" not in clocks.step_due(moment + TICK)
        db.session.rollback()


def _next():
    waiting = select(Deadline.next_check_at).where(Deadline.next_check_at.is_not(None))
    return waiting.order_by(Deadline.next_check_at).limit(1)


def real_rows(case_id: int):
    """All rows of a real case, comparable."""
    with acting(SYSTEM):
        found = {model.__name__: _read(model, case_id) for model in CHILDREN}
        found["Case"] = [_plain(row) for row in _rows(select(Case.__table__).where(Case.id == case_id))]
        db.session.rollback()
    return {name: _sorted(rows) for name, rows in found.items()}


CHILDREN = (Complainant, Respondent, Assignment, CaseEvent, Deadline, DeadlineStep, Message, FollowUp, Evaluation)


def _read(model, case_id: int):
    query = select(model.__table__).where(model.case_id == case_id)
    return [_plain(_opened(model.__table__.name, row)) for row in _rows(query)]


def _rows(query):
    return [dict(row) for row in db.session.execute(query).mappings()]


def draft_rows(draft):
    """All rows of a draft as they would be written, comparable."""
    draft.case["id"] = 0
    made = {
        "Case": [draft.case],
        "Complainant": [demo._complainant(draft)],
        "Respondent": [demo._respondent(draft)],
        "DeadlineStep": [row for _, row in draft.steps],
        **{model.__name__: rows(draft) for model, rows in demo._CHILDREN.items()},
    }
    tables = {model.__name__: model.__table__.name for model in (*CHILDREN, Case)}
    return {name: _sorted([_plain(_opened(tables[name], dict(row))) for row in rows]) for name, rows in made.items()}


def _opened(table: str, row):
    sealed = [name for name in row if name.endswith("_sealed")]
    for name in sealed:
        plain, envelope = name.removesuffix("_sealed"), row.pop(name)
        row[plain] = envelope and keyring.open(envelope, bound_to(table, plain, row["uid"]))
    return row


def _plain(row):
    left_out = _OWN | _SENT if "dedupe_key" in row else _OWN
    row = {name: value for name, value in row.items() if name not in left_out}
    if "dedupe_key" in row:
        row["dedupe_key"] = row["dedupe_key"].partition(":")[2]
        row["text"] = CODE.sub("*", row["text"])
    return row


def _sorted(rows):
    return sorted(rows, key=lambda row: [str(row[name]) for name in sorted(row)])
