"""Follow a complaint: with number and query code, then for half an hour without; supplement, withdraw, rate."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.domain.deadlines import china_day
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import VerbName
from app.domain.numbers import is_valid_number, normalise_number
from app.extensions import clock
from app.operations import tracking
from app.operations.attempts import CODES, Key
from app.portal import evidence, words
from app.portal.following import follow, followed, stop
from app.portal.tries import place, right, taken
from app.portal.visitor import page, told

ACTS = {
    "supplement": (VerbName.SUPPLEMENT, ("text",)),
    "withdraw": (VerbName.WITHDRAW, ("reason",)),
    "rate": (VerbName.EVALUATE, ("speed", "result", "manner", "comment")),
}
_WRONG = _l("There is no complaint with this number and this query code. Please check both.")
_OVER = _l("This is not possible any more: see where your complaint stands now.")


@page("/track", "GET", "POST")
def track() -> ResponseReturnValue:
    """Ask for number and code; a right pair leads to the progress. A wrong number and a wrong code sound alike."""
    if request.method == "GET":
        return _asked({"number": request.args.get("n", "")})
    number = normalise_number(request.form.get("number", ""))
    keys = (Key("code", _counted_as(number), CODES), Key("code from", place(), CODES))
    if wait := taken(keys):
        return _asked(request.form, *wait)
    try:
        case_id = _found(number, request.form.get("code", ""))
    except NotFound:
        return _asked(request.form, _WRONG, HTTPStatus.FORBIDDEN)
    right(keys)
    follow(number, case_id)
    return redirect(url_for("portal.progress", number=number), 303)


@page("/track/<number>", "GET", "POST")
def progress(number: str) -> ResponseReturnValue:
    """The progress of a case that this browser follows, and what may be done; otherwise number and code are asked."""
    case_id = followed(number)
    if case_id is None:
        return redirect(url_for("portal.track", n=number[:32]), 303)
    if request.method == "POST":
        files = evidence.taken() if request.form.get("act") == "supplement" else evidence.NOTHING
        faults = _acted(case_id, files)
        if not faults:
            return redirect(url_for("portal.progress", number=number), 303)
        return _shown(number, case_id, faults, files)
    return _shown(number, case_id, {}, evidence.NOTHING)


@page("/track/<number>/withdraw")
def withdrawal(number: str) -> ResponseReturnValue:
    """Ask once more before a complaint is withdrawn: it cannot be undone."""
    case_id = followed(number)
    if case_id is None:
        return redirect(url_for("portal.track", n=number[:32]), 303)
    shown = tracking.open_by_id(case_id)
    if not shown.can_withdraw:
        return redirect(url_for("portal.progress", number=number), 303)
    return render_template("portal/withdraw.html", number=number, progress=shown, typed={}, errors={})


@page("/track/leave", "POST")
def leave() -> ResponseReturnValue:
    """Follow nothing any more in this browser."""
    stop()
    return redirect(url_for("portal.home"), 303)


def _acted(case_id: int, files: evidence.Taken) -> dict[str, Any]:
    """Supplement, withdraw or rate; what is wrong, by field ("" for what concerns no field)."""
    act = request.form.get("act", "")
    if act not in ACTS:
        return {"": _OVER}
    if files.errors:
        return dict(files.errors)
    verb, names = ACTS[act]
    facts = {name: request.form.get(name, "") for name in names}
    try:
        if act == "supplement":
            tracking.supplement(case_id, facts["text"], files.tokens, clock.now())
        else:
            tracking.act(case_id, verb, clock.now(), **facts)
    except Invalid as error:
        return dict(error.fields)
    except Refused:
        return {"": _OVER}
    return {}


def _asked(typed: Any, error: Any = None, status: int = HTTPStatus.OK, wait: int = 0) -> ResponseReturnValue:
    errors = told({"number": error}) if error else {}
    headers = {"Retry-After": str(wait)} if wait else {}
    return render_template("portal/track.html", typed=typed, errors=errors), status, headers


class Stage(NamedTuple):
    """A node of the progress: on which day it was reached, or by which day it is promised."""

    name: Any
    state: str
    on: date | None
    by: date | None


def _stages(progress: tracking.Progress) -> list[Stage]:
    """The nodes of a case that is on its way; the days of those not reached are promises."""
    at = words.STAGE_OF.get(progress.status)
    if at is None:
        return []
    begun = {
        words.STAGE_BEGUN[node.verb]: china_day(node.at) for node in progress.nodes if node.verb in words.STAGE_BEGUN
    }
    promised = {
        words.STAGE_PROMISED[each.kind]: each.due_on for each in progress.promises if each.kind in words.STAGE_PROMISED
    }
    states = ["past"] * at + ["now"] + [""] * len(words.STAGES)
    return [
        Stage(name, states[n], begun.get(n) if n <= at else None, promised.get(n) if n > at else None)
        for n, name in enumerate(words.STAGES)
    ]


def _shown(number: str, case_id: int, errors: dict[str, Any], files: evidence.Taken) -> ResponseReturnValue:
    withdraws = request.form.get("act") == "withdraw" and "" not in errors
    found = tracking.open_by_id(case_id)
    shown = render_template(
        "portal/withdraw.html" if withdraws else "portal/progress.html",
        number=number,
        progress=found,
        stages=_stages(found),
        kept=files.kept(),
        limits=evidence.limits(),
        may_rate=found.rate_until is not None and found.rate_until >= clock.now(),
        words=words,
        errors={name: gettext(str(message)) for name, message in errors.items()},
        typed=request.form,
    )
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _counted_as(number: str) -> str:
    """A case is counted once, by whichever of its numbers it is tried; what is no number is not looked up."""
    return tracking.receipt_of(number) if is_valid_number(number) else number[:32]


def _found(number: str, code: str) -> int:
    """The case. Raises NotFound; what is no number at all is not looked up."""
    if not is_valid_number(number):
        raise NotFound
    return tracking.case_by_code(number, code)
