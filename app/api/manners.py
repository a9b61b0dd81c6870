"""Manners of the whole API: plain UTF-8, a description that is quick and alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask, make_response, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

DESCRIPTION = "OpenApi.get"
SWAGGER = "/swagger/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Set all of it up, once FAB has started."""
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii, app.json.sort_keys = False, False
    app.config["FAB_API_SWAGGER_TEMPLATE"] = "api/swagger.html"
    app.config["FAB_OPENAPI_SERVERS"] = [{"url": "/"}]
    app.view_functions[DESCRIPTION] = _kept(app.view_functions[DESCRIPTION])
    app.after_request(_guard_swagger)


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
