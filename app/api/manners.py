"""Manners of the whole API: plain UTF-8, patience with wrong passwords, and a page about it that calls nobody else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

TRIES = "10 per minute"
"""Wrong passwords for one account from one address; right ones are not counted."""
LOGIN = "SecurityApi.login"
SWAGGER = "/swagger/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Set all of it up, once FAB has started and its security API is there."""
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii, app.json.sort_keys = False, False
    app.config["FAB_API_SWAGGER_TEMPLATE"] = "api/swagger.html"
    app.after_request(_guard_swagger)
    for limiter in app.extensions.get("limiter", ()):
        limit = limiter.limit(TRIES, key_func=_who, deduct_when=_is_wrong)
        app.view_functions[LOGIN] = limit(app.view_functions[LOGIN])


def _guard_swagger(response: Response) -> Response:
    """The page's own policy: Swagger's styles are inline, and nothing is loaded from elsewhere."""
    if request.path.startswith(SWAGGER):
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _who() -> str:
    given: Any = request.get_json(silent=True)
    name = given.get("username") if isinstance(given, dict) else None
    return f"{get_remote_address()} {str(name)[:64]}"


def _is_wrong(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
