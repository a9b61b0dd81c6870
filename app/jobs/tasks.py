"""RQ functions: a few lines that call an operation. They carry no ids: each drains the rows that wait."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from app.domain.access import SYSTEM
from app.extensions import clock
from app.gateways.sms.registry import make_gateway
from app.models.scope import acting
from app.operations import clocks, messaging


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
