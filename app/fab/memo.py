"""A place for what is worked out once in a request. Kept on the request itself, never between two of them."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request


def memo() -> dict[Any, Any]:
    """The request's own dictionary; outside a request an empty one, so that nothing is remembered."""
    if not has_request_context():
        return {}
    kept: dict[Any, Any] = request.environ.setdefault("huiyin.memo", {})
    return kept
