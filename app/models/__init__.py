"""The nouns: SQLAlchemy models, one aggregate a file. Columns, relations, constraints; no rules.

Import a class from its own file; `load()` makes sure that all of them are mapped.
"""

from __future__ import annotations

from importlib import import_module

from flask_appbuilder import Model

Model.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

FILES = (
    "region",
    "department",
    "officer",
    "account",
    "matter",
    "policy",
    "batch",
    "case",
    "assignment",
    "attachment",
    "attempt",
    "event",
    "deadline",
    "draft",
    "message",
    "otp",
    "partial",
    "feedback",
    "improvement",
    "api_client",
    "client_log",
    "saved_view",
    "unmasking",
    "housekeeping",
)


def load() -> None:
    """Import every file of nouns (for migrations, the row guard and FAB)."""
    for name in FILES:
        import_module(f"app.models.{name}")
    for name in ("redaction", "search"):
        import_module(f"app.models.{name}").install()
