"""Things made once and bound to the app in `create_app`: database, CSRF, key ring and the business clock."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from app.domain.passwords import DENGBAO3
from app.gateways.antivirus import Scanner
from app.gateways.storage import Storage
from app.models import scope
from app.models.grams import grams
from app.models.scope import ScopedSession
from app.models.sealed import keyring

reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)
"""Set for the length of a GET request: its SQLite transaction is then deferred and takes no write lock."""


class Clock:
    """Business time: real time plus a fixed offset (HUIYIN_NOW, development and tests only)."""

    offset = timedelta()

    def now(self) -> datetime:
        """Aware UTC business time, for rules and stamps."""
        return datetime.now(UTC) + self.offset

    def real(self) -> datetime:
        """Aware UTC real time, for leases and heartbeats."""
        return datetime.now(UTC)


class Site:
    """Where the public pages are reached from outside (HUIYIN_PUBLIC_URL), for links in messages."""

    public_url = "http://127.0.0.1:8080"


class Files:
    """Where evidence is kept, and what looks at it first. Bound in `create_app`."""

    storage: Storage
    scanner: Scanner


stopping = threading.Event()
"""This process was told to stop: what works through rows ends after the one it is at."""


class Access:
    """Policy of accounts, and salted hashes as Flask-AppBuilder writes them. Bound in `create_app`."""

    hash_method = "scrypt"
    policy = DENGBAO3
    is_production = False
    auth = "db"
    idle = timedelta(minutes=30)
    longest = timedelta(hours=12)
    factor_roles: frozenset[str] = frozenset()

    def hashed(self, password: str) -> str:
        """The hash that is stored, with a salt of its own."""
        return generate_password_hash(password, self.hash_method, 16)

    def matches(self, password: str, stored: str) -> bool:
        """Whether this is the password behind the hash."""
        return check_password_hash(stored, password)


clock = Clock()
access = Access()
site = Site()
files = Files()
db = SQLA(model_class=Model, session_options={"class_": ScopedSession})
csrf = CSRFProtect()
MIGRATIONS = str(Path(__file__).parent / "migrations")


def _on_connect(connection: Any, _: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("huiyin_grams", 1, grams, deterministic=True)


def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        reads = reads_only.get() or connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _new_session() -> Session:
    session: Session = db.session.session_factory()
    return session


def install_database() -> None:
    """Attach the row guard and the SQLite habits (WAL, foreign keys, write lock first); idempotent."""
    scope.install()
    scope.set_factory(_new_session)
    if not event.contains(Engine, "begin", _on_begin):
        event.listen(Engine, "connect", _on_connect)
        event.listen(Engine, "begin", _on_begin)


__all__ = [
    "MIGRATIONS",
    "access",
    "clock",
    "csrf",
    "db",
    "files",
    "install_database",
    "keyring",
    "reads_only",
    "site",
    "stopping",
]
