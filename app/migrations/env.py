"""Alembic's environment: the app's own engine, as the SYSTEM actor (the row guard watches this engine too)."""

from __future__ import annotations

from alembic import context
from flask import current_app

from app.domain.access import SYSTEM
from app.models.scope import acting
from app.models.search import is_declared

db = current_app.extensions["migrate"].db


def render(kind: str, item: object, _: object) -> str | bool:
    """Our aware UTC type is a plain timestamptz to the database; migrations import nothing of the app."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "UtcDateTime" else False


def run() -> None:
    """Run the migrations in one transaction each."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            compare_type=True,
            render_item=render,
            include_name=is_declared,
        )
        with context.begin_transaction():
            context.run_migrations()


with acting(SYSTEM):
    run()
