"""Pages for errors outside the API: plain words, what to do now, and the request's id, which is in the log too."""

from __future__ import annotations

from typing import Any

from flask import Flask, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.fab.problems import register_error_handlers
from app.logs.context import request_id
from app.portal.visitor import guarded, surroundings


def register_pages(app: Flask) -> None:
    """Show these pages for every error outside the API; the API's answers stay as they are."""
    register_error_handlers(app, error_page)


def error_page(status: int, _detail: str) -> ResponseReturnValue:
    """The page of a status. The detail is not shown: it may name an officer, or say how we are built."""
    names: list[Any] = [f"errors/{status}.html", "errors/error.html"]
    response = make_response(render_template(names, status=status, number=request_id.get(), **_around()), status)
    return guarded(response)


def _around() -> dict[str, Any]:
    """As on every page, but the address is not shown again: it may hold what somebody typed by mistake."""
    return {**surroundings(), "here": url_for("portal.home")}
