"""The web process: gunicorn with threads, started from code; its own lines quote no request."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

MEMORY = Path("/dev/shm")  # noqa: S108 # nosec B108 - where gunicorn's heartbeat files cost no disk
GRACE = 30  # seconds that running requests get to finish


class ServerLogger(Logger):
    """gunicorn's logger without handlers of its own, so that its lines pass the net; it quotes no request."""

    def setup(self, cfg: Any) -> None:
        """Leave everything to the handler of this process; how much is said is set there too."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Say it, but not what was wrong in a request."""
        if str(msg).startswith("Invalid request"):
            msg, args = "a request was no HTTP, and refused", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Say it, but not the address of a request."""
        if str(msg).startswith("Error handling request"):
            msg, args = "a request broke off", ()
        super().exception(msg, *args, **kwargs)


class PatientArbiter(Arbiter):
    """gunicorn's first process; Ctrl-C lets running requests finish, as SIGTERM does."""

    def handle_int(self) -> None:
        """Treat SIGINT like SIGTERM; a second one ends all at once."""
        self.handle_term()


class WebServer(BaseApplication):
    """gunicorn for one app factory; each worker process builds its own app."""

    def __init__(self, factory: Callable[[], Flask], settings: Settings) -> None:
        """Keep the factory; gunicorn calls `load_config` and, in each worker, `load`."""
        self.factory = factory
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options."""
        for name, value in server_options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app, in the worker process."""
        return self.factory()

    def run(self) -> None:
        """Serve until told to stop."""
        PatientArbiter(self).run()


def server_options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's options. Not preloaded: a forked database connection would be shared."""
    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "worker_tmp_dir": str(MEMORY) if MEMORY.is_dir() else None,
        "preload_app": False,
        "graceful_timeout": GRACE,
        "timeout": 60,
        "keepalive": 5,
        "accesslog": None,
        "logger_class": ServerLogger,
        "post_worker_init": _leave_ctrl_c_to_the_first,
        "control_socket_disable": True,
    }


def _leave_ctrl_c_to_the_first(_worker: Any) -> None:
    """Ctrl-C in a terminal reaches every process: the first one alone decides, and tells the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def serve(factory: Callable[[], Flask], settings: Settings) -> None:
    """Serve until told to stop (SIGTERM, SIGINT: running requests finish first)."""
    WebServer(factory, settings).run()
