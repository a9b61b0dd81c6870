"""The back office's home at /admin/, and the way to the login page."""

from __future__ import annotations

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.views import IndexView
from flask_login import current_user


def to_login() -> ResponseReturnValue:
    """Send somebody unknown to the login page and back."""
    return redirect(current_app.appbuilder.get_url_for_login_with(request.url))  # type: ignore[attr-defined]


class AdminIndex(IndexView):
    """The back office's home at /admin/, for those who are signed in."""

    route_base = "/admin"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The page, or the login."""
        if not current_user.is_authenticated:
            return to_login()
        answer: ResponseReturnValue = super().index()
        return answer
