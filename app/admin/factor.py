"""One's own second factor: set up with a picture for the app, and its recovery codes."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.admin.account import NAME
from app.admin.who import me
from app.extensions import clock, db
from app.fab import browsers
from app.fab.sign_in import SHUT
from app.operations import second_factor

TITLE = _l("Second factor")


class FactorView(BaseView):
    """Set up by a first code; renewed recovery codes cost one too."""

    route_base = "/admin/second-factor"
    default_view = "own"
    class_permission_name = NAME
    method_permission_name = {"own": "own", "change": "own"}

    @expose("/", methods=["GET"])
    @has_access
    def own(self) -> ResponseReturnValue:
        """What there is: nothing, a secret that waits for its first code, or a factor."""
        return self._page()

    @expose("/", methods=["POST"])
    @has_access
    def change(self) -> ResponseReturnValue:
        """Begin, confirm, or make new recovery codes."""
        user_id, code = me().user_id, request.form.get("code", "")
        if "start" in request.form:
            second_factor.start(user_id)
            return redirect(url_for("FactorView.own"))
        if second_factor.take(user_id, clock.real()):
            return self._page(error=str(SHUT))
        codes = self._codes(user_id, code)
        if not codes:
            return self._page(error=gettext("This code is not right, or it was used before."))
        second_factor.forget(user_id)
        browsers.complete()
        return self._page(codes=codes)

    def _codes(self, user_id: int, code: str) -> list[str]:
        if second_factor.is_enrolled(user_id):
            return second_factor.renew_codes(user_id) if second_factor.prove(user_id, code, clock.real()) else []
        return second_factor.confirm(user_id, code, clock.real())

    def _page(self, error: str = "", codes: list[str] | None = None) -> ResponseReturnValue:
        user_id = me().user_id
        secret = second_factor.waiting_secret(user_id)
        facts: dict[str, Any] = {
            "is_enrolled": second_factor.is_enrolled(user_id),
            "left": second_factor.codes_left(user_id),
            "secret": secret,
            "picture": _picture(secret) if secret else "",
        }
        db.session.rollback()
        return self.render_template("admin/factor.html", title=TITLE, error=error, codes=codes, **facts)  # type: ignore[no-any-return]


def _picture(secret: str) -> str:
    issuer = str(current_app.config["APP_NAME"])
    uri = second_factor.uri(secret, g.user.username, issuer)
    return str(segno.make(uri, error="m").svg_data_uri(scale=4, border=2))
