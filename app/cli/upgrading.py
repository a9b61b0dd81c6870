"""Commands that bring the database up to the code: upgrade, and prepare (what `all` does first)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli.frame import application, say
from app.cli.strings import compile_catalogues
from config import MIGRATIONS, TRANSLATIONS

if TYPE_CHECKING:
    from argparse import Namespace

    from flask import Flask


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add upgrade and prepare."""
    commands.add_parser("upgrade", help="migrations, permissions, compiled translations").set_defaults(
        run=upgrade_command
    )
    help_text = "upgrade and seed; demonstration data where a development database has no case"
    commands.add_parser("prepare", help=help_text).set_defaults(run=prepare_command)


def upgrade_command(_options: Namespace) -> None:
    """Upgrade the database of the settings."""
    compile_catalogues(TRANSLATIONS)
    with application() as app:
        upgrade(app)


def prepare_command(_options: Namespace) -> None:
    """Upgrade, seed the catalogue and, at a first start in development, add demonstration data."""
    from app.cli.seeding import first_start

    compile_catalogues(TRANSLATIONS)
    with application() as app:
        upgrade(app)
        first_start(app)


def upgrade(app: Flask) -> None:
    """Run the migrations and write roles and permissions; inside the app's context. Does nothing twice."""
    from flask_migrate import upgrade as migrate

    say("Database: migrations…")
    migrate(directory=str(MIGRATIONS))
    counts = write_permissions(app)
    say(f"Database: roles and permissions, {counts['added']} added, {counts['removed']} removed")


def write_permissions(_app: Flask) -> dict[str, int]:
    """Write roles x permissions as the resources and the verb table declare them; counts of added and removed."""
    from app.domain.access import SYSTEM
    from app.extensions import db
    from app.fab.permissions import sync
    from app.models.scope import acting

    with acting(SYSTEM):
        counts = sync(db.session, declared())
        db.session.commit()
    db.session.remove()
    return counts


def declared() -> set[Any]:
    """Roles x permissions as the resources and the verb table declare them."""
    from app import admin
    from app.domain.lifecycle import VERBS
    from app.fab.permissions import permission_table
    from app.resources import ALL

    verbs = {str(verb.name): verb.roles for verb in VERBS.values()}
    return permission_table(ALL, verbs, admin.permission_lines())
