"""The two doors at which people and programs sign in: FAB's page and its REST call, with our patience behind them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import expose, safe
from flask_appbuilder.const import API_SECURITY_ACCESS_TOKEN_KEY, API_SECURITY_REFRESH_TOKEN_KEY
from flask_appbuilder.security import api, views
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.schemas import LoginPost
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_jwt_extended import create_access_token, create_refresh_token, get_current_user, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_login import current_user
from jwt import ExpiredSignatureError, InvalidTokenError, PyJWTError
from marshmallow import ValidationError, fields

from app.extensions import access, clock, db, reads_only
from app.fab import browsers
from app.fab.problems import problem
from app.operations import passwords, second_factor, signing_in
from app.operations.signing_in import Candidate, Outcome

STAMP = "stamp"
WRONG_CODE = _l("This code is not right, or it was used before.")
WRONG = _l("User name or password is wrong.")
SHUT = _l("There were too many wrong tries. Please try again later, or ask your security administrator.")


_LAST = """                    refresh:
"""
_TOTP = """                    totp:
                      description: The code of the second factor, where the account has one
                      example: "123456"
                      type: string
"""


class Login(LoginPost):
    """FAB's form, and the code of the second factor."""

    totp = fields.String(required=False)


login = Login()


def tried(name: str, password: str) -> Outcome:
    """One try, from this request's address."""
    check = _by_ldap if access.auth == "ldap" else signing_in.by_password
    return signing_in.sign_in(name, password, address(), clock.now(), clock.real(), check)


def _by_ldap(found: Candidate | None, password: str) -> bool:
    """Ask FAB, which asks the LDAP server; only for accounts that there are here."""
    users = current_app.appbuilder.sm  # type: ignore[attr-defined]
    return found is not None and bool(password) and users.auth_user_ldap(found.username, password) is not None


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def _seconds(until: datetime) -> str:
    return str(max(1, ceil((until - clock.real()).total_seconds())))


class AuthDBView(views.AuthDBView):
    """The page: as FAB's, but it says when nothing more is taken."""

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> ResponseReturnValue:
        """The form, and what was typed into it."""
        if current_user.is_authenticated:
            return redirect(self._get_safe_next_url())
        form = LoginForm_db()
        if not form.validate_on_submit():
            return self._form(form)
        outcome = tried(form.username.data, form.password.data)
        if outcome.shut_until:
            flash(str(SHUT), "danger")
            answer = make_response(self._form(form), HTTPStatus.TOO_MANY_REQUESTS)
            answer.headers["Retry-After"] = _seconds(outcome.shut_until)
            return answer
        there = get_safe_redirect(request.args.get("next", ""))
        if not outcome.user_id:
            flash(str(WRONG), "warning")
            return redirect(self.appbuilder.get_url_for_login_with(there))
        user = self.appbuilder.sm.get_user_by_id(outcome.user_id)
        if second_factor.is_enrolled(user.id):
            browsers.await_code(user)
            return redirect(url_for("AuthDBView.code", next=there))
        return self._let_in(user, there)

    @expose("/login/code/", methods=["GET", "POST"])
    @no_cache
    def code(self) -> ResponseReturnValue:
        """The second factor, for who has just given the right password."""
        user = browsers.awaited(self.appbuilder.sm)
        if user is None:
            return redirect(self.appbuilder.get_url_for_login)
        if request.method == "GET":
            return self._code_form()
        user_id = user.id
        if until := second_factor.take(user_id, clock.real()):
            answer = make_response(self._code_form(str(SHUT)), HTTPStatus.TOO_MANY_REQUESTS)
            answer.headers["Retry-After"] = _seconds(until)
            return answer
        if not second_factor.prove(user_id, request.form.get("code", ""), clock.real()):
            return self._code_form(str(WRONG_CODE))
        second_factor.forget(user_id)
        return self._let_in(self.appbuilder.sm.get_user_by_id(user_id), get_safe_redirect(request.args.get("next", "")))

    def _code_form(self, error: str = "") -> str:
        page: str = self.render_template(
            "admin/login_code.html", title=self.title, error=error, appbuilder=self.appbuilder
        )
        return page

    def _let_in(self, user: Any, there: str) -> ResponseReturnValue:
        browsers.sign_in(user)
        if days := passwords.days_left(user, clock.now()):
            flash(gettext("Your password ends in %(days)s days: please change it soon.", days=days), "warning")
        return redirect(there)

    @expose("/logout/")
    def logout(self) -> ResponseReturnValue:
        """Sign out; the sign-in ends."""
        browsers.sign_out()
        return redirect(self.appbuilder.get_url_for_index)

    def _form(self, form: Any) -> str:
        page: str = self.render_template(self.login_template, title=self.title, form=form, appbuilder=self.appbuilder)
        return page


class AuthOAuthView(views.AuthOAuthView):
    """Sign-in by OpenID Connect: as FAB's, with a sign-in of ours at its end."""

    @expose("/oauth-authorized/<provider>")
    def oauth_authorized(self, provider: str) -> ResponseReturnValue:
        """What the provider has to say."""
        reads_only.set(False)  # a GET, but it writes
        answer: ResponseReturnValue = super().oauth_authorized(provider)
        if current_user.is_authenticated:
            browsers.sign_in(current_user._get_current_object())  # noqa: SLF001 - the row behind the proxy
        return answer

    @expose("/logout/")
    def logout(self) -> ResponseReturnValue:
        """Sign out here; the provider is not asked."""
        browsers.sign_out()
        return redirect(self.appbuilder.get_url_for_index)


class SecurityApi(api.SecurityApi):
    """The REST call: as FAB's, but 429 with Retry-After when nothing more is taken."""

    @expose("/login", methods=["POST"])
    @safe
    def login(self) -> Any:
        """Sign in."""
        if not request.is_json:
            return self.response_400(message="Request payload is not JSON")
        try:
            given = login.load(request.json)
        except ValidationError as error:
            return self.response_400(message=error.messages)
        if access.auth == "oidc":
            return lacking("sign_in_elsewhere", gettext("Passwords are not kept here: use the key of an API client."))
        outcome = tried(given["username"], given["password"])
        if outcome.shut_until:
            return shut(outcome.shut_until)
        if not outcome.user_id:
            return problem(401, str(WRONG))
        user = self.appbuilder.sm.get_user_by_id(outcome.user_id)
        tokens = {"with_refresh": bool(given.get("refresh"))}
        return _something_missing(user, given.get("totp")) or self.response(200, **_tokens(user, **tokens))

    @expose("/refresh", methods=["POST"])
    @safe
    def refresh(self) -> Any:
        """Renew a token."""
        if until := signing_in.shut_until(address(), clock.real()):
            return shut(until)
        db.session.rollback()
        try:
            verify_jwt_in_request(refresh=True)
        except (JWTExtendedException, PyJWTError) as error:
            if isinstance(error, InvalidTokenError) and not isinstance(error, ExpiredSignatureError):
                signing_in.count_forged(address(), clock.real())
            return problem(401, gettext("Sign in, or renew your token."))
        return self.response(200, **_tokens(get_current_user(), with_refresh=False, is_fresh=False))


SecurityApi.login.__doc__ = (api.SecurityApi.login.__doc__ or "").replace(_LAST, _TOTP + _LAST)
SecurityApi.refresh.__doc__ = api.SecurityApi.refresh.__doc__


def shut(until: datetime) -> Any:
    """The answer of the REST API while nothing more is taken."""
    answer = problem(HTTPStatus.TOO_MANY_REQUESTS, str(SHUT), reasons=[{"code": "locked", "message": str(SHUT)}])
    answer.headers["Retry-After"] = _seconds(until)
    return answer


def _something_missing(user: Any, code: str | None) -> Any:
    if refusal := _factor_missing(user, code):
        return refusal
    if passwords.must_change(user, clock.now()):
        return lacking("password_change_needed", gettext("Change your password at the sign-in page first."))
    return None


def _factor_missing(user: Any, code: str | None) -> Any:
    """The answer where a second factor is wanting; None where it is there, or not asked for."""
    user_id, now = user.id, clock.real()
    if not second_factor.is_enrolled(user_id):
        message = gettext("Your role needs a second factor: set it up at the sign-in page first.")
        return lacking("second_factor_needed", message) if second_factor.is_required(user) else None
    if not code:
        return lacking("totp_required", gettext("Send the code of your app as totp."))
    if until := second_factor.take(user_id, now):
        return shut(until)
    if not second_factor.prove(user_id, code, now):
        return lacking("totp_wrong", str(WRONG_CODE))
    second_factor.forget(user_id)
    return None


def lacking(code: str, message: str) -> Any:
    """The answer of the REST API to who is known and may not come in yet."""
    return problem(401, message, reasons=[{"code": code, "message": message}])


def _tokens(user: Any, *, with_refresh: bool, is_fresh: bool = True) -> dict[str, str]:
    """Tokens that count as long as the account has the stamp that it has now."""
    given: dict[str, Any] = {"identity": str(user.id), "additional_claims": {STAMP: user.stamp}}
    tokens = {API_SECURITY_ACCESS_TOKEN_KEY: create_access_token(fresh=is_fresh, **given)}
    if with_refresh:
        tokens[API_SECURITY_REFRESH_TOKEN_KEY] = create_refresh_token(**given)
    return tokens
