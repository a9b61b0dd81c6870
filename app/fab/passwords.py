"""FAB's pages that set a password, held to the policy: one's own (the present one is asked for), and another user's."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, request
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security import views
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import NotFound
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, ValidationError

from app.domain.errors import Refused
from app.extensions import access, clock
from app.fab import browsers
from app.fab.problems import reason_text
from app.fab.sign_in import SHUT, address
from app.models.scope import current_actor
from app.operations import passwords, signing_in


def rules() -> str:
    """What the policy asks for, in words."""
    policy = access.policy
    lines = [gettext("From %(least)s characters on.", least=policy.shortest)]
    if policy.kinds:
        text = "At least %(count)s of these: capital letters, small letters, digits, other characters."
        lines.append(gettext(text) % {"count": policy.kinds})
    if policy.history:
        lines.append(gettext("None of the last %(count)s.", count=policy.history))
    return " ".join([*lines, gettext("Not the user name, not the phone number, nothing well known.")])


def _typed_field(label: Any, *checks: Any, **options: Any) -> PasswordField:
    return PasswordField(label, validators=[DataRequired(), *checks], widget=BS3PasswordFieldWidget(), **options)


def _again() -> PasswordField:
    return _typed_field(_l("Once more"), EqualTo("password", message=_l("The two are not the same.")))


class AcceptablePassword:
    """The policy, for a form in which the user name stands beside the password."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise what is wrong."""
        if reasons := access.policy.faults(field.data or "", (form.username.data or "",)):
            raise ValidationError(" ".join(map(reason_text, reasons)))


FIRST_PASSWORD = {
    "password": _typed_field(_l("First password"), AcceptablePassword(), description=LazyString(rules)),
    "conf_password": _again(),
}
"""Fields of the form for a new user."""


class NewPasswordForm(DynamicForm):
    """A new password, twice."""

    password = _typed_field(_l("New password"), description=LazyString(rules))
    conf_password = _again()


class OwnPasswordForm(DynamicForm):
    """The present password, and a new one."""

    present = _typed_field(_l("Present password"))
    password = _typed_field(_l("New password"), description=LazyString(rules))
    conf_password = _again()


class _Setting:
    """A form that sets a password; what is against it stands at the field."""

    def _set(self, form: Any, user_id: int) -> Any:
        actor = current_actor()
        assert actor is not None  # noqa: S101 - FAB lets only signed-in users post
        try:
            passwords.change(user_id, form.password.data, actor, clock.now())
        except Refused as error:
            return self._wrong(form, form.password, " ".join(map(reason_text, error.reasons)))
        flash(gettext("The password has been changed."), "info")
        return None

    def _wrong(self, form: Any, field: Any, text: str) -> Any:
        field.errors = [text]
        page: Any = self
        widgets = page._get_edit_widget(form=form)  # noqa: SLF001 - how FAB draws its forms
        return page.render_template(
            page.form_template, title=page.form_title, widgets=widgets, appbuilder=page.appbuilder
        )


class ResetMyPasswordView(_Setting, views.ResetMyPasswordView):
    """One's own password: the present one first, and its wrong tries are counted like those at the door."""

    form = OwnPasswordForm
    form_title = _l("Change my password")

    def form_post(self, form: Any) -> Any:
        """Check the present password, then set the new one."""
        user_id, name = g.user.id, g.user.username
        outcome = signing_in.prove(name, form.present.data, address(), clock.real())
        if not outcome.user_id:
            text = SHUT if outcome.shut_until else gettext("This is not your present password.")
            return self._wrong(form, form.present, str(text))
        wrong = self._set(form, user_id)
        if wrong is None:  # all other browsers are signed out
            browsers.sign_in(current_app.appbuilder.sm.get_user_by_id(user_id))  # type: ignore[attr-defined]
            flash(gettext("The password has been changed."), "info")
        return wrong


class SetPasswordView(_Setting, views.ResetPasswordView):
    """Sets another user's password; 404 for a user that there is not."""

    form = NewPasswordForm

    def form_get(self, form: Any) -> None:
        """Check the user before the form is shown."""
        _known_user()

    def form_post(self, form: Any) -> Any:
        """Check the user before the password is set."""
        return self._set(form, _known_user())


def _known_user() -> int:
    user = current_app.appbuilder.sm.get_user_by_id(request.args.get("pk"))  # type: ignore[attr-defined]
    if user is None:
        raise NotFound
    return int(user.id)
