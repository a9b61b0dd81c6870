"""The nouns: SQLAlchemy models, one aggregate a file. Columns, relations, constraints; no rules.

Import a class from its own file; `load()` makes sure that all of them are mapped.
"""

from __future__ import annotations

from importlib import import_module

FILES = (
    "region",
    "department",
    "officer",
    "matter",
    "policy",
    "batch",
    "case",
    "assignment",
    "event",
    "deadline",
    "message",
    "feedback",
    "api_client",
    "housekeeping",
)


def load() -> None:
    """Import every file of nouns (for migrations, the row guard and FAB)."""
    for name in FILES:
        import_module(f"app.models.{name}")
