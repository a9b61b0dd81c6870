"""The portal's plain pages: home, what can be complained about, and the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.extensions import clock
from app.operations import catalogue
from app.portal import drafting
from app.portal.visitor import page


@page("/")
def home() -> ResponseReturnValue:
    """Four ways to go on, and what is promised."""
    return render_template("portal/home.html", promise=catalogue.promise(clock.now()))


@page("/guide")
def guide() -> ResponseReturnValue:
    """What can be complained about, with its legal basis, and how it goes."""
    promise = catalogue.promise(clock.now())
    return render_template("portal/guide.html", categories=catalogue.categories(), promise=promise)


@page("/quit")
def quit() -> ResponseReturnValue:  # noqa: A001 - the page's name
    """Leave quickly: this browser forgets cases, receipt, uploads and draft, and shows something else."""
    for name in ("followed", "receipt", "uploads"):
        session.pop(name, None)
    away = current_app.config["HUIYIN"].leave_url or url_for("portal.home")
    return drafting.remember(make_response(redirect(away, 303)), "")


@page("/language/<locale>")
def language(locale: str) -> ResponseReturnValue:
    """Keep the reader's language for this session (Flask-AppBuilder reads the same key), and go back."""
    if locale not in current_app.config["LANGUAGES"]:
        abort(404)
    session["locale"] = locale
    return redirect(_own(request.args.get("next", "")), 303)


def _own(address: str) -> str:
    """An address on this site, by its path alone; anything else leads home."""
    parts = urlsplit(address.replace("\\", "/"))
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/") and parts.path[1:2] != "/"
    return address if is_own and address.isprintable() else url_for("portal.home")
