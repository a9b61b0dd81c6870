"""Pages for errors outside the API: plain words, what to do now, and the request's id, which is in the log too."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.fab.problems import register_error_handlers
from app.logs.context import request_id
from app.portal.visitor import guarded, surroundings

OFFICE = ("/admin/", "/users/", "/roles/", "/resetpassword/", "/resetmypassword/", "/userinfoeditview/")
"""Where the back office is: our pages, and those of FAB."""


def register_pages(app: Flask) -> None:
    """Show these pages for every error outside the API; the API's answers stay as they are."""
    register_error_handlers(app, error_page)


def error_page(status: int, _detail: str) -> ResponseReturnValue:
    """The page of a status. The detail is not shown: it may name an officer, or say how we are built.

    An officer gets it in the shell of the back office, unless the database, which the menu needs, is in trouble.
    """
    try:
        if request.path.startswith(OFFICE) and current_user.is_authenticated:
            return make_response(_of_the_office(status), status)
    except SQLAlchemyError:
        current_app.logger.warning("an error's page is shown without the menu: the database does not answer")
    names: list[Any] = [f"errors/{status}.html", "errors/error.html"]
    response = make_response(render_template(names, status=status, number=request_id.get(), **_around()), status)
    return guarded(response)


def _of_the_office(status: int) -> str:
    builder = current_app.appbuilder  # type: ignore[attr-defined]
    around = {"appbuilder": builder, "base_template": builder.base_template}
    return render_template("errors/office.html", status=status, number=request_id.get(), **around)


def _around() -> dict[str, Any]:
    """As on every page, but the address is not shown again: it may hold what somebody typed by mistake."""
    return {**surroundings(), "here": url_for("portal.home")}
