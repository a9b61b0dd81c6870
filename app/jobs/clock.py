"""The clock process: every few seconds it looks for rows whose moment has come and wakes a worker.

Any number may run. With Redis away, or with nobody taking the work, it does the work itself.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable

from flask import Flask, current_app

from app.domain.access import SYSTEM
from app.extensions import clock, db, stopping
from app.jobs.queues import wake
from app.jobs.tasks import (
    drain_messages,
    draw_thumbnails,
    files_wait,
    step_deadlines,
    sweep_client_logs,
    sweep_files,
    sweep_portal,
    sweep_uploads,
)
from app.models.scope import acting
from app.operations import (
    attachments,
    attempts,
    client_calls,
    clocks,
    deliveries,
    drafts,
    messaging,
    otps,
    partials,
    sign_ins,
    uploads,
)
from app.operations.heartbeats import beat

EVERY = 3.0
PATIENCE = 10
"""Rounds for which waiting work is left to the workers before the clock does it itself."""
log = logging.getLogger(__name__)


def main(app: Flask, *, once: bool = False) -> int:
    """Run until told to stop, or take everything that is due now and print what was done."""
    with app.app_context():
        if once:
            print({"steps": step_deadlines(), "messages": drain_messages()})  # noqa: T201
            return 0
    return _run(app)


def _run(app: Flask) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    rounds = dict.fromkeys(WORK, 0)
    while not stopping.wait(EVERY):
        with app.app_context():
            try:
                look(rounds)
            except Exception:
                log.exception("a round of the clock failed; the next one follows")
    return 0


def _old_logs() -> int:
    years = current_app.config["HUIYIN"].delivery_years
    return deliveries.over_count(clock.now(), years) + client_calls.over_count(clock.now())


WORK: dict[str, tuple[Callable[[], int], Callable[[], dict[str, int]]]] = {
    "steps": (lambda: clocks.due_count(clock.now()), step_deadlines),
    "messages": (lambda: messaging.waiting_count(clock.now(), clock.real()), drain_messages),
    "thumbnails": (attachments.undrawn_count, draw_thumbnails),
    "uploads": (lambda: uploads.expired_count(clock.now()) + partials.over_count(clock.now()), sweep_uploads),
    "files": (files_wait, sweep_files),
    "client_logs": (_old_logs, sweep_client_logs),
    "portal": (lambda: sum(each.over_count(clock.real()) for each in (drafts, attempts, otps, sign_ins)), sweep_portal),
}


def look(rounds: dict[str, int]) -> None:
    """One round: say that we live, then see to each kind of waiting work, until told to stop."""
    with acting(SYSTEM):
        beat("clock", clock.real())
    log.debug("beat")
    for work, (waiting, do_it) in WORK.items():
        if stopping.is_set():
            return
        if not _is_waiting(waiting):
            rounds[work] = 0
            continue
        rounds[work] = rounds.get(work, 0) + 1
        if not wake(current_app.extensions["huiyin_redis"], work) or rounds[work] > PATIENCE:
            do_it()


def _is_waiting(count: Callable[[], int]) -> bool:
    with acting(SYSTEM):
        is_waiting = count() > 0
        db.session.remove()
    return is_waiting
