"""Follow a complaint with its number and its query code."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import VerbName
from app.domain.numbers import is_valid_number, normalise_number
from app.extensions import clock
from app.operations.tracking import Progress, act_by_code, open_by_code
from app.portal import words
from app.portal.visitor import page, told

ACTS = {"supplement": (VerbName.SUPPLEMENT, "text"), "withdraw": (VerbName.WITHDRAW, "reason")}
TRIES = "10 per 10 minutes"
"""Wrong tries from one address. Right ones are not counted: a window's visitors share an address."""
_WRONG = _l("There is no complaint with this number and this query code. Please check both.")


@page("/track", "GET", "POST")
def track() -> ResponseReturnValue:
    """Ask for number and code; a right pair shows the progress. A wrong number and a wrong code sound alike."""
    if request.method == "GET":
        return render_template("portal/track.html", typed={"number": request.args.get("n", "")}, errors={})
    number, code = request.form.get("number", ""), request.form.get("code", "")
    try:
        progress, faults = _opened(number, code), []
        if request.form.get("act") in ACTS:
            faults = _acted(number, code)
            progress = _opened(number, code)
    except NotFound:
        shown = render_template("portal/track.html", typed=request.form, errors=told({"number": _WRONG}))
        return shown, HTTPStatus.FORBIDDEN
    shown = render_template("portal/progress.html", progress=progress, words=words, faults=faults, typed=request.form)
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK


def _acted(number: str, code: str) -> list[str]:
    """Supplement or withdraw; the sentences that say why not."""
    verb, fact = ACTS[request.form["act"]]
    try:
        act_by_code(number, code, verb, clock.now(), **{fact: request.form.get("said", "")})
    except Invalid as error:
        return [str(gettext(message)) for message in error.fields.values()]
    except Refused:
        return [str(gettext("This is not possible any more: see where your complaint stands now."))]
    return []


def limit_tries(app: Flask) -> None:
    """Count wrong tries, with the limiter that Flask-AppBuilder has started; without one, nothing is counted."""
    for limiter in app.extensions.get("limiter", ()):
        limit = limiter.limit(TRIES, methods=["POST"], deduct_when=_is_wrong)
        app.view_functions["portal.track"] = limit(app.view_functions["portal.track"])


def _is_wrong(response: Response) -> bool:
    return response.status_code == HTTPStatus.FORBIDDEN


def _opened(number: str, code: str) -> Progress:
    """The progress. Raises NotFound; what is no number at all is not looked up."""
    if not is_valid_number(normalise_number(number)):
        raise NotFound
    return open_by_code(number, code)
