"""RQ functions: a few lines that call an operation. They carry no ids: each drains the rows that wait."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from app.domain.access import SYSTEM
from app.extensions import clock, files
from app.gateways.sms.registry import make_gateway
from app.models.scope import acting
from app.operations import (
    attachments,
    attempts,
    client_calls,
    clocks,
    deliveries,
    drafts,
    heartbeats,
    messaging,
    otps,
    partials,
    sign_ins,
    uploads,
)

DAY = 24 * 3600
SWEPT = "files swept"


def drain_messages() -> dict[str, int]:
    """Send every message that may go out now; counts by outcome."""
    settings = current_app.config["HUIYIN"]
    lease = timedelta(seconds=settings.sms_lease)
    with acting(SYSTEM):
        return dict(messaging.drain(make_gateway(settings.sms, settings), clock.now(), clock.real, lease))


def step_deadlines() -> dict[str, int]:
    """Take every step that is due; counts by verb."""
    with acting(SYSTEM):
        return dict(clocks.step_due(clock.now()))


def draw_thumbnails() -> dict[str, int]:
    """Make the thumbnails that wait; counts by outcome."""
    with acting(SYSTEM):
        return attachments.draw()


def sweep_uploads() -> dict[str, int]:
    """Remove uploads that no case has claimed, or that were not sent to their end, in time."""
    with acting(SYSTEM):
        return {"removed": uploads.sweep(clock.now()) + partials.sweep(clock.now())}


def sweep_files() -> dict[str, int]:
    """Once a day: remove what dead processes have left half written, or without a row."""
    real_now = clock.real()
    before = real_now.timestamp() - DAY
    with acting(SYSTEM):
        heartbeats.beat(SWEPT, real_now)
        return {"drafts": files.storage.tidy(before), "orphans": uploads.sweep_orphans(before)}


def files_wait() -> int:
    """Whether a day has passed since the last such sweep."""
    age = heartbeats.age(SWEPT, clock.real())
    return int(age is None or age.total_seconds() > DAY)


def sweep_portal() -> dict[str, int]:
    """Remove drafts, counted tries, codes and sign-ins whose time is over."""
    real_now = clock.real()
    kept = {"drafts": drafts, "attempts": attempts, "codes": otps, "sign_ins": sign_ins}
    with acting(SYSTEM):
        return {name: each.sweep(real_now) for name, each in kept.items()}


def sweep_client_logs() -> dict[str, int]:
    """Remove what connected systems were given, and how they called, once it is older than it is kept."""
    years = current_app.config["HUIYIN"].delivery_years
    with acting(SYSTEM):
        return {"deliveries": deliveries.sweep(clock.now(), years), "calls": client_calls.sweep(clock.now())}
