"""Checks of what the site stands on and how it runs: database, queue, clock, messages, limits, gateways, evidence.

They run inside the app's context and change nothing.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.cli.findings import Check, Finding, Level, ok

if TYPE_CHECKING:
    from flask import Flask

    from app.operations.condition import Condition
    from config import Settings

SOON, LATE, LONG = timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24)
BEAT = timedelta(seconds=60)
DRIFT, TOO_MUCH = timedelta(seconds=5), timedelta(seconds=60)
SAMPLE = 100
OLDEST_POSTGRES, OLDEST_REDIS = 140_000, 6
NOVEMBER = 11
DATABASE = "Start the database, or correct DATABASE_URL."
UPGRADE = "See the finding on the database; run `run.py upgrade` and `run.py seed` where tables or rows are missing."
REDIS = "Start Valkey or Redis, or correct REDIS_URL (`run.py all` starts its own). Until then the clock does the work."
START = "Start `run.py {}` (or `run.py all`)."


def database() -> Finding:
    """Reachable, and new enough."""
    from sqlalchemy import text

    from app.extensions import db

    dialect = db.session.connection().dialect
    db.session.execute(text("SELECT 1"))
    version = ".".join(map(str, dialect.server_version_info or ()))
    if dialect.name == "postgresql" and (dialect.server_version_info or (0,))[0] < OLDEST_POSTGRES // 10_000:
        return Finding("database", "fail", f"PostgreSQL {version}", "Upgrade to PostgreSQL 14 or newer.")
    return ok("database", f"{dialect.name} {version}")


def drift() -> Finding:
    """Clocks of the database and of this machine."""
    from sqlalchemy import literal_column, select

    from app.extensions import clock, db
    from app.models.columns import UtcDateTime

    source = "clock_timestamp()" if db.session.connection().dialect.name == "postgresql" else "CURRENT_TIMESTAMP"
    there = db.session.execute(select(literal_column(source, UtcDateTime()))).scalar_one()
    apart = abs(clock.real() - there)
    text = f"{apart.total_seconds():.0f} s apart from the database"
    if apart > DRIFT:
        return Finding("time", "fail" if apart > TOO_MUCH else "warn", text, "Let both machines keep time by NTP.")
    return ok("time", text)


def migrations() -> Finding:
    """At head."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from app.extensions import MIGRATIONS, db

    at = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    heads = set(ScriptDirectory(MIGRATIONS).get_heads())
    if at != heads:
        text = f"at {', '.join(sorted(at)) or 'nothing'}, the code is at {', '.join(sorted(heads))}"
        return Finding("migrations", "fail", text, "Run `run.py upgrade`.")
    return ok("migrations", f"at {', '.join(sorted(heads))}")


def permissions() -> Finding:
    """As the code declares them: what `upgrade` would change is counted, and not kept."""
    from app.cli.upgrading import declared
    from app.domain.access import SYSTEM
    from app.extensions import db
    from app.fab.permissions import sync
    from app.models.scope import acting

    with acting(SYSTEM):
        try:
            counts = sync(db.session, declared())
        finally:
            db.session.rollback()
    if counts["added"] or counts["removed"]:
        text = f"{counts['added']} missing, {counts['removed']} too many"
        return Finding("permissions", "fail", text, "Run `run.py upgrade`.")
    return ok("permissions", "as declared")


def redis(app: Flask) -> Finding:
    """Reachable, and new enough."""
    told = app.extensions["huiyin_redis"].info("server")
    version = str(told.get("valkey_version") or told["redis_version"])
    if int(version.partition(".")[0]) < OLDEST_REDIS:
        return Finding("redis", "fail", f"version {version}", "Upgrade to Valkey, or Redis 6 or newer.")
    return ok("redis", f"{'Valkey' if 'valkey_version' in told else 'Redis'} {version}")


def worker(app: Flask) -> Finding:
    """At least one is there; and whether jobs have failed."""
    queue = app.extensions["huiyin_queue"]()
    text = f"{queue['workers']} alive, {queue['waiting']} jobs waiting, {queue['failed']} failed within the hour"
    if not queue["workers"]:
        return Finding("worker", "warn", text, f"{START.format('worker')} Until then the clock does the work.")
    if queue["failed"]:
        return Finding("worker", "warn", text, "Look for `a job failed` in the worker's log.")
    return ok("worker", text)


def beat(it: Condition) -> Finding:
    """The clock's last beat."""
    if it.clock_age is None or it.clock_age > BEAT:
        text = "has never beaten" if it.clock_age is None else f"last beat {_span(it.clock_age)} ago"
        remedy = f"{START.format('clock')} Without it nothing is reminded, marked late or escalated."
        return Finding("clock", "fail", text, remedy)
    return ok("clock", f"last beat {_span(it.clock_age)} ago")


def messages(it: Condition) -> Finding:
    """How long the oldest could have gone out, and how long it has existed."""
    unsent = it.messages["queued"] + it.messages["claimed"]
    text = f"{unsent} unsent, {it.messages['failed']} failed, {it.messages['unknown']} of unknown outcome"
    remedy = "See Messages, Text messages for the reasons; check the gateway and that a worker runs."
    ready, oldest = it.longest_ready or timedelta(), it.oldest_unsent or timedelta()
    if ready > SOON:
        level: Level = "fail" if ready > LATE else "warn"
        return Finding("messages", level, f"{text}; one could have gone out {_span(ready)} ago", remedy)
    if oldest > LONG:
        return Finding("messages", "warn", f"{text}; the oldest is {_span(oldest)} old", remedy)
    return ok("messages", text)


def steps(it: Condition) -> Finding:
    """Steps of limits that are due and not taken."""
    late = it.longest_due or timedelta()
    if late > SOON:
        text = f"{it.due_steps} due, the first for {_span(late)}"
        return Finding("steps", "fail", text, "Run `run.py clock --once`; look for `deadline` in the clock's log.")
    return ok("steps", f"{it.due_steps} due")


def calendar() -> Finding:
    """The holidays of this year, and from November of the next."""
    from app.domain.deadlines import china_day
    from app.extensions import clock
    from app.operations.books import books

    today, known = china_day(clock.now()), books().calendar.known_years
    remedy = "Enter the State Council's notice under Configuration, Work calendar."
    if today.year not in known:
        return Finding("calendar", "fail", f"the holidays of {today.year} are missing", remedy)
    if today.month >= NOVEMBER and today.year + 1 not in known:
        return Finding("calendar", "warn", f"the holidays of {today.year + 1} are missing", remedy)
    return ok("calendar", f"years {min(known)} to {max(known)}")


def gateway(settings: Settings) -> Finding:
    """Set up, and in production a real one."""
    from app.gateways.sms.registry import make_gateway

    name = "text messages"
    try:
        make_gateway(settings.sms, settings)
    except ValueError as error:
        return Finding(name, "fail", str(error), "Set HUIYIN_SMS and the settings of its gateways.")
    if settings.is_production and "outbox" in settings.sms:
        return Finding(
            name, "warn", "the outbox only keeps messages in a folder", "Set HUIYIN_SMS to a gateway that sends."
        )
    return ok(name, f"by {', '.join(settings.sms)}")


def scanner(settings: Settings) -> Finding:
    """Clamd answers; in production there should be one."""
    from app.domain.errors import GatewayError
    from app.extensions import files

    try:
        verdict = files.scanner.scan([b"huiyin"])
    except GatewayError as error:
        return Finding("virus scanner", "fail", error.message, "Start clamd; until then no evidence is taken.")
    if verdict == "unscanned":
        remedy = "Install clamd and set HUIYIN_CLAMD."
        return (
            Finding("virus scanner", "warn", "none", remedy) if settings.is_production else ok("virus scanner", "none")
        )
    return ok("virus scanner", "answers")


def storage() -> Finding:
    """A file can be kept, read and removed again."""
    from app.extensions import files
    from app.gateways.storage import new_key

    key = new_key()
    try:
        files.storage.put(key, [b"huiyin"])
        is_same = b"".join(files.storage.read(key)) == b"huiyin"
    finally:
        files.storage.delete(key)
    if not is_same:
        return Finding("storage", "fail", "gives back something else", "Check the disk and HUIYIN_STORAGE.")
    return ok("storage", "writable")


def evidence() -> Finding:
    """The latest pieces of evidence have their files."""
    from app.operations.condition import stored_keys

    rows = stored_keys(SAMPLE)
    lost = [str(row_id) for row_id, key in rows if not _is_readable(key)]
    if lost:
        text = f"{len(lost)} of the latest {len(rows)} cannot be opened (rows {', '.join(lost[:10])})"
        return Finding("evidence", "fail", text, "Bring the files back from the backup to HUIYIN_STORAGE.")
    return ok("evidence", f"the latest {len(rows)} are there")


def _is_readable(key: str) -> bool:
    from app.domain.errors import GatewayError
    from app.extensions import files

    try:
        return next(iter(files.storage.read(key)), None) is not None
    except GatewayError:
        return False


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    if minutes < 2:
        return f"{int(age.total_seconds())} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60:,} h"


def stands(app: Flask, settings: Settings) -> list[tuple[str, Check, str]]:
    """What the site stands on."""
    found: list[tuple[str, Check, str]] = [
        ("database", database, DATABASE),
        ("time", drift, DATABASE),
        ("migrations", migrations, UPGRADE),
        ("permissions", permissions, UPGRADE),
        ("redis", lambda: redis(app), REDIS),
        ("worker", lambda: worker(app), REDIS),
        ("calendar", calendar, UPGRADE),
        ("text messages", lambda: gateway(settings), "Check the settings that begin with HUIYIN_SMS."),
        ("virus scanner", lambda: scanner(settings), "Check clamd and HUIYIN_CLAMD."),
        ("storage", storage, "Let this account write to HUIYIN_STORAGE."),
        ("evidence", evidence, UPGRADE),
    ]
    return [(name, partial(_afresh, check), remedy) for name, check, remedy in found]


def _afresh(check: Check) -> Finding:
    """A check after one that broke begins a transaction of its own."""
    from app.extensions import db

    db.session.rollback()
    return check()


def runs(it: Condition) -> list[tuple[str, Check, str]]:
    """How it runs."""
    found = (("clock", beat), ("messages", messages), ("steps", steps))
    return [(name, partial(check, it), UPGRADE) for name, check in found]
