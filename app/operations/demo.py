"""Demonstration cases: as many as wanted, over 18 months, in every status; never in production, never sent.

They are made as plain rows by the rules of the real operations and written in batches, a transaction each.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.domain.access import SYSTEM
from app.extensions import db, keyring
from app.models.assignment import Assignment
from app.models.case import Case, Complainant, Respondent
from app.models.deadline import Deadline, DeadlineStep
from app.models.department import Department
from app.models.event import CaseEvent
from app.models.feedback import Evaluation, FollowUp
from app.models.message import Message
from app.models.region import Region
from app.models.scope import acting, acting_on
from app.models.sealed import bound_to
from app.operations.books import books
from app.operations.demo_accounts import refuse_production
from app.operations.demo_cast import Cast
from app.operations.demo_draft import Draft, Row
from app.operations.demo_exits import wander
from app.operations.demo_ledger import Ledger
from app.operations.demo_notices import Notices
from app.operations.demo_stories import Stories
from app.operations.demo_texts import SOURCE, words
from app.operations.indexes import org_index, phone_index, uscc_index

USUAL = 300
BATCH = 1000
_SEALED = ("name", "phone", "id_no", "org_name", "uscc")


def seed_cases(wanted: int | None, now: datetime, told: Callable[[int, int], None], *, is_production: bool) -> int:
    """Bring the demonstration cases up to `wanted`; without a number: 300 where there is none. Returns the new ones.

    `told(done, wanted)` hears of each batch. What an interrupted run has written counts. Raises Refused.
    """
    refuse_production(is_production=is_production)
    with acting(SYSTEM), acting_on():
        there = count()
        total = wanted if wanted is not None else there or USUAL
        try:
            if total > there:
                teller = stories(now, total)
                _write_all(teller, there, total, told)
                if not there:
                    wander(teller.ledger.cast, teller.words.texts["exits"], now)
        except BaseException:
            db.session.rollback()
            raise
    return max(total - there, 0)


def count() -> int:
    """How many demonstration cases there are."""
    return db.session.scalar(select(func.count(Case.id)).where(Case.source_system == SOURCE)) or 0


def stories(now: datetime, total: int) -> Stories:
    """The teller of `total` cases that end at `now`."""
    shelf = books()
    texts = words(shelf, _names(Region), _names(Department))
    cast = Cast(shelf, texts.texts["names"])
    return Stories(Ledger(shelf, cast, Notices(cast, now)), texts, now, total)


def _names(model: Any) -> dict[str, str]:
    return dict(db.session.execute(select(model.code, model.name)).all())


def _write_all(teller: Stories, there: int, total: int, told: Callable[[int, int], None]) -> None:
    for done in range(there, total, BATCH):
        last = min(done + BATCH, total)
        serials = teller.ledger.serials
        serials.read()
        write(teller.batch(done + 1, last))
        serials.write()
        db.session.commit()
        told(last, total)


def write(drafts: list[Draft]) -> None:
    """Insert drafts with everything that hangs on them, inside the caller's transaction."""
    _insert(Case, (draft.case for draft in drafts))
    ids = _case_ids(drafts)
    for draft in drafts:
        draft.case["id"] = ids[draft.case["receipt_no"]]
    _insert(Complainant, map(_complainant, drafts))
    _insert(Respondent, map(_respondent, drafts))
    for model, rows in _CHILDREN.items():
        _insert(model, (row | {"case_id": draft.case["id"]} for draft in drafts for row in rows(draft)))
    _insert(DeadlineStep, _steps(drafts))


def _insert(model: Any, rows: Iterable[Row]) -> None:
    if listed := list(rows):
        db.session.execute(insert(model.__table__), listed)


def _case_ids(drafts: list[Draft]) -> dict[str, int]:
    numbers = [draft.case["external_no"] for draft in drafts]
    is_ours = Case.external_no.between(min(numbers), max(numbers))
    query = select(Case.receipt_no, Case.id).where(Case.source_system == SOURCE, is_ours)
    return dict(db.session.execute(query).all())


def _complainant(draft: Draft) -> Row:
    who, uid = draft.filing.complainant, str(uuid.uuid4())
    row = {"case_id": draft.case["id"], "uid": uid, "kind": who.kind, "is_anonymous": who.is_anonymous}
    for name in _SEALED:
        text = getattr(who, name)
        row[f"{name}_sealed"] = text and keyring.seal(text, bound_to("complainants", name, uid))
    indexes = {"uscc_index": uscc_index(who.uscc), "org_index": org_index(who.org_name)}
    return row | {"phone_index": phone_index(who.phone), **indexes}


def _respondent(draft: Draft) -> Row:
    respondent = draft.filing.respondent
    return {
        "case_id": draft.case["id"],
        "kind": respondent.kind,
        "name": respondent.name,
        "department_id": draft.case["respondent_department_id"],
    }


def _messages(draft: Draft) -> list[Row]:
    return [row | {"dedupe_key": f"{draft.case['id']}:{row['dedupe_key']}"} for row in draft.messages]


def _steps(drafts: list[Draft]) -> list[Row]:
    """Steps taken, each with the row id of its limit."""
    stepped = {draft.case["id"]: draft.steps for draft in drafts if draft.steps}
    if not stepped:
        return []
    key = (Deadline.case_id, Deadline.kind, Deadline.started_at)
    query = select(Deadline.id, *key).where(Deadline.case_id.between(min(stepped), max(stepped)))
    ids = {tuple(found): id_ for id_, *found in db.session.execute(query)}
    return [
        row | {"case_id": case_id, "deadline_id": ids[case_id, timer.row["kind"], timer.row["started_at"]]}
        for case_id, steps in stepped.items()
        for timer, row in steps
    ]


_CHILDREN: dict[Any, Callable[[Draft], list[Row]]] = {
    Assignment: lambda draft: draft.shares,
    CaseEvent: lambda draft: draft.events,
    Deadline: lambda draft: [timer.row for timer in draft.timers],
    Message: _messages,
    FollowUp: lambda draft: draft.calls,
    Evaluation: lambda draft: draft.ratings,
}
