"""Around every request: its id, its line in the log, its count. Outermost, so that nothing is answered without.

The rule of the route is logged and counted, never the path: paths hold tokens and numbers, queries what people type.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, request, request_started
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import ClosingIterator

from app.fab.counters import Counters
from app.logs.context import is_id, new_id, request_id

log = logging.getLogger("app.request")
_RULE = "huiyin.rule"
UNKNOWN = "-"
"""The rule of a path that leads nowhere."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static/<path:filename>"})
"""Rules that are counted but not worth a line."""


def install(app: Flask, proxies: int, counters: Counters | None = None) -> None:
    """Wrap the app: trusted proxies outermost, then this. Call it last."""
    app.extensions["huiyin_counters"] = counters
    request_started.connect(_note_rule, app)
    app.log_exception = _log_exception  # type: ignore[method-assign, assignment]
    app.wsgi_app = Requests(app.wsgi_app, proxies, counters)  # type: ignore[method-assign, assignment]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


class Requests:
    """WSGI: gives each request its id and says, when it has been answered, what came of it."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], proxies: int, counters: Counters | None) -> None:
        """Take what is wrapped, how many proxies are trusted, and where requests are counted."""
        self.inner, self.proxies, self.counters = inner, proxies, counters

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        begun, given = time.perf_counter(), self._id(environ)
        request_id.set(given)
        status = [HTTPStatus.INTERNAL_SERVER_ERROR.value]

        def started(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            status[0] = int(line[:3])
            return start(line, [*headers, ("X-Request-Id", given)], *more)

        def ended() -> None:
            request_id.set(given)
            self._tell(environ, status[0], time.perf_counter() - begun)
            request_id.set("")

        try:
            answer = self.inner(environ, started)
        except BaseException:
            ended()
            raise
        return ClosingIterator(answer, [ended])

    def _id(self, environ: dict[str, Any]) -> str:
        """An id of one's own, or the one that a trusted proxy has given."""
        brought = environ.get("HTTP_X_REQUEST_ID", "")
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").count(",") + 1 if "HTTP_X_FORWARDED_FOR" in environ else 0
        return brought if self.proxies and hops >= self.proxies and is_id(brought) else new_id()

    def _tell(self, environ: dict[str, Any], status: int, seconds: float) -> None:
        rule, method = environ.get(_RULE, UNKNOWN), environ.get("REQUEST_METHOD", "")
        if self.counters is not None:
            self.counters.count(rule, method, status, seconds)
        if rule not in QUIET:
            told = {"method": method, "rule": rule, "status": status, "ms": round(seconds * 1000)}
            log.info("request", extra=told)


def _note_rule(_app: Flask, **_: Any) -> None:
    """Keep the rule for when the request has been answered: Flask forgets it then."""
    request.environ[_RULE] = UNKNOWN if request.url_rule is None else request.url_rule.rule


def _log_exception(error: Any) -> None:
    """Flask's own words name the path."""
    log.error("a request failed", exc_info=error)
