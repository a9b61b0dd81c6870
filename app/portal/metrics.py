"""GET /metrics: how the whole stands, as Prometheus reads it. Numbers, rules of routes and statuses; no ids, no people.

For this machine without a proxy between, or for who has the token; for all others there is nothing here.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from flask import Response, abort, current_app, request

from app.extensions import clock
from app.fab.counters import BUCKETS, Series
from app.operations.condition import condition
from app.portal.health import health

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
"""A request with any of these came through a proxy, whatever address it seems to come from."""
TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


@health.get("/metrics")
def metrics() -> Response:
    """All figures; what cannot be reached is said to be away, and its figures are missing."""
    given = request.authorization
    if given is not None and given.type == "bearer":
        if not _is_token(given.token or ""):
            abort(HTTPStatus.FORBIDDEN)
    elif not _is_this_machine():
        abort(HTTPStatus.NOT_FOUND)
    counters = current_app.extensions["huiyin_counters"]
    lines = [*_database(), *_redis(), *_requests(counters.read() if counters else [])]
    return Response("\n".join([*lines, ""]), content_type=TYPE)


def _is_token(given: str) -> bool:
    wanted = current_app.config["HUIYIN"].metrics_token
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _is_this_machine() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _metric(name: str, kind: str, meaning: str, *samples: Sample) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield _line(name, labels, value)


def _line(name: str, labels: dict[str, str], value: float) -> str:
    shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    number = "NaN" if value != value else f"{value:.12g}"  # noqa: PLR0124 - so is NaN
    return f"{name}{{{shown}}} {number}" if shown else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _is_up(name: str, looked: Callable[[], Iterable[str]]) -> list[str]:
    """What was found, under a line that says whether it could be looked at."""
    try:
        found, is_up = list(looked()), 1
    except Exception as error:  # noqa: BLE001 - whatever it is, the figures are not there
        current_app.logger.warning("no figures of the %s: %s", name, type(error).__name__)
        found, is_up = [], 0
    return [*_metric(f"huiyin_{name}_up", "gauge", f"Whether the {name} can be reached", ({}, is_up)), *found]


def _database() -> list[str]:
    return _is_up("database", _stands)


def _stands() -> Iterator[str]:
    it = condition(clock.now(), clock.real())
    by_status: list[Sample] = [({"status": status}, number) for status, number in it.messages.items()]
    yield from _metric("huiyin_cases_open", "gauge", "Cases that are not ended", ({}, it.open_cases))
    yield from _metric("huiyin_steps_due", "gauge", "Steps of limits that are due and not taken", ({}, it.due_steps))
    yield from _metric("huiyin_messages", "gauge", "Text messages by status", *by_status)
    for name, meaning, age in (
        ("message_oldest_unsent", "Age of the oldest unsent message, quiet hours included; 0: none", it.oldest_unsent),
        ("step_longest_due", "How long the most overdue step has been due; 0: none", it.longest_due),
        ("clock_beat_age", "Since the clock's last beat; NaN: never", it.clock_age),
    ):
        seconds = age.total_seconds() if age is not None else float("nan") if name.startswith("clock") else 0
        yield from _metric(f"huiyin_{name}_seconds", "gauge", meaning, ({}, seconds))


def _redis() -> list[str]:
    return _is_up("redis", _queue)


def _queue() -> Iterator[str]:
    queue: dict[str, int] = current_app.extensions["huiyin_queue"]()
    yield from _metric("huiyin_jobs_waiting", "gauge", "Jobs in the queue", ({}, queue["waiting"]))
    yield from _metric("huiyin_jobs_failed", "gauge", "Jobs that failed within the hour", ({}, queue["failed"]))
    yield from _metric("huiyin_workers", "gauge", "Workers that have said they live", ({}, queue["workers"]))


def _requests(counted: list[Series]) -> Iterator[str]:
    name = "huiyin_request_seconds"
    yield from _metric(name, "histogram", "Requests of all web processes, by rule, method and class of status")
    for series in counted:
        labels: dict[str, Any] = {"rule": series.rule, "method": series.method, "status": series.status}
        total = 0
        for bound, count in zip((*(f"{bound:g}" for bound in BUCKETS), "+Inf"), series.counts, strict=True):
            total += count
            yield _line(f"{name}_bucket", {**labels, "le": bound}, total)
        yield _line(f"{name}_sum", labels, series.seconds)
        yield _line(f"{name}_count", labels, total)
