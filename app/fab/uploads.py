"""Files that scripts send in pieces: begun, continued, asked about and given up; the same at every door.

Answers are JSON: `at` (where to send pieces), `received` (bytes that are there), `piece` (bytes of a full piece), and
`upload` (token, name, size) once the file is whole; or `error`, a sentence in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.domain.access import Actor
from app.domain.errors import GatewayError, Invalid, NotFound, Refused
from app.domain.evidence import PIECE
from app.extensions import clock, db
from app.operations import partials
from app.operations.partials import State

GONE = _l("This upload is not known any more. Please choose the file again.")
LATER = _l("Files cannot be taken at the moment. Please try again later, or go on without them.")


def begin(opener: str, actor: Actor, at: Callable[[str], str]) -> ResponseReturnValue:
    """Begin a file of this `name` and `size`; `at` makes the address of a token."""

    def begun() -> ResponseReturnValue:
        size = request.form.get("size", "")
        state = partials.begin(request.form.get("name", ""), _number(size), opener, actor, clock.now())
        return _shape(state, at(state.token)), 201

    return _answered(begun)


def go_on(token: str, opener: str, actor: Actor) -> ResponseReturnValue:
    """GET: how far it is. PUT: the piece that begins at `?offset=`. DELETE: give it up."""
    way = {"PUT": _put, "DELETE": _drop}.get(request.method, _told)
    return _answered(lambda: way(token, opener, actor))


def _told(token: str, opener: str, actor: Actor) -> ResponseReturnValue:
    return _shape(partials.state(token, opener, actor, clock.now()))


def _put(token: str, opener: str, actor: Actor) -> ResponseReturnValue:
    db.session.rollback()  # nothing is locked while a slow sender's piece comes in
    offset, piece = _number(request.args.get("offset", "")), b""
    while len(piece) <= PIECE and (more := request.stream.read(PIECE + 1 - len(piece))):
        piece += more
    return _shape(partials.take(token, offset, piece, opener, actor, clock.now()))


def _drop(token: str, opener: str, actor: Actor) -> ResponseReturnValue:
    partials.drop(token, opener, actor, clock.now())
    return "", 204


def _answered(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    try:
        return act()
    except Invalid as error:
        return _fault(422, " ".join(gettext(message) for message in error.fields.values()))
    except Refused as error:
        return _fault(409, " ".join(gettext(reason.message) for reason in error.reasons))
    except NotFound:
        return _fault(404, str(GONE))
    except GatewayError as error:
        current_app.logger.error("a file could not be taken: %s", error)  # noqa: TRY400 - no trace is wanted
        return _fault(503, str(LATER))


def _shape(state: State, at: str = "") -> Response:
    body = {"at": at, "received": state.received, "piece": PIECE}
    if done := state.upload:
        body["upload"] = {"token": done.token, "name": done.name, "size": done.size}
    return jsonify(body)


def _fault(status: int, error: str) -> ResponseReturnValue:
    return jsonify(error=error), status


def _number(text: str) -> int:
    """A whole number as programs write it; -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
