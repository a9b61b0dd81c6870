"""The home page at /admin/: how much waits in each of my lists, and what is most urgent."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_login import current_user

from app.admin.casework import LISTS
from app.admin.who import may, me
from app.extensions import clock
from app.fab.views import AdminIndex, to_login
from app.operations import worklists


class HomeView(AdminIndex):
    """Work lists with counts, and the ten cases whose limits run out first."""

    index_template = "admin/home.html"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The page, or the login."""
        if not current_user.is_authenticated:
            return to_login()
        actor, now = me(), clock.now()
        sees_cases = may("can_read")
        page: ResponseReturnValue = self.render_template(
            self.index_template,
            actor=actor,
            counts=worklists.counts(actor, now) if sees_cases else [],
            lines=worklists.urgent(actor, now) if sees_cases else [],
            titles=LISTS,
        )
        return page
