"""One of the two apps behind gunicorn, each answer telling its statements and its work: `served.py ours 9001`.

Both get the same server: one process, two threads. `X-Work` is the processor time of the thread that answered.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from sqlalchemy import event
from sqlalchemy.engine import Engine

_here = threading.local()


def _count(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
    if not sql.startswith("BEGIN"):
        _here.statements = getattr(_here, "statements", 0) + 1


class Counted:
    """A WSGI app that tells what each answer has cost."""

    def __init__(self, app: Any) -> None:
        """Wrap."""
        self.app = app

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer in full, then tell."""
        _here.statements, begun = 0, time.thread_time()
        told: list[Any] = []
        body = b"".join(self.app(environ, lambda status, headers, *_: told.extend((status, headers))))
        cost = [("X-Work", f"{time.thread_time() - begun:.6f}"), ("X-Statements", str(_here.statements))]
        start(told[0], [*told[1], *cost])
        return [body]


class Server(BaseApplication):
    """gunicorn from code."""

    def __init__(self, which: str, port: int) -> None:
        """Which app, and where."""
        self.which, self.port = which, port
        super().__init__()

    def load_config(self) -> None:
        """The same for both."""
        for name, value in {
            "bind": f"127.0.0.1:{self.port}",
            "workers": 1,
            "threads": 2,
            "worker_class": "gthread",
            "timeout": 600,
            "keepalive": 75,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Counted:
        """Build the app."""
        event.listen(Engine, "before_cursor_execute", _count)
        if self.which == "stock":
            from bench.stock.app import make

            return Counted(make())
        from app import create_app

        return Counted(create_app())


if __name__ == "__main__":
    Server(sys.argv[1], int(sys.argv[2])).run()
