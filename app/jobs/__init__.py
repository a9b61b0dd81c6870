"""Door: RQ functions, and the processes that run them, the web and the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Let commits wake the worker, and doors ask how the queue stands."""
    from app.jobs import outbox, queues  # here, because the supervisor is in this package and loads no framework

    outbox.install(app)
    app.extensions["huiyin_queue"] = lambda: queues.figures(app.extensions["huiyin_redis"])
