"""The draft of this browser: its token in a cookie, what was typed in the database."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flask import Response, current_app, request

from app.extensions import clock
from app.operations import drafts

COOKIE = "draft"


@dataclass
class Sheet:
    """What was typed so far: matter and place, each field by its name, tokens of files; and the form's own token."""

    matter: str = ""
    region: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    proved: str = ""
    """The phone that was proved by a code."""
    is_filed: bool = False
    """Received. It is kept for a while, so that a lost answer can be asked for again, and never shown."""

    def take(self, names: tuple[str, ...]) -> None:
        """Take these fields from the form that was sent; one that is missing (a tick) is emptied."""
        for name in names:
            self.typed[name] = request.form.get(name, "").replace("\r\n", "\n")


def opened(token: str = "") -> Sheet | None:
    """The sheet of the cookie's token (or of this one); None where there is none, or not any more."""
    token = token or request.cookies.get(COOKIE, "")
    found: dict[str, Any] | None = drafts.read(token, clock.real()) if token else None
    return Sheet(**found) if found else None


def saved(sheet: Sheet) -> str:
    """Keep the sheet under the cookie's token, or a new one; the token. Raises Invalid (too long)."""
    token = request.cookies.get(COOKIE, "")
    if token and drafts.write(token, asdict(sheet), clock.real()):
        return token
    return drafts.begin(asdict(sheet), clock.real())


def own(sheet: Sheet, token: str) -> str:
    """The token of this browser's draft: the one given where it is in the cookie already, else that of a copy."""
    if token == request.cookies.get(COOKIE):
        return token
    copy = sheet if sheet.is_filed else replace(sheet, token=str(uuid.uuid4()))
    return drafts.begin(asdict(copy), clock.real())


def drop() -> None:
    """Remove the draft of this browser's cookie."""
    if token := request.cookies.get(COOKIE):
        drafts.drop(token)


def remember(response: Response, token: str) -> Response:
    """Set the cookie; an empty token removes it."""
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    age = int(drafts.KEPT.total_seconds()) if token else 0
    response.set_cookie(COOKIE, token, max_age=age, path="/", secure=secure, httponly=True, samesite="Lax")
    return response
