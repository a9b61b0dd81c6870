"""create_app: the only place where everything meets. Nothing inside app/ imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the app from settings (default: the environment); `overrides` of Flask's configuration are for tests.

    Everything is imported here, so that a process which builds no app (`run.py all`) stays small.
    """
    from datetime import timedelta

    from flask import Flask
    from flask_migrate import Migrate

    from app import models
    from app.configured import flask_config
    from app.domain.passwords import POLICIES
    from app.extensions import MIGRATIONS, access, clock, db, files, install_database, keyring, site
    from app.fab import requests
    from app.fab.counters import Counters
    from app.gateways.antivirus import make_scanner
    from app.gateways.storage import FolderStorage
    from app.models import redaction
    from config import load_settings

    settings = settings or load_settings()
    app = Flask(__name__)
    app.config.update(flask_config(settings), **overrides)
    keyring.load(dict(settings.data_keys))
    access.policy, access.is_production = POLICIES[settings.passwords], settings.is_production
    access.idle, access.longest = timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.session_hours)
    access.auth = settings.auth
    access.factor_roles = frozenset(settings.second_factor if settings.auth != "oidc" else ())
    access.hash_method = app.config.get("FAB_PASSWORD_HASH_METHOD", access.hash_method)
    clock.offset, site.public_url = settings.offset, settings.public_url
    files.storage = FolderStorage(settings.storage or settings.data / "files", dict(settings.data_keys))
    files.scanner = make_scanner(settings.clamd)
    redaction.policy.is_always = settings.redact == "always"
    models.load()
    install_database()
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS, compare_type=True)
    app.before_request(_mark_reads)
    app.teardown_request(_unmark_reads)
    with app.app_context():
        _doors(app)
        db.session.remove()
    counters = Counters(settings.data / "metrics", (rule.rule for rule in app.url_map.iter_rules()))
    requests.install(app, settings.proxies, counters)
    return app


def _doors(app: Flask) -> None:
    from app import admin, api, fab, jobs, portal
    from app.extensions import csrf, db
    from app.fab.security import resolve_actor
    from app.models.officer import Officer
    from app.models.scope import set_resolver

    set_resolver(resolve_actor)
    fab.start(
        app,
        db.session,
        csrf=csrf,
        user_model=Officer,
        write_hook=_save,
        indexview=admin.INDEX,
        key_check=api.user_of_key,
    )
    for door in (jobs, admin, api, portal):
        door.register(app)


def _save(kind: str, row: Any, changes: Any) -> None:
    """What FAB's forms and its REST write goes through the operation that checks and logs it."""
    from app.extensions import clock
    from app.models.scope import current_actor
    from app.operations import configuration

    actor = current_actor()
    assert actor is not None  # noqa: S101 - FAB lets only signed-in users write
    configuration.save(row, kind, actor, clock.now(), changes)


def _mark_reads() -> None:
    """A GET takes no write lock on SQLite."""
    from flask import request

    from app.extensions import reads_only

    reads_only.set(request.method in ("GET", "HEAD", "OPTIONS"))


def _unmark_reads(_error: BaseException | None) -> None:
    from app.extensions import reads_only

    reads_only.set(False)
