"""What administrators see of somebody's sign-ins, and what they may open or end."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.admin.who import me
from app.extensions import clock
from app.fab.browsers import own_key
from app.operations import accounts, second_factor, sign_ins, signing_in
from app.resources.readers import USER_ADMINS

NAME = "Account"
KEEPERS = USER_ADMINS
TITLE = _l("Sign-ins and locks")


OWN = _l("My sign-ins")


def _end(user_id: int) -> str:
    accounts.end_sign_ins(user_id, me(), clock.now())
    return gettext("All sign-ins have been ended.")


def _reset(user_id: int) -> str:
    second_factor.reset(accounts.load(user_id), me(), clock.now())
    return gettext("The second factor has been taken away.")


def _unlock(user_id: int) -> str:
    accounts.unlock(user_id, me(), clock.now())
    return gettext("The account is open again.")


ACTS: dict[str, Callable[[int], str]] = {"unlock": _unlock, "end": _end, "factor": _reset}
"""What an administrator may do to an account, by the word in the address."""


class AccountView(BaseView):
    """One's own sign-ins, and locks and sign-ins of an account for those who keep accounts."""

    route_base = "/admin/account"
    default_view = "own"
    class_permission_name = NAME
    method_permission_name = {"own": "own", "end": "own", "of": "manage", "act": "manage"}

    @expose("/")
    @has_access
    def own(self) -> ResponseReturnValue:
        """Where I am signed in."""
        lines = sign_ins.of(me().user_id, clock.real(), own_key())
        return self.render_template("admin/account.html", title=OWN, lines=lines)  # type: ignore[no-any-return]

    @expose("/end", methods=["POST"])
    @has_access
    def end(self) -> ResponseReturnValue:
        """End one of mine, or all but this one."""
        which = request.form.get("id", type=int)
        if which is None:
            sign_ins.end_all(me().user_id, but=own_key())
        else:
            sign_ins.end(me().user_id, which)
        flash(gettext("Done."), "success")
        return redirect(url_for("AccountView.own"))

    @expose("/of/<int:user_id>/")
    @has_access
    def of(self, user_id: int) -> ResponseReturnValue:
        """One user's."""
        officer = accounts.load(user_id)
        locked_until = signing_in.locked_until(officer.username, clock.real())
        return self.render_template(  # type: ignore[no-any-return]
            "admin/account_of.html",
            title=TITLE,
            officer=officer,
            locked_until=locked_until,
            has_factor=second_factor.is_enrolled(user_id),
            lines=sign_ins.of(user_id, clock.real()),
        )

    @expose("/of/<int:user_id>/<act>", methods=["POST"])
    @has_access
    def act(self, user_id: int, act: str) -> ResponseReturnValue:
        """Open or end something of a user's."""
        flash((ACTS.get(act) or abort(404))(user_id), "success")
        return redirect(url_for("AccountView.of", user_id=user_id))
