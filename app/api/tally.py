"""Calls of connected systems, counted in memory and written every few seconds by a thread, off the request's path.

A process that is killed loses the figures of its last seconds; nothing but figures rests on them.
"""

from __future__ import annotations

import atexit
import logging
import threading

from flask import Flask

from app.domain.access import SYSTEM
from app.extensions import clock
from app.models.scope import acting
from app.operations import client_calls
from app.operations.client_calls import Batch, Slot

EVERY = 10.0
log = logging.getLogger(__name__)


class Tally:
    """What this process has counted and not written yet."""

    def __init__(self, app: Flask) -> None:
        """Write what is left when the process ends. Tests write by hand."""
        self._app, self._lock, self._batch = app, threading.Lock(), Batch()
        self._timer: threading.Timer | None = None
        if not app.testing:
            atexit.register(self.write)

    def note(self, client_id: int, key_id: int | None, rule: str, status: int, milliseconds: float) -> None:
        """Count a call; the first one of a batch starts the time after which it is written."""
        now = clock.now()
        with self._lock:
            self._batch.note(Slot(client_id, client_calls.hour_of(now), rule), status, milliseconds)
            if key_id is not None:
                self._batch.keys[key_id] = now
            if self._timer is None and not self._app.testing:
                self._timer = threading.Timer(EVERY, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what was counted; figures that cannot be written are dropped, with a line in the log."""
        with self._lock:
            batch, self._batch, self._timer = self._batch, Batch(), None
        if not batch.slots:
            return
        try:
            with self._app.app_context(), acting(SYSTEM):
                client_calls.record(batch)
        except Exception:
            log.exception("figures of calls were lost: %s routes", len(batch.slots))
