"""The bench's rows: the demonstration's cases, made by `run.py seed`, and copies of them where more are wanted.

A copy is a case of its own (ids, numbers, moments a little earlier) with its parties, shares and limits; it has no
timeline, no messages and, sealed values being bound to their row, no name or phone. Copies are made in SQL.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text

from app.models.grams import grams

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Pass-Word-1x"  # pragma: allowlist secret
SEEDED = 100_000
_TEXT_INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_cases_text'"
_CASE = {
    "id": "id + :step",
    "receipt_no": "substr(receipt_no, 1, 18) || :mark",
    "case_no": "substr(case_no, 1, 18) || :mark",
    "external_no": "external_no || :mark",
}
_HANGS_ON = {
    "complainants": {
        "id": "id + :step",
        "case_id": "case_id + :step",
        "uid": "substr(uid, 1, 32) || :mark",
        **dict.fromkeys(("name_sealed", "phone_sealed", "id_no_sealed", "org_name_sealed", "uscc_sealed"), "NULL"),
    },
    "respondents": {"id": "id + :step", "case_id": "case_id + :step"},
    "assignments": {"id": "id + :many", "case_id": "case_id + :step"},
    "deadlines": {"id": "id + :many", "case_id": "case_id + :step"},
}


def environment(url: str, folder: Path) -> dict[str, str]:
    """What the product's own programs are told."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    ours = {"DATABASE_URL": url, "HUIYIN_DATA": str(folder / "data"), "HUIYIN_DEMO_PASSWORD": PASSWORD}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    return {**kept, **ours, "REDIS_URL": "redis://127.0.0.1:1/0", "BENCH_ROOT": str(ROOT)}


def fill(url: str, folder: Path, cases: int) -> None:
    """Bring the database to the code's schema and to this many cases; quick where it is there already."""
    _run(url, folder, "upgrade")
    _run(url, folder, "seed", "--demo", "--cases", str(min(cases, SEEDED)))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.create_function("huiyin_grams", 1, grams))
    with engine.connect() as connection:
        there = connection.scalar(text("SELECT count(*) FROM cases"))
        if there < cases:
            _copy(connection, range(there // SEEDED, cases // SEEDED))
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    engine.dispose()


def _run(url: str, folder: Path, *command: str) -> None:
    subprocess.run([sys.executable, "run.py", *command], check=True, cwd=ROOT, env=environment(url, folder))


def _copy(connection: Connection, numbers: range) -> None:
    """Write the copies of these numbers. PostgreSQL builds the index of the texts once, at the end."""
    is_postgres = connection.dialect.name != "sqlite"
    made = connection.scalar(text(_TEXT_INDEX)) if is_postgres else None
    if made:
        connection.execute(text("DROP INDEX ix_cases_text"))
    for number in numbers:
        print(f"Copies: {number * SEEDED:,} cases", flush=True)
        for table, changed in {"cases": _CASE, **_HANGS_ON}.items():
            connection.execute(text(_copying(connection, table, changed)), _steps(connection, table, number))
    if made:
        print("Copies: the index of the texts", flush=True)
        connection.execute(text(made))
    for table in ("cases", *_HANGS_ON) if is_postgres else ():
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # nosec B608
        )


def _copying(connection: Connection, table: str, changed: dict[str, str]) -> str:
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    values = ", ".join(changed.get(name, name) for name in columns)
    key = "id" if table == "cases" else "case_id"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {key} <= {SEEDED}"  # nosec B608


def _steps(connection: Connection, table: str, number: int) -> dict[str, object]:
    """How far ids move, and what marks a copy's numbers; only what the statement of this table names."""
    values: dict[str, object] = {"step": number * SEEDED}
    if table in ("cases", "complainants"):
        values["mark"] = f"-{number}"
    if table in ("assignments", "deadlines"):
        last = connection.scalar(text(f"SELECT max(id) FROM {table} WHERE case_id <= {SEEDED}"))  # nosec B608
        values["many"] = number * int(last or 0)
    return values
