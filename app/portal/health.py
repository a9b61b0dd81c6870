"""Is the process alive, is it ready: for load balancers, monitors and people. Nothing personal, nothing secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.extensions import MIGRATIONS, clock, db
from app.operations import heartbeats

PATIENCE = timedelta(seconds=60)
"""For so long the clock may say nothing; real time."""
health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process lives; nothing else is asked."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Everything that a request needs is there; 503 names what is not."""
    failing = [name for name, check in CHECKS.items() if not _passes(name, check)]
    status = "failing" if failing else "ok"
    return jsonify(status=status, failing=failing), 503 if failing else 200


def _database() -> bool:
    return db.session.execute(text("SELECT 1")).scalar() == 1


def _migrations() -> bool:
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == _heads()


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory(Path(MIGRATIONS)).get_heads())


def _redis() -> bool:
    return bool(current_app.extensions["huiyin_redis"].ping())


def _clock() -> bool:
    age = heartbeats.age("clock", clock.real())
    return age is not None and age <= PATIENCE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "clock": _clock,
}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        is_well, reason = check(), "not well"
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
        is_well, reason = False, type(error).__name__
        db.session.rollback()
    if not is_well:
        current_app.logger.warning("not ready: %s: %s", name, reason)
    return is_well
