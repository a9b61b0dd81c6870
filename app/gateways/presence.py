"""Who has a case open just now: officers' ids in Redis, for a short while. Redis away: nobody is known, silently."""

from __future__ import annotations

import time

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

STAYS = 75
"""Seconds for which somebody counts as here after a page has said so; pages say so every 30."""
REST = 30.0
"""Seconds for which Redis is left alone once it could not be reached."""


class Presence:
    """Ids of cases and officers only; nothing is kept of who was where once the time is over."""

    def __init__(self, url: str) -> None:
        """Connect when first asked."""
        self._redis: Redis = Redis.from_url(
            url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0), decode_responses=True
        )
        self._away_until = 0.0

    def others(self, case_id: int, user_id: int, now: float) -> list[int]:
        """Say that this officer has the case open at `now` (real time, seconds); who else has, the latest first."""
        if self._away_until > time.monotonic():
            return []
        key = f"huiyin:here:{case_id}"
        try:
            with self._redis.pipeline() as asked:
                asked.zadd(key, {str(user_id): now})
                asked.zremrangebyscore(key, "-inf", now - STAYS)
                asked.expire(key, STAYS)
                asked.zrevrange(key, 0, 9)
                here: list[str] = asked.execute()[-1]
        except RedisError:
            self._away_until = time.monotonic() + REST
            return []
        return [int(each) for each in here if each != str(user_id)]
