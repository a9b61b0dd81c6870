"""Security headers on every page and answer: one table by kind of answer; what an answer has set itself stays.

Scripts need the nonce of the answer, styles are files of ours: nothing may stand in the page itself.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from flask import Flask, request
from werkzeug.wrappers import Response

from app.fab.memo import memo
from app.fab.problems import is_api

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"
"""A year; sent where the site's own address is https. Subdomains are the installation's own matter."""
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: JSON, files."""
PAGE = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STATIC = frozenset({"static", "appbuilder.static"})


def install(app: Flask, *, is_https: bool) -> None:
    """Put the headers on whatever the app answers, and give templates `csp_nonce`."""
    always = {**EVERYWHERE, **({"Strict-Transport-Security": HSTS} if is_https else {})}

    def dressed(response: Response) -> Response:
        for name, value in {**always, **_by_kind(response)}.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(dressed)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """The nonce of this answer, for its script tags."""
    made: str = memo().setdefault("nonce", secrets.token_urlsafe(18))
    return made


def _by_kind(response: Response) -> dict[str, str]:
    if request.endpoint in STATIC and response.status_code < HTTPStatus.BAD_REQUEST:
        return {"Content-Security-Policy": NOTHING}
    is_page = response.mimetype == "text/html" and not is_api()
    policy = PAGE.format(nonce=nonce()) if is_page else NOTHING
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
