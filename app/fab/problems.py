"""One shape for every error: problem+json (RFC 9457) below /api/, a plain page elsewhere.

FAB answers errors in three shapes, HTML for an unknown path, and 422 for a bad token; all of them end here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from jinja2 import TemplateNotFound
from markupsafe import escape
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.domain.errors import GatewayError, Invalid, NotFound, Reason, Refused
from app.fab.rows import trouble_of
from app.fab.words import WITH_NUMBER
from app.gateways.storage import NoRoom
from app.logs.context import request_id
from app.logs.net import discreet
from app.resources.words import spoken

PROBLEM = "application/problem+json"
PageMaker = Callable[[int, str], ResponseReturnValue]
_SENTENCES: Mapping[int, Any] = {
    400: _l("The request cannot be understood."),
    401: _l("Sign in, or renew your token."),
    403: _l("This is not allowed for your role."),
    404: _l("There is nothing here, or it is out of your scope."),
    405: _l("This cannot be done here."),
    412: _l("It has been changed meanwhile."),
    413: _l("The request is too large."),
    415: _l("The body must be JSON."),
    416: _l("There is no such part."),
    422: _l("Some fields are not acceptable."),
    429: _l("There were too many requests. Please wait a little."),
    500: _l("Something went wrong on our side."),
    502: _l("Something behind us does not answer. Please try again later."),
    503: _l("This does not work at the moment. Please try again later."),
}
_NUMBER = re.compile(r"-?\d+(?=\.$)")
_CHOICES = ("Must be one of", "Alternative authentication provider")
"""How libraries say that a value is not in the list."""
_RISON = "Not a valid rison"
"""How Flask-AppBuilder's complaint about `q` begins; what follows is for programmers."""


def is_api() -> bool:
    """Whether this request is for the REST API."""
    return request.path.startswith("/api/")


def reason_text(reason: Reason) -> str:
    """A reason in the reader's language, its fields filled in."""
    text = gettext(reason.message) if reason.message else ""
    return text % {name: spoken(value) for name, value in reason.params.items()} if reason.params else text


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """An answer of RFC 9457: type, title, status, detail, instance, the number in the log, `errors` or `reasons`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or sentence(status),
        "instance": discreet(request.path),
        "number": request_id.get(),
    }
    answer = jsonify({**body, **more})
    answer.status_code, answer.mimetype = status, PROBLEM
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def sentence(status: int) -> str:
    """What a status means, in the reader's language."""
    return str(_SENTENCES.get(status, HTTPStatus(status).phrase))


def detail_of(error: HTTPException) -> str:
    """What was said of it in words of ours; Werkzeug's and the limiter's are English: nothing."""
    is_ours = error.description != type(error).description and error.code != HTTPStatus.TOO_MANY_REQUESTS
    return (is_ours and error.description) or ""


def flat(messages: Any, prefix: str = "") -> list[dict[str, str]]:
    """Marshmallow's nested messages as a list of {field, message}."""
    if isinstance(messages, Mapping):
        return [line for name, inner in messages.items() for line in flat(inner, _below(prefix, str(name)))]
    lines = messages if isinstance(messages, list | tuple) else [messages]
    return [{"field": prefix, "message": _line(str(line))} for line in lines]


def _line(said: str) -> str:
    if said.startswith(_CHOICES):
        said = "Please choose one of the list."
    number = _NUMBER.search(said)
    if number and (known := _NUMBER.sub("%(number)s", said)) in WITH_NUMBER:
        return gettext(known, number=number[0])
    return gettext(said) if said else ""


def _below(prefix: str, name: str) -> str:
    name = "" if name == "_schema" else name
    return f"{prefix}.{name}".strip(".")


def problem_of(error: Exception) -> Response:
    """The API's answer to an error of the domain."""
    if isinstance(error, Refused):
        reasons = [{"code": each.code, "message": reason_text(each)} for each in error.reasons]
        return problem(409, "; ".join(each["message"] for each in reasons), reasons=reasons)
    if isinstance(error, Invalid):
        return problem(422, gettext("Some fields are not acceptable."), errors=flat(error.fields))
    if isinstance(error, NotFound):
        return problem(404)
    return problem(507, _no_room()) if isinstance(error, NoRoom) else problem(502)


def _no_room() -> str:
    return gettext("There is no room left on the disk. Nothing was kept of this; please try again later.")


def _database_trouble(error: OperationalError) -> Response:
    """507 or 503 where the database is full or away. Raises the error again where it is neither: a bug."""
    status = trouble_of(error)
    if status is None:
        raise error
    current_app.logger.error("the database cannot work now: %s", error.orig)
    return problem(status, _no_room() if status == HTTPStatus.INSUFFICIENT_STORAGE else "")


def _page(status: int, detail: str) -> ResponseReturnValue:
    try:
        names = [f"errors/{status}.html", "errors/error.html"]
        return render_template(names, status=status, detail=detail), status  # type: ignore[arg-type]
    except TemplateNotFound:
        title = escape(HTTPStatus(status).phrase)
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{escape(detail)}</p>", status


def register_error_handlers(app: Flask, render_error: PageMaker = _page) -> None:
    """Map errors; called again it only replaces `render_error(status, detail)`, the page outside the API."""

    def on_http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or not error.code:
            return error
        return _http_problem(error) if is_api() else render_error(error.code, error.description or "")

    def on_domain(error: Exception) -> ResponseReturnValue:
        return shown(problem_of(error))

    def on_trouble(error: OperationalError) -> ResponseReturnValue:
        return shown(_database_trouble(error))

    def shown(answer: Response) -> ResponseReturnValue:
        return answer if is_api() else render_error(answer.status_code, answer.get_json()["detail"])

    app.register_error_handler(HTTPException, on_http)
    for kind in (Refused, Invalid, NotFound, GatewayError):
        app.register_error_handler(kind, on_domain)
    app.register_error_handler(OperationalError, on_trouble)
    if _as_problem not in app.after_request_funcs.setdefault(None, []):
        app.after_request(_as_problem)


def _http_problem(error: HTTPException) -> Response:
    answer = problem(error.code or 500, detail_of(error))
    kept = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")}
    answer.headers.update(kept)
    return answer


def _as_problem(response: Response) -> Response:
    if not is_api() or response.status_code < HTTPStatus.BAD_REQUEST or response.mimetype != "application/json":
        return response
    body = response.get_json(silent=True)
    said = body.get("message", body.get("msg", "")) if isinstance(body, dict) else ""
    if isinstance(said, str):
        made = problem(response.status_code, _in_words(said))
    else:
        made = problem(422, gettext("Some fields are not acceptable."), errors=flat(said))
    for name, value in response.headers.items():
        if not name.lower().startswith("content-"):
            made.headers.setdefault(name, value)
    return made


def _in_words(said: str) -> str:
    """What Flask-AppBuilder says, where it can be said in the reader's language; else nothing."""
    if said.startswith(_RISON):
        return gettext("The argument q does not fit: %(why)s", why=said)
    translated = gettext(said) if said else ""
    return translated if translated != said else ""
