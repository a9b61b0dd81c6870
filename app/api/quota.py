"""Quotas of connected systems: calls counted by minute and by day, together in Redis, or here while it is away.

A window begins with its first call. While Redis is away each web process counts for itself.
"""

from __future__ import annotations

import logging
import math
import threading
import time

from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string

MINUTE, DAY = 60, 86_400
REST = 5.0
"""Seconds for which Redis is left alone once it could not be reached."""
log = logging.getLogger(__name__)


class Here:
    """Counts in this process; the memory of `limits` loses counts where threads begin a window together."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}

    def count(self, key: str, window: int, now: float) -> tuple[int, float]:
        """One more: how many there are in the window now, and when it ends."""
        with self._lock:
            count, until = self._windows.get(key, (0, 0.0))
            count, until = (count + 1, until) if until > now else (1, now + window)
            self._windows[key] = count, until
            return count, until


class Quota:
    """Counts calls; `wait` says for how many seconds a client has to wait, 0 for not at all."""

    def __init__(self, uri: str) -> None:
        """Count in the storage at `uri` (that of the other rate limits)."""
        options = {"wrap_exceptions": True, "socket_connect_timeout": 1, "socket_timeout": 1}
        self._shared: Storage = storage_from_string(uri, **options)  # type: ignore[assignment,arg-type]
        self._here, self._away_until = Here(), 0.0

    def wait(self, client_id: int, per_minute: int, per_day: int, now: float) -> int:
        """Count one call at `now` (real time, seconds). One beyond the minute's quota is not counted for the day."""
        for window, most in ((MINUTE, per_minute), (DAY, per_day)):
            key = f"huiyin:client:{client_id}:{window}"
            count, until = self._shared_count(key, window) or self._here.count(key, window, now)
            if count > most:
                return min(max(math.ceil(until - now), 1), window)
        return 0

    def _shared_count(self, key: str, window: int) -> tuple[int, float] | None:
        """The same, in Redis; None while it is away."""
        if isinstance(self._shared, MemoryStorage) or self._away_until > time.monotonic():
            return None
        try:
            return self._shared.incr(key, window), self._shared.get_expiry(key)
        except StorageError:
            log.warning("Redis cannot be reached; each process counts the calls of clients for itself")
            self._away_until = time.monotonic() + REST
            return None
