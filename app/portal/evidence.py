"""Files that come with a complaint: with the form itself, or beforehand, in pieces, where the browser has scripts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import complainant
from app.domain.errors import GatewayError, Invalid
from app.domain.evidence import ACCEPT, MAX_FILE, MAX_FILES, clean_name
from app.extensions import clock
from app.fab import uploads as uploading
from app.operations import attachments, uploads
from app.operations.uploads import Received
from app.portal.visitor import page, told

NAME = "attachments"
UPLOADS = "60 per 10 minutes"
"""From one address, and so for a family or an office; each with the form counts as one sending."""
PIECES = "3000 per 10 minutes"
"""From one address: what the largest files of those uploads come in."""
OPENER = "uploads"


@dataclass(frozen=True)
class Taken:
    """The files of a form: those that were stored before, and those that came with it; what is wrong with them."""

    tokens: tuple[str, ...] = ()
    errors: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> list[Received]:
        """What the form shows as uploaded, when it comes back."""
        return uploads.waiting(self.tokens, complainant(0), clock.now()) if self.tokens else []


NOTHING = Taken()


def taken() -> Taken:
    """Store the files that came with the form. One that is not taken is told by its name; the others stay."""
    tokens = list(dict.fromkeys(request.form.getlist(NAME)))[: MAX_FILES + 1]
    parts = [part for part in request.files.getlist("files") if part.filename]
    if len(tokens) + len(parts) > MAX_FILES:
        return Taken(tuple(tokens[:MAX_FILES]), {NAME: attachments.TOO_MANY})
    wrong = []
    for part in parts:
        try:
            tokens.append(_receive(part).token)
        except (Invalid, GatewayError) as error:
            wrong.append(f"{clean_name(part.filename or '')}: {_said(error)}")
    return Taken(tuple(tokens), {NAME: " ".join(wrong)} if wrong else {})


@page("/complain/upload", "POST")
def upload() -> ResponseReturnValue:
    """Begin a file that the script of the form sends in pieces."""
    return uploading.begin(_opener(), complainant(0), lambda token: url_for("portal.piece", token=token))


@page("/complain/upload/<token>", "GET", "PUT", "DELETE")
def piece(token: str) -> ResponseReturnValue:
    """How far a file is, the next piece of it, or its end; for the browser that began it."""
    return uploading.go_on(token, _opener(), complainant(0))


def limits() -> dict[str, Any]:
    """What the form says of files; whoever sees it may begin to send some."""
    _opener()
    return {"accept": ",".join(ACCEPT), "files": MAX_FILES, "bytes": MAX_FILE}


def _opener() -> str:
    """A secret of this browser, in its signed session: only where a file was begun it goes on."""
    opener: str = session.setdefault(OPENER, secrets.token_urlsafe(16))
    return opener


def limit_uploads(app: Flask) -> None:
    """Count what is uploaded from one address, with the limiter that Flask-AppBuilder has started."""
    for limiter in app.extensions.get("limiter", ()):
        for name, most, method in (("upload", UPLOADS, "POST"), ("fill_in", UPLOADS, "POST"), ("piece", PIECES, "PUT")):
            limit = limiter.limit(most, methods=[method])
            app.view_functions[f"portal.{name}"] = limit(app.view_functions[f"portal.{name}"])
        for name in ("portal.step", "portal.progress"):
            limit = limiter.limit(UPLOADS, methods=["POST"], exempt_when=_has_no_files)
            app.view_functions[name] = limit(app.view_functions[name])


def _has_no_files() -> bool:
    return request.endpoint == "portal.step" and (request.view_args or {}).get("step") != "evidence"


def _receive(part: Any) -> Received:
    return uploads.receive(part.stream, part.filename or "", complainant(0), clock.now())


def _said(error: Invalid | GatewayError) -> str:
    if isinstance(error, Invalid):
        return " ".join(told(error.fields).values())
    current_app.logger.error("a file could not be taken: %s", error)
    return str(uploading.LATER)
