"""The guard before every request: what cannot be meant well, or would make FAB answer 500, ends here.

Below /api/: `q` at most 4 KB and 8 levels, bodies at most 1 MB and 20 levels and an object, integers within 63 bits,
finite numbers, no lone surrogates, no NUL. On FAB's pages: pages, sizes, orders and filters that make no sense
are left out, the last ones with a message.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import prison
from flask import Flask, abort, current_app, flash, request, session
from flask_appbuilder.baseviews import BaseModelView, BaseView
from flask_appbuilder.models.filters import FilterRelation
from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

from app.fab.fitting import acceptable, is_whole
from app.fab.headers import EVERYWHERE, NOTHING
from app.fab.problems import is_api
from app.fab.rows import MOST, key_of
from app.logs.context import request_id

PATH, QUERY = 2_000, 16_000
Q_BYTES, Q_DEPTH = 4_096, 8
BODY_BYTES, BODY_DEPTH = 1_048_576, 20
_PAGES, _SIZE = 1_000_000, 100
_TOO_LONG = {"type": "about:blank", "title": "Request-URI Too Long", "status": 414}
_FLAWS = (UnicodeError, ValueError, RecursionError, IndexError, TypeError, AttributeError)


def install(app: Flask) -> None:
    """Put the guard in front of everything else that looks at a request, whenever that was registered."""
    app.before_request_funcs.setdefault(None, []).insert(0, _guard)
    app.after_request(_stateless)
    app.wsgi_app = _short(app, app.wsgi_app)  # type: ignore[method-assign]


def _short(app: Flask, inner: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
    """Refuse addresses that are too long before they are routed (a number of 5,000 digits breaks the router)."""

    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if len(environ.get("PATH_INFO", "")) <= PATH and len(environ.get("QUERY_STRING", "")) <= QUERY:
            answer: Iterable[bytes] = inner(environ, start)
            return answer
        with app.app_context():
            body = {**_TOO_LONG, "detail": gettext("The address is too long."), "number": request_id.get()}
        kind = [("Content-Type", "application/problem+json"), ("Content-Security-Policy", NOTHING)]
        start("414 Request-URI Too Long", [*kind, *EVERYWHERE.items()])
        return [json.dumps(body).encode()]

    return outer


def _stateless(response: Any) -> Any:
    if is_api():  # FAB's locale selector writes to the session; the API sets no cookies
        session.modified = False
    return response


def _guard() -> None:
    for name, value in (request.view_args or {}).items():
        if (name == "pk" or isinstance(value, int)) and str(value).isdigit() and key_of(str(value)) is None:
            abort(404)
    if "\0" in request.path:
        abort(404)  # PostgreSQL cannot even be asked for it
    if is_api():
        _check_q()
        _check_body()
        return
    if any("\0" in value for values in (request.args, request.form) for _, value in values.items(multi=True)):
        abort(400, gettext("The request holds a NUL character."))
    _clean_list_args()


# --- the API ----------------------------------------------------------------------------------------------------


def flaw(value: Any, deepest: int) -> str:
    """What is wrong with parsed JSON or rison: an English msgid, or nothing. Iterative, so depth cannot break it."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > deepest:
            return "Nested too deeply."
        if isinstance(one, dict):
            waiting += [(inner, depth + 1) for inner in one.values()] + [(key, depth) for key in one]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
        elif fault := _scalar_flaw(one):
            return fault
    return ""


def _scalar_flaw(one: Any) -> str:
    if isinstance(one, int) and not -MOST - 1 <= one <= MOST:
        return "A number is too large."
    if isinstance(one, float) and not math.isfinite(one):
        return "A number is not finite."
    if isinstance(one, str) and ("\0" in one or any("\ud800" <= char <= "\udfff" for char in one)):
        return "A text holds a character that cannot be stored."
    return ""


def _check_q() -> None:
    text = request.args.get("q")
    if not text:
        return
    if len(text.encode()) > Q_BYTES:
        abort(400, gettext("The argument q is too long."))
    try:
        is_json = text.lstrip()[:1] in ("{", "[")
        asked = json.loads(text) if is_json else prison.loads(text)
    except (prison.decoder.ParserException, *_FLAWS):
        abort(400, gettext("The argument q is neither rison nor JSON."))
    if not isinstance(asked, dict):
        abort(400, gettext("The argument q must be an object."))
    if fault := flaw(asked, Q_DEPTH):
        abort(400, gettext(fault))
    if is_json:  # FAB decodes JSON twice and loses + and %: give it rison
        request.args = ImmutableMultiDict([*request.args.items(), ("q", prison.dumps(asked))][::-1])


def _check_body() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.mimetype == "multipart/form-data":
        return
    request.max_content_length = BODY_BYTES
    if (request.content_length or 0) > BODY_BYTES:
        abort(413)
    if not request.get_data():
        return
    if not request.is_json:
        abort(415, gettext("The body must be JSON."))
    try:
        body = request.get_json()
    except (BadRequest, *_FLAWS):
        abort(400, gettext("The body is not valid JSON."))
    if not isinstance(body, dict):
        abort(422, gettext("The body must be an object."))
    if fault := flaw(body, BODY_DEPTH):
        abort(400 if fault.startswith("Nested") else 422, gettext(fault))


# --- FAB's lists ------------------------------------------------------------------------------------------------


def _clean_list_args() -> None:
    view = _view(request.blueprint)
    if not isinstance(view, BaseView) or not request.args:
        return
    kept = [(key, value) for key, value in request.args.items(multi=True) if _makes_sense(view, key, value)]
    if len(kept) < len(list(request.args.items(multi=True))):
        request.args = ImmutableMultiDict(kept)


def _view(name: str | None) -> Any:
    return next((each for each in current_app.appbuilder.baseviews if type(each).__name__ == name), None)  # type: ignore[attr-defined]


def _makes_sense(view: Any, key: str, value: str) -> bool:
    if size := re.search(r"(page|psize)_", key):
        most, least = (_SIZE, 1) if size.group(1) == "psize" else (_PAGES, 0)
        return is_whole(None, "", value) and least <= int(value) <= most
    if order := re.search(r"_oc_(.*)", key):
        return value in (getattr(_view(order.group(1)), "order_columns", None) or ())
    if key.startswith("_flt_") and not value.strip():
        return False  # a field of the filter bar that was left empty
    if (asked := re.search(r"_flt_(\d)_(.*)", key)) and isinstance(view, BaseModelView):
        return _filter_makes_sense(view, int(asked.group(1)), asked.group(2), value)
    return True


def _filter_makes_sense(view: Any, index: int, column: str, value: str) -> bool:
    known = view._filters._all_filters.get(column, ())  # noqa: SLF001
    wanted = known[index] if index < len(known) else None
    allowed = column in view.search_columns or isinstance(wanted, FilterRelation)
    if wanted and allowed and acceptable(view.datamodel, column, wanted.arg_name, value):
        return True
    flash(gettext("A filter was not understood and is left out: %(name)s", name=column), "warning")
    return False
