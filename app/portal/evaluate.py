"""Rate a closed case, once, by the token of the text message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import clock
from app.operations import evaluation
from app.operations.attempts import Key, Rule
from app.portal import words
from app.portal.tries import place, right, taken
from app.portal.visitor import page, told

TRIES = Rule(10, timedelta(minutes=15), timedelta(minutes=15))
"""Tokens that do not exist, from one address."""
ASKED = ("speed", "result", "manner", "comment")


@page("/evaluate")
def rate() -> ResponseReturnValue:
    """Where the link to rate comes from."""
    return render_template("portal/rate.html")


@page("/evaluate/thanks")
def thanks() -> ResponseReturnValue:
    """The rating has been taken."""
    return render_template("portal/thanks.html")


@page("/evaluate/<token>", "GET", "POST")
def evaluate(token: str) -> ResponseReturnValue:
    """The three questions. A used or expired token is gone (410), an unknown one was never there (404)."""
    keys = (Key("rating from", place(), TRIES),)
    if wait := taken(keys):
        return render_template("portal/gone.html", code="shut"), wait[1], {"Retry-After": str(wait[2])}
    try:
        answer = _answered(token)
    except NotFound:
        return render_template("portal/gone.html", code="unknown"), 404
    right(keys)
    return answer


def _answered(token: str) -> ResponseReturnValue:
    """The questions, or thanks. Raises NotFound for a token that was never given."""
    try:
        if request.method == "GET":
            evaluation.case_of(token, clock.now())
            return _shown(token, {}, {})
        facts = {name: request.form.get(name, "") for name in ASKED}
        evaluation.submit(token, clock.now(), **facts)
    except Invalid as error:
        return _shown(token, request.form, error.fields)
    except Refused as error:
        return render_template("portal/gone.html", code=error.reasons[0].code), 410
    return redirect(url_for("portal.thanks"), 303)


def _shown(token: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    shown = render_template("portal/evaluate.html", token=token, typed=typed, errors=told(errors), words=words)
    return shown, 422 if errors else 200
