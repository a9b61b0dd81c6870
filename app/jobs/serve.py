"""The web process: gunicorn with threads, started from code; one log line a request, without secrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

ACCESS_LINE = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
_TOKEN = re.compile(r"^/evaluate/.+")
MEMORY = Path("/dev/shm")  # noqa: S108 - where gunicorn's heartbeat files cost no disk
GRACE = 30  # seconds that running requests get to finish


class AccessLogger(Logger):
    """gunicorn's logger; the path is percent-encoded (no forged lines) and cut before a personal token."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Return the values of one access line."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {**atoms, "U": logged_path(environ.get("PATH_INFO", ""))}

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Write one line; files that never change are not worth one."""
        if not environ.get("PATH_INFO", "").startswith("/static/"):
            super().access(resp, req, environ, request_time)


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
        "accesslog": "-",
        "access_log_format": ACCESS_LINE,
        "logger_class": AccessLogger,
        "loglevel": "info",
        "control_socket_disable": True,
    }


def logged_path(path: str) -> str:
    """The path as it may be logged: percent-encoded, an invitation's token left out."""
    return quote(_TOKEN.sub("/evaluate/*", path), safe="/:@*", encoding="latin-1", errors="replace")


def serve(factory: Callable[[], Flask], settings: Settings) -> None:
    """Serve until told to stop (SIGTERM: running requests finish first)."""
    WebServer(factory, settings).run()
