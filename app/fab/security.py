"""Who is asking: FAB's security manager with one look at the permissions a request, and the actor behind the row guard.

FAB asks the database for each permission check (8 to 25 a page), and answers a bad token with 422.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask_appbuilder.actions import action
from flask_appbuilder.security import views
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import Role
from flask_appbuilder.security.views import RoleModelView
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_jwt_extended import JWTManager
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound
from wtforms import ValidationError

from app.domain.duties import check_duties
from app.domain.errors import Refused
from app.extensions import access, clock
from app.fab import accounts
from app.fab.actor import resolve_actor, resolving, signed_in
from app.fab.browsers import condition
from app.fab.elsewhere import USER_CLAIM
from app.fab.filterbar import FilterBar
from app.fab.memo import memo
from app.fab.passwords import FIRST_PASSWORD, ResetMyPasswordView, SetPasswordView
from app.fab.principals import (
    Principal,
    Principals,
    note_stamp,
    read_principal,
    roles_of,
    stamp_column,
    stamp_of_request,
)
from app.fab.problems import problem, reason_text
from app.fab.rows import key_of
from app.fab.sign_in import STAMP, AuthDBView, AuthOAuthView, SecurityApi
from app.operations import passwords

KeyCheck = Callable[[str], Any]
__all__ = ["HuiyinSecurityManager", "KeyCheck", "cookie_settings", "resolve_actor"]


class ReadOnlyRoles(RoleModelView):
    """Roles are declared in code and written by `run.py upgrade`: here they are only shown."""

    base_permissions = ["can_list", "can_show"]
    exclude_route_methods = {"add", "edit", "delete", "action", "action_post", "download"}
    search_widget = FilterBar
    search_columns = list_columns = ["name"]
    formatters_columns = {"name": accounts.role_name}


class KnownActions:
    """FAB answers 500, to anybody, where an action has a name that it does not know."""

    actions: dict[str, Any]

    def get_action_permission_name(self, name: str) -> str:
        """The permission of an action; 404 for one that there is not."""
        if name not in self.actions:
            raise NotFound
        found: str = super().get_action_permission_name(name)  # type: ignore[misc]
        return found


class SeparateDuties:
    """At least one role, and no two duties that are kept apart; groups give no roles here."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise what is wrong."""
        if not field.data:
            raise ValidationError(gettext("Please choose a role."))
        try:
            check_duties(role.name for role in field.data)
        except Refused as error:
            raise ValidationError(reason_text(error.reasons[0])) from error


class UserDBModelView(KnownActions, views.UserDBModelView):
    """FAB's page of users, under its own name, with the way to what an administrator may end or open."""

    search_widget = FilterBar
    list_columns = ["full_name", "username", "active", "roles", "last_login"]
    search_columns = [name for name in views.UserDBModelView.search_columns if name != "groups"]
    show_fieldsets = accounts.SHOWN
    user_show_fieldsets = accounts.SHOWN[:1]
    label_columns = {**views.UserDBModelView.label_columns, "full_name": _l("Full Name")}
    formatters_columns = accounts.FORMATTERS
    add_form_extra_fields = FIRST_PASSWORD
    add_columns = [name for name in views.UserDBModelView.add_columns if name != "groups"]
    edit_columns = [name for name in views.UserDBModelView.edit_columns if name != "groups"]
    validators_columns = {"roles": [SeparateDuties()]}

    def _init_forms(self) -> None:
        super()._init_forms()
        for form in (self.add_form, self.edit_form):
            form.roles.kwargs["get_label"] = accounts.role_label

    def pre_add(self, item: Any) -> None:
        """Hash the first password, which its owner has to change."""
        passwords.put(item, access.hashed(item.password), clock.now())

    @action("account", _l("Sign-ins and locks"), "", "fa-key", multiple=False)
    def account(self, item: Any) -> Any:
        """Where locks, sign-ins and second factor of this user are."""
        return redirect(url_for("AccountView.of", user_id=item.id))

    def _get_show_widget(self, *args: Any, **kwargs: Any) -> Any:
        if "resetpasswords" in kwargs.get("actions", ()):
            kwargs["actions"]["account"] = self.actions.get("account")
        return super()._get_show_widget(*args, **kwargs)


class UserGroupModelView(KnownActions, views.UserGroupModelView):
    """FAB's page of groups, which no role opens."""


class HuiyinSecurityManager(SecurityManager):
    """FAB's manager; `user_model` is set by `create_app` before FAB starts."""

    rolemodelview = ReadOnlyRoles
    resetpasswordview = SetPasswordView
    resetmypasswordview = ResetMyPasswordView
    authdbview = authldapview = AuthDBView
    authoauthview = AuthOAuthView
    security_api = SecurityApi
    userdbmodelview = userldapmodelview = useroauthmodelview = UserDBModelView
    groupmodelview = UserGroupModelView
    userstatschartview = None
    key_check: KeyCheck | None = None
    """Finds the user behind an `X-API-Key`, or None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Know nobody's permissions yet."""
        self._principals = Principals()
        super().__init__(*args, **kwargs)

    # --- permissions ---

    def principal(self) -> Principal:
        """Roles and permissions of whoever asks: known from an earlier request, unless anything has changed since."""
        user = signed_in()
        key = ("principal", inspect(user).identity[0] if user is not None else 0)
        kept = memo()
        if key not in kept:
            kept[key] = self._principal_of(key[1])
        found: Principal = kept[key]
        return found

    def _principal_of(self, user_id: int) -> Principal:
        which = roles_of(user_id) if user_id else Role.name == self.auth_role_public
        with resolving():
            stamp = stamp_of_request(self.session)
            return self._principals.of(user_id, stamp, lambda: read_principal(self.session, which))

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether whoever asks has this permission."""
        return (permission_name, view_name) in self.principal().permissions

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Whether nobody in particular has it; asked of the database for those only who bring nothing to sign in with.

        FAB asks before it knows the user. What was not public when last seen is no more than that for a user with
        a token: the answer is then the user's own permission, which is at least the safe one.
        """
        known = self._principals.peek(0)
        pair = (permission_name, view_name)
        if known is not None and pair not in known.permissions and _brings_something():
            return False
        return pair in self._principal_of(0).permissions

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """Menu entries that whoever asks may see."""
        return {view for permission, view in self.principal().permissions if permission == "menu_access"}

    # --- users ---

    def get_user_by_id(self, pk: Any) -> Any:
        """A user with department and region in one statement; None for what is no id."""
        return self._user(pk)

    def get_oauth_user_info(self, provider: str, resp: Any) -> dict[str, Any]:
        """The user name in the ID token (Authlib has checked its signature, issuer, audience and nonce)."""
        claims = resp.get("userinfo") or {}
        return {"username": claims.get(current_app.config[USER_CLAIM])}

    def load_browser_user(self, pk: Any) -> Any:
        """The user behind the cookie, as long as its sign-in counts: one statement."""
        user = self._user(pk, condition())
        return user if user is not None and user.is_active else None

    def load_user_jwt(self, header: Any, data: Any) -> Any:
        """The user behind a token; none where password, roles or state are others than when it was given."""
        user = super().load_user_jwt(header, data)
        return user if user is not None and data.get(STAMP) == user.stamp else None

    def create_login_manager(self, app: Flask) -> Any:
        """Cookies are looked up with their sign-in."""
        manager = super().create_login_manager(app)
        manager.user_loader(self.load_browser_user)
        return manager

    def _user(self, pk: Any, *conditions: Any) -> Any:
        key = key_of(str(pk))
        department: Any = getattr(self.user_model, "department", None)
        region = None if department is None else getattr(department.property.mapper.class_, "region", None)
        options = [] if region is None else [joinedload(department).joinedload(region)]
        with resolving():  # or the row guard would ask for the actor, which is being loaded
            row = None if key is None else self._row(key, options, conditions)
        note_stamp(row[1] if row else None)
        return row[0] if row else None

    def _row(self, key: int, options: list[Any], conditions: tuple[Any, ...]) -> Any:
        """The user, with the stamp of the permissions."""
        query = select(self.user_model, stamp_column()).options(*options)
        return self.session.execute(query.where(self.user_model.id == key, *conditions)).unique().first()

    def create_jwt_manager(self, app: Flask) -> JWTManager:
        """Every fault of a token is 401."""
        manager = super().create_jwt_manager(app)

        def refuse(*_: Any) -> Any:
            return problem(401, gettext("Sign in, or renew your token."))

        for loader in (
            manager.unauthorized_loader,
            manager.invalid_token_loader,
            manager.expired_token_loader,
            manager.revoked_token_loader,
            manager.needs_fresh_token_loader,
            manager.user_lookup_error_loader,
            manager.token_verification_failed_loader,
        ):
            loader(refuse)
        return manager

    @staticmethod
    def extract_api_key_from_request() -> str | None:
        """The key of another system, sent in `X-API-Key`."""
        return request.headers.get("X-API-Key")

    def validate_api_key(self, api_key_string: str) -> Any:
        """The user that a key acts as."""
        user = self.key_check(api_key_string) if self.key_check is not None else None
        if user is None or not user.is_active:
            return None
        g.user, g._api_key_user = user, True  # noqa: SLF001 - what FAB looks at
        return user


def _brings_something() -> bool:
    """Whether the request has anything to sign in with, good or bad."""
    return any(request.headers.get(name) for name in ("Authorization", "X-API-Key"))


def cookie_settings(*, is_production: bool) -> dict[str, Any]:
    """Session cookies: not for scripts, not for other sites, over TLS in production; twelve hours."""
    return {
        "SESSION_COOKIE_NAME": "huiyin",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_production,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
    }
