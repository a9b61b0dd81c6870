"""Before anything else: who has to change a password or set up a second factor comes to no other page first."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_appbuilder.baseviews import BaseView
from flask_babel import gettext

from app.extensions import clock
from app.fab.actor import signed_in
from app.fab.browsers import LACKS
from app.operations import passwords

CHANGE, FACTOR = "ResetMyPasswordView", "FactorView"
ALWAYS_OPEN = frozenset({CHANGE, "AuthDBView", "AuthOAuthView", "LocaleView", "UtilView"})
"""Pages that are open to whoever is on the way in."""


def install(app: Flask) -> None:
    """Stand before FAB's pages; when FAB has started, for it must know the user."""
    app.before_request(_gate)


def _gate() -> Any:
    if request.blueprint in ALWAYS_OPEN or not _is_page(request.blueprint):
        return None
    user = signed_in()
    if user is not None and passwords.must_change(user, clock.now()):
        flash(gettext("Please choose a password of your own first."), "warning")
        return redirect(url_for(f"{CHANGE}.this_form_get"))
    if user is not None and session.get(LACKS) and request.blueprint != FACTOR:
        flash(gettext("Your role needs a second factor: please set it up first."), "warning")
        return redirect(url_for(f"{FACTOR}.own"))
    return None


def _is_page(name: str | None) -> bool:
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    return any(type(each).__name__ == name for each in views if isinstance(each, BaseView))
