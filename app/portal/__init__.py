"""Door: the public pages (file a complaint, follow it, rate the answer) and those that machines ask."""

from __future__ import annotations

from flask import Flask

from app.portal import complain, evaluate, evidence, metrics, mine, pages, steps, track
from app.portal.errors import register_pages
from app.portal.health import health
from app.portal.visitor import portal

__all__ = [
    "complain",
    "evaluate",
    "evidence",
    "metrics",
    "mine",
    "pages",
    "register",
    "register_pages",
    "steps",
    "track",
]


def register(app: Flask) -> None:
    """Add the public pages, the health pages and the pages for errors. Call it when FAB has started."""
    app.register_blueprint(portal)
    app.register_blueprint(health)
    evidence.limit_uploads(app)
    register_pages(app)
