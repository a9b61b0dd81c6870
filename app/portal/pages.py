"""The portal's plain pages: home, what can be complained about, and the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, current_app, make_response, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from app.extensions import clock
from app.fab.headers import NOTHING
from app.fab.shell import LOOKS, switched
from app.operations import catalogue
from app.portal import drafting
from app.portal.visitor import page

YEAR = 365 * 24 * 3600


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


@page("/look/<name>/<state>")
def switch(name: str, state: str) -> ResponseReturnValue:
    """Switch a look (dark, elder) on or off for this browser, in the cookie that the back office reads too; go back."""
    if name not in LOOKS or state not in ("on", "off"):
        abort(404)
    answer = make_response(redirect(_own(request.args.get("next", "")), 303))
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie("look", switched(name, is_on=state == "on"), YEAR, secure=is_secure, samesite="Lax")
    return answer


@page("/logo")
def logo() -> ResponseReturnValue:
    """The picture beside the site's name, where one is configured."""
    picture = current_app.config["HUIYIN"].logo
    if picture is None or not picture.is_file():
        abort(404)
    answer = send_file(picture, max_age=3600)
    answer.headers["Content-Security-Policy"] = NOTHING
    return answer


def _own(address: str) -> str:
    """An address on this site, by its path alone; anything else leads home."""
    parts = urlsplit(address.replace("\\", "/"))
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/") and parts.path[1:2] != "/"
    return address if is_own and address.isprintable() else url_for("portal.home")
