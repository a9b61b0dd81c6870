"""Manners of the whole API: plain UTF-8, patience with wrong passwords, a description that is quick and alone."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, make_response, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

TRIES = "10 per minute"
"""Wrong passwords for one account from one address; right ones are not counted."""
LOGIN, DESCRIPTION = "SecurityApi.login", "OpenApi.get"
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
    app.config["FAB_OPENAPI_SERVERS"] = [{"url": "/"}]
    app.view_functions[DESCRIPTION] = _kept(app.view_functions[DESCRIPTION])
    app.after_request(_guard_swagger)
    for limiter in app.extensions.get("limiter", ()):
        limit = limiter.limit(TRIES, key_func=_who, deduct_when=_is_wrong)
        app.view_functions[LOGIN] = limit(app.view_functions[LOGIN])


def _kept(view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
    """The description, made once a process: it takes half a second, anybody may ask, and it is the same for all."""
    made: dict[str, bytes] = {}

    @wraps(view)
    def described(version: str) -> ResponseReturnValue:
        answer = make_response(made[version] if version in made else view(version=version))
        if answer.status_code == HTTPStatus.OK:
            made[version] = answer.get_data()
            answer.content_type = "application/json; charset=utf-8"
        return answer

    return described


def _guard_swagger(response: Response) -> Response:
    """The page's own policy: Swagger's styles are inline, and nothing is loaded from elsewhere."""
    if request.path.startswith(SWAGGER):
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _who() -> str:
    """Address and account, as Redis may hold them: people type what they like where an account is asked for."""
    given: Any = request.get_json(silent=True)
    name = given.get("username") if isinstance(given, dict) else None
    hidden = hmac.new(str(current_app.secret_key).encode(), str(name)[:64].encode("utf-8", "replace"), "sha256")
    return f"{get_remote_address()} {hidden.hexdigest()[:32]}"


def _is_wrong(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
