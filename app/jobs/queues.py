"""The queue and its wake-ups. A wake-up carries nothing: the work is in rows; a lost one costs seconds, no work.

For the log alone it names the request that asked for it, by its id.
"""

from __future__ import annotations

import logging

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app.logs.context import request_id

QUEUE = "default"
JOBS = {
    "messages": "app.jobs.tasks.drain_messages",
    "steps": "app.jobs.tasks.step_deadlines",
    "thumbnails": "app.jobs.tasks.draw_thumbnails",
    "uploads": "app.jobs.tasks.sweep_uploads",
    "files": "app.jobs.tasks.sweep_files",
    "portal": "app.jobs.tasks.sweep_portal",
    "client_logs": "app.jobs.tasks.sweep_client_logs",
}
WAKE_SECONDS = 5
"""For so long a second wake-up for the same work is not enqueued; the clock's sweep covers what falls between."""
log = logging.getLogger(__name__)


def connect(url: str) -> Redis:
    """A connection that gives up quickly: nobody waits for Redis."""
    return Redis.from_url(
        url,
        socket_connect_timeout=1,
        socket_timeout=10,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )


def queue_on(connection: Redis) -> Queue:
    """The one queue; jobs are JSON, never pickles."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer, default_timeout=600)


def figures(connection: Redis) -> dict[str, int]:
    """How many jobs wait, how many have failed within the hour, how many workers there are. Raises RedisError."""
    queue = queue_on(connection)
    workers = Worker.count(connection=connection)
    return {"waiting": queue.count, "failed": queue.failed_job_registry.count, "workers": workers}


def wake(connection: Redis, work: str) -> bool:
    """Ask a worker to do the waiting work; False when Redis cannot be reached."""
    try:
        if connection.set(f"huiyin:woken:{work}", "1", nx=True, ex=WAKE_SECONDS):
            asked = {"request": request_id.get()} if request_id.get() else {}
            queue_on(connection).enqueue(JOBS[work], result_ttl=60, failure_ttl=3600, meta=asked)
    except RedisError:
        log.warning("Redis cannot be reached; the clock will do the work: %s", work)
        return False
    return True
