"""The outbox page: each text message as a phone would show it."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.operations.phones import phones

MENU = "Outbox"
READERS = frozenset({Role.PLATFORM_ADMIN, Role.SUPERVISOR})
TITLE = _l("Outbox")


class OutboxView(BaseView):
    """The latest 200 messages by recipient. In production the texts that carry codes stay closed."""

    route_base = "/admin/outbox"
    default_view = "phones"
    class_permission_name = MENU
    method_permission_name = {"phones": "read"}

    @expose("/")
    @has_access
    def phones(self) -> ResponseReturnValue:
        """The page."""
        is_production = current_app.config["HUIYIN"].is_production
        found = phones(shows_codes=not is_production)
        return self.render_template("admin/outbox.html", title=TITLE, phones=found)  # type: ignore[no-any-return]
