"""Pages for errors outside the API: plain words, what to do now, and a number that is in the log too."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.fab.problems import register_error_handlers
from app.portal.visitor import guarded, surroundings

DIGITS = 4  # bytes of randomness in an error's number


def register_pages(app: Flask) -> None:
    """Show these pages for every error outside the API; the API's answers stay as they are."""
    register_error_handlers(app, error_page)


def error_page(status: int, _detail: str) -> ResponseReturnValue:
    """The page of a status. The detail is not shown: it may name an officer, or say how we are built."""
    number = secrets.token_hex(DIGITS)
    level = "error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "info"
    getattr(current_app.logger, level)("error page %s: %s at %s", number, status, request.endpoint)
    names: list[Any] = [f"errors/{status}.html", "errors/error.html"]
    response = make_response(render_template(names, status=status, number=number, **surroundings()), status)
    return guarded(response)
