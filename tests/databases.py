"""One database for a test process: filled once, kept as a template, put back after each test that wrote.

The tests thus commit for real, over as many connections and threads as they like, on both kinds of database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
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
        self._let_go()
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._template, self._file)


_TABLES = """SELECT oid::regclass::text, relnamespace = 'pg_catalog'::regnamespace FROM pg_class
  WHERE relkind = 'r' AND NOT relisshared AND relnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace)"""
_COUNTERS = "SELECT format('%I', sequencename), start_value, last_value FROM pg_sequences"
_END_TRANSACTIONS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = 'test' AND xact_start IS NOT NULL"""


class PostgresDatabase(Database):
    """A database on the test's own PostgreSQL server, put back by the table.

    The rows themselves tell what was changed, whichever thread, process or SQL did it: a table is as it was while it
    holds as many rows as it did and none that a later transaction wrote. Where PostgreSQL's own catalogue tells of a
    change (DDL, also TRUNCATE), the whole database is made anew.
    """

    def __init__(self, server_url: str) -> None:
        super().__init__()
        self._test_url = server_url.replace("+psycopg", "").replace("/postgres?", "/test?")
        self._server = psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True)
        self.url = server_url.replace("/postgres?", "/test?")
        self._server.execute("CREATE DATABASE test")

    def _save(self) -> None:
        self._server.execute("CREATE DATABASE template TEMPLATE test STRATEGY file_copy")
        self._open()
        tables = dict(self._own.execute(_TABLES).fetchall())
        self._catalogue = {name for name, is_catalogue in tables.items() if is_catalogue}
        self._rows = {name: self._copy_of(name) for name in tables.keys() - self._catalogue}
        self._counts = {name: count for name, (count, _) in self._seen(tables).items()}
        self._counters = self._own.execute(_COUNTERS).fetchall()

    def _load(self) -> None:
        self._server.execute(_END_TRANSACTIONS)
        if self._times_left and not self._changed(self._catalogue):
            self._put_back(self._changed(self._rows))
            return
        self._let_go()
        self._own.close()
        self._server.execute("DROP DATABASE IF EXISTS test WITH (FORCE)")
        self._server.execute("CREATE DATABASE test TEMPLATE template STRATEGY file_copy")
        self._open()

    def _open(self) -> None:
        """Our own connection to a database that is as it should be."""
        self._own = psycopg.connect(self._test_url, autocommit=True)
        self._own.execute("SET session_replication_role = replica")  # no trigger or reference has a say in putting back
        self._times_left = 200  # until then deleted rows stay in the files
        self._mark()

    def _mark(self) -> None:
        """What later transactions write is a change."""
        self._last = self._own.execute("SELECT pg_current_xact_id()::xid").fetchone()

    def _changed(self, names: Iterable[str]) -> set[str]:
        """Which of these tables are not as they were."""
        with self._own.transaction():  # ages are told as of its beginning
            marked = self._own.execute("SELECT age(%s::xid)", self._last).fetchone()[0]
            seen = self._seen(names)
        return {name for name, (count, age) in seen.items() if count != self._counts[name] or (count and age < marked)}

    def _seen(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """How many rows each table holds, and how many transactions ago the latest was written."""
        looks = (f"SELECT '{name}', count(*), min(age(xmin)) FROM {name}" for name in names)
        return {name: (count, age) for name, count, age in self._own.execute(" UNION ALL ".join(looks))}

    def _put_back(self, changed: set[str]) -> None:
        self._times_left -= 1
        with self._own.transaction():
            for name in changed:
                self._own.execute(f"DELETE FROM {name}")
                if self._rows[name]:
                    with self._own.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                        copy.write(self._rows[name])
            for name, start, last in set(self._counters) - set(self._own.execute(_COUNTERS)):
                self._own.execute("SELECT setval(%s, %s, %s)", [name, last or start, last is not None])
            self._mark()

    def _copy_of(self, name: str) -> bytes:
        with self._own.cursor().copy(f"COPY {name} TO STDOUT") as copy:
            return b"".join(copy)

    def close(self) -> None:
        """Let the server go."""
        self._let_go()
        self._own.close()
        self._server.close()
