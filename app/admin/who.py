"""Who sits in front of the page, and what that person may do."""

from __future__ import annotations

from flask import abort, current_app

from app.domain.access import Actor
from app.models.scope import current_actor


def me() -> Actor:
    """The signed-in actor; 403 for nobody (pages ask for a permission first)."""
    return current_actor() or abort(403)


def may(permission: str, noun: str = "Case") -> bool:
    """Whether whoever asks has this permission."""
    answer: bool = current_app.appbuilder.sm.has_access(permission, noun)  # type: ignore[attr-defined]
    return answer
