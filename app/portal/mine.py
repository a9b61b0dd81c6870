"""My complaints: by a code that is sent to the phone they were filed with; then each opens for half an hour."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.domain.privacy import is_mobile, normalise_phone
from app.extensions import clock, db
from app.operations import otps
from app.operations.attempts import Key
from app.portal import words
from app.portal.following import all_followed, follow_all
from app.portal.tries import place, right, taken
from app.portal.visitor import page, told

PURPOSE = "mine"
NO_MOBILE = _l("Please give a mobile number of 11 digits.")
WRONG = _l("This code is wrong, used, or older than 5 minutes. Please check it, or ask for a new one.")
LATER = _l("So many codes were asked for that none is sent now. Please try again later.")


@page("/mine", "GET", "POST")
def mine() -> ResponseReturnValue:
    """Ask for the phone; send a code. The page after it is the same whether there is a complaint or not."""
    if request.method == "GET":
        return _shown("mine", {})
    phone = normalise_phone(request.form.get("phone", ""))
    if not is_mobile(phone):
        return _shown("mine", {"phone": NO_MOBILE}, HTTPStatus.UNPROCESSABLE_ENTITY)
    if wait := asked_for(phone, PURPOSE):
        return _shown("mine", {"phone": LATER}, HTTPStatus.TOO_MANY_REQUESTS, wait)
    return _shown("mine_code", {})


@page("/mine/code", "POST")
def mine_code() -> ResponseReturnValue:
    """Take the code; a right one leads to the list."""
    phone = normalise_phone(request.form.get("phone", ""))
    keys = wrong_keys()
    if wait := taken(keys):
        return _shown("mine_code", {"code": wait[0]}, wait[1], wait[2])
    if not is_mobile(phone) or not otps.is_right(phone, PURPOSE, typed_code(), clock.real()):
        return _shown("mine_code", {"code": WRONG}, HTTPStatus.FORBIDDEN)
    right(keys)
    follow_all({line.number: line.case_id for line in otps.cases_of(phone)})
    return redirect(url_for("portal.mine_list"), 303)


@page("/mine/list")
def mine_list() -> ResponseReturnValue:
    """The complaints that this browser follows now."""
    ids = all_followed()
    if not ids:
        return redirect(url_for("portal.mine"), 303)
    return render_template("portal/mine_list.html", lines=otps.lines(ids), words=words)


def asked_for(phone: str, purpose: str) -> int:
    """Send a code; 0, or the seconds to wait where a limit is reached."""
    until = otps.send(phone, purpose, place(), clock.now(), clock.real())
    db.session.remove()
    return max(1, ceil((until - clock.real()).total_seconds())) if until else 0


def wrong_keys() -> tuple[Key, ...]:
    """Wrong codes are counted by the address they come from; each code counts its own tries besides."""
    return (Key("wrong code from", place(), otps.WRONG),)


def typed_code() -> str:
    """The code as typed: full-width digits, spaces and hyphens do not matter."""
    return normalise_phone(request.form.get("code", ""))[:32]


def _shown(name: str, errors: dict[str, Any], status: int = HTTPStatus.OK, wait: int = 0) -> ResponseReturnValue:
    shown = render_template(f"portal/{name}.html", typed=request.form, errors=told(errors))
    return shown, status, {"Retry-After": str(wait)} if wait else {}
