"""One database for a test process: filled once, kept as a template, put back after each test that wrote.

The tests thus commit for real, over as many connections and threads as they like, on both kinds of database.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

_READS = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "EXPLAIN")


class Database:
    """A database that knows whether it was written to since it was last put back."""

    url: str

    def __init__(self) -> None:
        self.is_dirty = False
        self._engine: Engine | None = None

    def watch(self, engine: Engine) -> None:
        """Notice what the app's engine writes. What other processes write is told by `is_dirty = True`."""
        self._engine = engine
        event.listen(engine, "before_cursor_execute", self._note)

    def keep(self) -> None:
        """Keep the present state as the template."""
        self._let_go()
        self._save()
        self.is_dirty = False

    def restore(self) -> None:
        """Put the template back, where anything was written since."""
        if self.is_dirty:
            self._let_go()
            self._load()
            self.is_dirty = False

    def _note(self, _connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if not sql.lstrip().upper().startswith(_READS):
            self.is_dirty = True

    def _let_go(self) -> None:
        if self._engine is not None:
            self._engine.dispose()

    def _save(self) -> None:
        raise NotImplementedError

    def _load(self) -> None:
        raise NotImplementedError


class SqliteFile(Database):
    """A SQLite file, in memory where the machine has a place for that."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._file, self._template = folder / "test.db", folder / "template.db"
        self.url = f"sqlite:///{self._file}"

    def _save(self) -> None:
        shutil.copyfile(self._file, self._template)  # the last connection has closed: the log is in the file

    def _load(self) -> None:
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._template, self._file)


class PostgresDatabase(Database):
    """A database on the test's own PostgreSQL server."""

    def __init__(self, server_url: str) -> None:
        super().__init__()
        self._server = psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True)
        self.url = server_url.replace("/postgres?", "/test?")
        self._server.execute("CREATE DATABASE test")

    def _save(self) -> None:
        self._server.execute("CREATE DATABASE template TEMPLATE test STRATEGY file_copy")

    def _load(self) -> None:
        self._server.execute("DROP DATABASE IF EXISTS test WITH (FORCE)")
        self._server.execute("CREATE DATABASE test TEMPLATE template STRATEGY file_copy")

    def close(self) -> None:
        """Let the server go."""
        self._server.close()
