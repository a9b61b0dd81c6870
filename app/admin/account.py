"""What administrators see of somebody's sign-ins, and what they may open or end."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.admin.who import me
from app.extensions import clock
from app.operations import accounts, signing_in
from app.resources.readers import USER_ADMINS

NAME = "Account"
KEEPERS = USER_ADMINS
TITLE = _l("Sign-ins and locks")


def _unlock(user_id: int) -> str:
    accounts.unlock(user_id, me(), clock.now())
    return gettext("The account is open again.")


ACTS: dict[str, Callable[[int], str]] = {"unlock": _unlock}
"""What an administrator may do to an account, by the word in the address."""


class AccountView(BaseView):
    """Locks of an account."""

    route_base = "/admin/account"
    default_view = "of"
    class_permission_name = NAME
    method_permission_name = {"of": "manage", "act": "manage"}

    @expose("/of/<int:user_id>/")
    @has_access
    def of(self, user_id: int) -> ResponseReturnValue:
        """One user's."""
        officer = accounts.load(user_id)
        locked_until = signing_in.locked_until(officer.username, clock.real())
        return self.render_template(  # type: ignore[no-any-return]
            "admin/account_of.html", title=TITLE, officer=officer, locked_until=locked_until
        )

    @expose("/of/<int:user_id>/<act>", methods=["POST"])
    @has_access
    def act(self, user_id: int, act: str) -> ResponseReturnValue:
        """Open or end something of a user's."""
        flash((ACTS.get(act) or abort(404))(user_id), "success")
        return redirect(url_for("AccountView.of", user_id=user_id))
