"""The timeline as a chain: each event carries the SHA-256 of the event before it and of its own content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.access import Actor
from app.extensions import db
from app.models.case import Case
from app.models.event import CaseEvent

HASHED = (
    "seq",
    "verb",
    "from_status",
    "to_status",
    "actor_kind",
    "actor_id",
    "actor_name",
    "department_id",
    "happened_at",
    "recorded_at",
    "facts",
    "note",
)


def digest(case_uid: str, prev_hash: str, values: Mapping[str, Any]) -> str:
    """Hash of one event: canonical JSON (sorted keys, UTC instants) over the hash before it."""
    content = {name: _plain(values[name]) for name in HASHED}
    text = json.dumps([case_uid, prev_hash, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Entry:
    """What an event says; `happened_at` may lie before the moment of recording (an import)."""

    verb: str
    from_status: str | None
    happened_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


def append(case: Case, entry: Entry, actor: Actor, now: datetime) -> CaseEvent:
    """Add the next event to a case's chain (the caller's session and transaction)."""
    values: dict[str, Any] = {
        **asdict(entry),
        "verb": str(entry.verb),
        "seq": case.event_count + 1,
        "to_status": str(case.status),
        "actor_kind": actor.kind,
        "actor_id": actor.user_id or None,
        "actor_name": actor.name,
        "department_id": actor.department_id or None,
        "recorded_at": now,
    }
    hash_ = digest(case.receipt_no, case.head_hash, values)
    event = CaseEvent(case=case, prev_hash=case.head_hash, hash=hash_, **values)
    db.session.add(event)
    case.event_count, case.head_hash = values["seq"], hash_
    return event


def faults(case: Case, events: Iterable[CaseEvent]) -> list[str]:
    """What is wrong with a chain: altered, missing, swapped or cut events; empty when it verifies."""
    found, head, count = [], "", 0
    for event in events:
        count += 1
        values = {name: getattr(event, name) for name in HASHED}
        if event.seq != count or event.prev_hash != head:
            found.append(f"{case.receipt_no}: event {event.seq} does not follow event {count - 1}")
        if event.hash != digest(case.receipt_no, event.prev_hash, values):
            found.append(f"{case.receipt_no}: event {event.seq} was altered")
        head = event.hash
    if (count, head) != (case.event_count, case.head_hash):
        found.append(f"{case.receipt_no}: the chain ends at {count}, the case says {case.event_count}")
    return found
