"""Fixtures for all tests. `--db sqlite|postgres` chooses the database; tests that use none run with sqlite only.

db        the app's context on a clean, seeded database       login("intake")  a signed-in browser-like client
client    a client of the app, nobody signed in               rest("intake")   a REST client with a token
valkey    a real server at the app's REDIS_URL, empty         browser          a real Chromium
live      the app, served on a real port in threads           outbox           folder of the outbox gateway
begin_log start the log as a process does, as in `begin_log("json")`
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cli.strings import compile_catalogues
from config import TRANSLATIONS, Settings
from tests import servers
from tests.databases import Database, PostgresDatabase, SqliteFile
from tests.pages import PASSWORD, Page, Rest, page, sign_in

OURS = ("HUIYIN_", "DATABASE_URL", "REDIS_URL", "MAKELEVEL")
LENGTHS = ("HUIYIN_DRILL", "HUIYIN_NAUGHTY")  # how long the long forms of tests are
NO_BROWSER = "!!!! BROWSER TESTS WERE SKIPPED: chromium and chromedriver are not installed !!!!"
QUICK_HASH = "pbkdf2:sha256:1"
CENTRE_ROLES = {"unit_leader": "410105-SCJG", "handler": "410105-SCJG"}  # all others sit in the centre


def pytest_addoption(parser: pytest.Parser) -> None:
    """The database to test on."""
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite", help="database to test on")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of the developer's settings reaches a test; catalogues are compiled once."""
    for name in [name for name in os.environ if name.startswith(OURS) and not name.startswith(LENGTHS)]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        compile_catalogues(TRANSLATIONS)


ONCE = frozenset({"test_plants"})
"""Tests of the tests: leaks put in by hand, to see that the matrix finds them."""

SAME_CODE = frozenset({"doors", "matrix"})
DIFFERING = frozenset({"test_brute_force", "test_clients_rest", "test_elsewhere", "test_search", "test_threads"})
"""Doors run the same code on each database, but for searches and races: measuring coverage there once is enough."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs no database is the same on each: once is enough. Browser tests need a browser."""
    if not _has_browser():
        for item in items:
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    if config.getoption("--db") != "sqlite":
        same = [item for item in items if "database" not in getattr(item, "fixturenames", ()) or item.path.stem in ONCE]
        config.hook.pytest_deselected(items=same)
        left_out = set(same)
        items[:] = [item for item in items if item not in left_out]
        for item in items:
            if item.path.parent.name in SAME_CODE and item.path.stem not in DIFFERING:
                item.add_marker("no_cover")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when the browser tests did not run."""
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


def _has_browser() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """The data folder of the test's app: short, private, in memory where possible."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="huiyin-", dir=memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, data: Path) -> Iterator[Database]:
    """The database (empty until `app` has filled it)."""
    if request.config.getoption("--db") == "sqlite":
        yield SqliteFile(data)
        return
    with servers.postgres() as url:
        postgres = PostgresDatabase(url)
        yield postgres
        postgres.close()


@pytest.fixture(scope="session")
def settings(data: Path, database: Database) -> Settings:
    """Settings of the test's app. Nothing listens at its REDIS_URL until a test asks for `valkey`."""
    return Settings.from_env(
        {
            "HUIYIN_DATA": str(data),
            "DATABASE_URL": database.url,
            "REDIS_URL": f"unix://{data}/valkey.sock",
            "HUIYIN_DEMO_PASSWORD": PASSWORD,
        }
    )


@pytest.fixture(scope="session")
def app(settings: Settings, database: Database) -> Flask:
    """The app, on a database that real migrations have made and the real seeds have filled."""
    from app import create_app
    from app.cli.upgrading import upgrade
    from app.domain.access import SYSTEM
    from app.extensions import clock, db
    from app.models.scope import acting
    from app.operations.seeding import seed

    app = create_app(
        settings, TESTING=True, RATELIMIT_ENABLED=False, FAB_PASSWORD_HASH_METHOD=QUICK_HASH, SERVER_NAME=None
    )
    with app.app_context():
        upgrade(app)
        with acting(SYSTEM):
            seed(clock.now())
        db.session.remove()
        database.watch(db.engine)
        database.keep()
    return app


@pytest.fixture
def db(app: Flask, database: Database) -> Iterator[Any]:
    """The app's context and `db`; the database is as the seeds made it."""
    from app.extensions import db

    with app.app_context():
        yield db
        db.session.remove()
        database.restore()


@pytest.fixture
def client(app: Flask, db: Any) -> Page:
    """A client in which nobody is signed in."""
    return page(app)


@pytest.fixture
def account(db: Any) -> Callable[..., str]:
    """Make accounts, as in `account("handler", at="410105-SCJG")`: the user name."""
    from app.domain.access import SYSTEM, Role
    from app.models.scope import acting
    from tests import factories

    def make(role: str, at: str = "") -> str:
        from werkzeug.security import generate_password_hash

        with acting(SYSTEM):
            user = factories.officer(Role(role), at=at or CENTRE_ROLES.get(role, factories.CENTRE))
            user.password = generate_password_hash(PASSWORD, method=QUICK_HASH)
            db.session.commit()
            name = user.username
        db.session.remove()
        return str(name)

    return make


@pytest.fixture
def login(app: Flask, account: Callable[..., str]) -> Callable[..., Page]:
    """Sign in a new officer, as in `login("intake")`: a browser-like client."""
    return lambda role, at="": sign_in(app, account(role, at))


@pytest.fixture
def rest(app: Flask, account: Callable[..., str]) -> Callable[..., Rest]:
    """Sign in a new account, as in `rest("api_client")`: a REST client with its token."""
    return lambda role, at="": Rest(app, account(role, at))


@pytest.fixture
def outbox(settings: Settings) -> Iterator[Path]:
    """The folder of the outbox gateway, emptied afterwards."""
    folder = settings.data / "outbox"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def begin_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Start the log as a process does, as in `begin_log("json", "web")`; all is put back afterwards."""
    from app import logs
    from app.logs import context

    root = logging.getLogger()
    before = list(root.handlers), root.level, {name: logging.getLogger(name).level for name in logs.OURS}
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))

    def begin(form: str, process: str = "web", **env: str) -> None:
        logs.start(Settings.from_env({"HUIYIN_DATA": str(tmp_path), "HUIYIN_LOG": form, **env}), process)

    yield begin
    context.request_id.set("")
    context.job.set(("", ""))
    logging.captureWarnings(capture=False)
    root.handlers, level, levels = before
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)


@pytest.fixture(scope="session")
def valkey_server(data: Path, database: Database) -> Iterator[str]:
    """A real Valkey for this test process, where the app's settings expect it."""
    with servers.valkey(data) as url:
        yield url


@pytest.fixture
def valkey(valkey_server: str) -> Iterator[Any]:
    """A client of a real, empty Valkey, which the app uses too."""
    import redis

    with redis.Redis.from_url(valkey_server) as connection:
        connection.flushall()
        yield connection
        connection.flushall()


@pytest.fixture
def live(app: Flask, db: Any) -> Iterator[str]:
    """The app served in threads; gives its address. It ends when all that was asked has been answered.

    A page may still be asked for when the browser has gone on: whoever answers holds the database open, which the
    next test puts back.
    """
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    for each in threading.enumerate():
        if "process_request_thread" in each.name:
            each.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for this test process; it can reach this machine only."""
    from tests.browsers import chromium

    with ExitStack() as stack:
        yield stack.enter_context(chromium())


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """A real browser without cookies, 1280 x 900."""
    chromium.set_window_size(1280, 900)
    yield chromium
    chromium.delete_all_cookies()
    chromium.get("about:blank")
