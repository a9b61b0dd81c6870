"""The receipt: numbers, code and what happens next. Kept half an hour in the visitor's own signed session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import NotFound
from app.extensions import clock, site
from app.operations import tracking
from app.operations.intake import Filed
from app.portal import drafting
from app.portal.visitor import page, portal

KEPT = 30 * 60
"""Seconds for which the receipt can be opened again, in the same browser only."""
_NAME = "receipt"


def keep(filed: Filed, real_now: datetime) -> None:
    """Keep a new receipt. A form sent twice has one case: its receipt is kept from the first time, or has no code."""
    kept = session.get(_NAME) or {}
    if filed.query_code is None and kept.get("number") == filed.receipt_no:
        return
    until = int(real_now.timestamp()) + KEPT
    session[_NAME] = {"number": filed.receipt_no, "code": filed.query_code, "until": until}


@portal.before_request
def forget() -> None:
    """Drop a receipt whose half hour is over."""
    kept = session.get(_NAME)
    if kept and kept["until"] < clock.real().timestamp():
        session.pop(_NAME)


@page("/complain/done")
def done() -> ResponseReturnValue:
    """Show the receipt, with a QR code that leads to its number (never the code).

    Its address holds the number, so that a bookmark leads to where the case is followed once the receipt is gone.
    """
    kept = session.get(_NAME)
    if not kept:
        return redirect(url_for("portal.track", n=request.args.get("n", "")[:32] or None), 303)
    link = f"{site.public_url}{url_for('portal.track', n=kept['number'])}"
    picture = segno.make(link, error="m").svg_data_uri(scale=4, border=2)
    return render_template("portal/done.html", receipt=kept, progress=_progress(kept), link=link, picture=picture)


@page("/complain/finish", "POST")
def finish() -> ResponseReturnValue:
    """The visitor has noted the code: nothing of it stays behind in this browser."""
    session.pop(_NAME, None)
    drafting.drop()
    return drafting.remember(make_response(redirect(url_for("portal.home"), 303)), "")


def _progress(kept: dict[str, Any]) -> tracking.Progress | None:
    try:
        return tracking.open_by_code(kept["number"], kept["code"]) if kept["code"] else None
    except NotFound:
        return None
