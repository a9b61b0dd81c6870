"""Calls of connected systems: counted by client, route and hour in batches, read as figures, forgotten in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.calendar import CHINA
from app.domain.clients import BOUNDS, bucket, percentile
from app.extensions import db, reads_only
from app.models.api_client import ClientKey
from app.models.client_log import ClientCall

KEPT = timedelta(days=400)
SEEN_EVERY = timedelta(minutes=1)
BUCKETS = (*(f"ms_{bound}" for bound in BOUNDS), "ms_more")
COUNTS = ("count", "refused_count", "throttled_count", "failed_count")
_KINDS = {4: "refused_count", 5: "failed_count"}
_THROTTLED = 429


class Slot(NamedTuple):
    """What calls are counted by."""

    client_id: int
    hour_at: datetime
    rule: str


@dataclass
class Batch:
    """Calls that are counted in memory and not written yet; keys and when each was last used."""

    slots: dict[Slot, dict[str, int]] = field(default_factory=dict)
    keys: dict[int, datetime] = field(default_factory=dict)

    def note(self, slot: Slot, status: int, milliseconds: float) -> None:
        """Count one call."""
        counts = self.slots.setdefault(slot, {})
        kind = "throttled_count" if status == _THROTTLED else _KINDS.get(status // 100)
        for name in ("count", BUCKETS[bucket(milliseconds)], *([kind] if kind else [])):
            counts[name] = counts.get(name, 0) + 1


def hour_of(now: datetime) -> datetime:
    """The hour that a moment lies in."""
    return now.replace(minute=0, second=0, microsecond=0)


def record(batch: Batch) -> None:
    """Add a batch to the figures, in one short transaction of its own; a key's last use is kept to the minute."""
    token = reads_only.set(False)
    try:
        for slot, counts in sorted(batch.slots.items()):
            _add(slot, counts)
        for key_id, used_at in sorted(batch.keys.items()):
            is_old = ClientKey.last_used_at.is_(None) | (ClientKey.last_used_at <= used_at - SEEN_EVERY)
            db.session.execute(update(ClientKey).where(ClientKey.id == key_id, is_old).values(last_used_at=used_at))
        db.session.commit()
    finally:
        reads_only.reset(token)


def _add(slot: Slot, counts: Mapping[str, int]) -> None:
    same = [getattr(ClientCall, name) == value for name, value in slot._asdict().items()]
    more = update(ClientCall).where(*same)
    more = more.values({name: getattr(ClientCall, name) + number for name, number in counts.items()})
    while not db.session.execute(more, execution_options={"synchronize_session": False}).rowcount:
        _begin(slot)


def _begin(slot: Slot) -> None:
    try:
        with db.session.begin_nested():
            db.session.execute(insert(ClientCall).values(**slot._asdict(), **dict.fromkeys((*COUNTS, *BUCKETS), 0)))
    except IntegrityError:  # pragma: no cover - only when two processes begin the same hour at once
        return


@dataclass(frozen=True)
class Figure:
    """Calls of a time or of a route: how many, of these refused, throttled and failed, and how quick."""

    label: str
    count: int
    refused: int
    throttled: int
    failed: int
    p50: float | None
    p95: float | None

    @property
    def error_share(self) -> float:
        """Per cent of calls that were refused, throttled or failed; one decimal."""
        errors = self.refused + self.throttled + self.failed
        return round(100 * errors / self.count, 1) if self.count else 0.0


@dataclass(frozen=True)
class Figures:
    """Calls since a moment: in all, by hour or day (oldest first), by route (most calls first)."""

    total: Figure
    by_time: tuple[Figure, ...]
    by_rule: tuple[Figure, ...]


def figures(client_id: int | None, days: int, now: datetime) -> Figures:
    """The calls of a client (None: of all) in the last `days`, by hour up to two days and by day beyond."""
    since = hour_of(now) - timedelta(days=days)
    sums = [func.sum(getattr(ClientCall, name)) for name in (*COUNTS, *BUCKETS)]
    query = select(ClientCall.hour_at, ClientCall.rule, *sums).where(ClientCall.hour_at >= since)
    query = query.where(ClientCall.client_id == client_id) if client_id is not None else query
    rows = db.session.execute(query.group_by(ClientCall.hour_at, ClientCall.rule)).all()
    form = "%m-%d %H:00" if days <= 2 else "%Y-%m-%d"
    timed = sorted(((row[0].astimezone(CHINA), row[2:]) for row in rows), key=lambda pair: pair[0])
    by_time = _summed((moment.strftime(form), counts) for moment, counts in timed)
    by_rule = _summed((row[1], row[2:]) for row in rows)
    total = next(iter(_summed(("", row[2:]) for row in rows)), _figure("", [0] * (len(COUNTS) + len(BUCKETS))))
    return Figures(total, by_time, tuple(sorted(by_rule, key=lambda each: (-each.count, each.label))))


def _summed(lines: Iterable[tuple[str, Iterable[int]]]) -> tuple[Figure, ...]:
    found: dict[str, list[int]] = {}
    for label, counts in lines:
        before = found.get(label)
        found[label] = list(map(int, counts)) if before is None else [*map(sum, zip(before, counts, strict=True))]
    return tuple(_figure(label, counts) for label, counts in found.items())


def _figure(label: str, counts: list[int]) -> Figure:
    buckets = counts[len(COUNTS) :]
    count, refused, throttled, failed = counts[: len(COUNTS)]
    return Figure(label, count, refused, throttled, failed, percentile(buckets, 0.5), percentile(buckets, 0.95))


def over_count(now: datetime) -> int:
    """Whether anything is older than is kept (1 or 0)."""
    return len(db.session.scalars(select(ClientCall.id).where(ClientCall.hour_at < now - KEPT).limit(1)).all())


def sweep(now: datetime) -> int:
    """Forget figures older than 400 days."""
    old = delete(ClientCall).where(ClientCall.hour_at < now - KEPT)
    gone: int = db.session.execute(old, execution_options={"synchronize_session": False}).rowcount
    db.session.commit()
    return gone
