"""A small app of its own with throw-away nouns, and clients that are signed in.

The app and a filled database file are made once; each test gets a copy of the file.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import Role
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text
from werkzeug.security import generate_password_hash

from app import models
from app.domain.access import SYSTEM
from app.exchange.figures_out import workbook
from app.extensions import db, install_database
from app.fab import register, start
from app.fab.permissions import permission_table, sync
from app.fab.security import resolve_actor
from app.models import scope
from app.models.officer import Officer
from tests.fab import things

HERE = Path(__file__).resolve().parents[2] / "app"
USERS = {
    "boss": "platform_admin",
    "clerk": "intake",
    "county": "city_admin",
    "guard": "security_admin",
    "nobody": "caller",
}
PASSWORD = "pass-word-1"
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


def make_app(url: str) -> Flask:
    """The bases in a bare app."""
    app = Flask("app", root_path=str(HERE))
    app.test_client_class = Page
    shell = SimpleNamespace(theme="gov-blue", band="", owner="", logo="")
    app.config.update(SECRET_KEY="secret" * 8, SQLALCHEMY_DATABASE_URI=url, HUIYIN=shell)
    models.load()
    install_database()
    scope.set_resolver(resolve_actor)
    db.init_app(app)
    with app.app_context():
        wiring = {"user_model": Officer, "write_hook": things.write_hook, "key_check": by_key}
        builder = start(app, db.session, csrf=CSRFProtect(), **wiring)
        register(builder, things.ThingView, things.ThingApi, things.ThingChart)
        register(builder, things.KindView, things.KindApi)
        app.extensions["huiyin.workbook"] = workbook
    return app


def by_key(key: str) -> Officer | None:
    """The user behind an API key."""
    return db.session.query(Officer).filter_by(username="clerk").one() if key == "clerk-key" else None


def fill(app: Flask) -> None:
    """Tables, users, permissions, 3 kinds and 12 things."""
    with app.app_context(), scope.acting(SYSTEM):
        Model.metadata.create_all(db.engine)
        things.Base.metadata.create_all(db.engine)
        count_changes()
        sync(db.session, permission_table([things.ThingResource, things.KindResource]))
        db.session.flush()
        for name, role in USERS.items():
            add_officer(name, role)
        db.session.add_all(things.Kind(name=f"kind {number}") for number in (1, 2, 3))
        db.session.flush()
        for number in range(1, 13):
            thing = things.Thing(code=f"T{number:02}", name=f"thing {number}", amount=number)
            thing.hidden, thing.is_open, thing.kind_id = f"{99 - number}", number % 4 > 0, 1 + number % 3
            db.session.add(thing)
        db.session.commit()


def count_changes() -> None:
    """The stamp of the permissions, with its triggers, as the migration makes them."""
    file = next((HERE / "migrations" / "versions").glob("*_fast.py"))
    spec = importlib.util.spec_from_file_location("fast", file)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    for statement in (migration.FIRST, *migration.stamps()):
        db.session.execute(text(statement))


def add_officer(name: str, role: str, **more: Any) -> Officer:
    """A user with one role."""
    roles = db.session.query(Role).filter_by(name=role).all()
    named = {"username": name, "first_name": name, "last_name": "x", "email": f"{name}@x", "is_demo": True}
    officer = Officer(**named, active=True, password=HASH, roles=roles, **more)
    db.session.add(officer)
    db.session.flush()
    return officer


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path]:
    """The app, and the file it uses; its filled copy lies beside it."""
    file = tmp_path_factory.mktemp("fab") / "fab.db"
    app = make_app(f"sqlite:///{file}")
    fill(app)
    with app.app_context():
        db.engine.dispose()
    shutil.copy(file, file.with_suffix(".full"))
    return app, file


def refreshed(app: Flask, file: Path) -> Flask:
    """The app on a fresh copy of the filled file."""
    with app.app_context():
        db.engine.dispose()
    for suffix in (".db-wal", ".db-shm"):
        file.with_suffix(suffix).unlink(missing_ok=True)
    shutil.copy(file.with_suffix(".full"), file)
    things.written.clear()
    things.ThingView.acted.clear()
    return app


@pytest.fixture
def fab_app(made_once: tuple[Flask, Path]) -> Iterator[Flask]:
    """The app on a fresh file."""
    app, file = made_once
    yield refreshed(app, file)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def fresh_app(made_once: tuple[Flask, Path]) -> Iterator[Flask]:
    """An app of one's own, for tests that add to it."""
    app = make_app(f"sqlite:///{made_once[1]}")
    yield refreshed(app, made_once[1])
    with app.app_context():
        db.engine.dispose()


class Page(FlaskClient):
    """A browser that knows its CSRF token."""

    def token(self, path: str) -> str:
        """The token in a page's form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert found, path
        return found.group(1)

    def send(self, path: str, page: str = "", **data: Any) -> Any:
        """POST a form as a person would."""
        return self.post(path, data={**data, "csrf_token": self.token(page or path)})


def sign_in(app: Flask, name: str) -> Page:
    """A browser in which this user is signed in."""
    client: Any = app.test_client()
    answer = client.send("/login/", username=name, password=PASSWORD)
    assert answer.status_code == 302, answer.text
    return client


@pytest.fixture
def boss(fab_app: Flask) -> Page:
    """The one who may write."""
    return sign_in(fab_app, "boss")


@pytest.fixture
def clerk(fab_app: Flask) -> Page:
    """The one who may read."""
    return sign_in(fab_app, "clerk")


class Rest:
    """A REST client with a token."""

    def __init__(self, app: Flask, name: str) -> None:
        """Sign in."""
        self.client = app.test_client()
        login = {"username": name, "password": PASSWORD, "provider": "db"}
        answer = self.client.post("/api/v1/security/login", json=login)
        self.headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        """Call below /api/v1/."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(f"/api/v1/{path}", method=method, headers=headers, **options)


@pytest.fixture
def rest(fab_app: Flask) -> Rest:
    """The one who may write."""
    return Rest(fab_app, "boss")
