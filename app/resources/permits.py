"""Words for permissions: FAB stores `can_<act>` on a view and shows both as they are; people read these instead."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.resources import ALL
from app.resources.words import VERB

ACT: Mapping[str, LazyString] = {
    "can_read": _l("see"),
    "can_create": _l("add"),
    "can_write": _l("change"),
    "can_delete": _l("delete"),
    "menu_access": _l("in the menu"),
    **{f"can_{verb}": word for verb, word in VERB.items()},
    "can_list": _l("see"),
    "can_show": _l("see"),
    "can_get": _l("see"),
    "can_add": _l("add"),
    "can_edit": _l("change"),
    "can_userinfo": _l("see"),
    "can_this_form_get": _l("see"),
    "can_this_form_post": _l("change"),
    "resetmypassword": _l("change"),
    "resetpasswords": _l("change"),
    "account": _l("see"),
    "can_manage": _l("change"),
    "can_own": _l("see and end one's own"),
    "userinfoedit": _l("change"),
}
PAGE: Mapping[str, LazyString] = {
    **{resource.noun: resource.title for resource in ALL},
    "Casework": _l("Casework"),
    "Statistics": _l("Statistics"),
    "Messages": _l("Messages"),
    "Configuration": _l("Configuration"),
    "System": _l("System"),
    "Outbox": _l("Outbox"),
    "Client calls": _l("Calls of connected systems"),
    "Handbook": _l("Handbook"),
    "Desk": _l("File for somebody"),
    "Desk look-up": _l("Look up"),
    "Security": _l("Security"),
    "List Users": _l("List Users"),
    "List Roles": _l("List Roles"),
    "UserDBModelView": _l("User accounts"),
    "Account": _l("Sign-ins and locks"),
    "SavedView": _l("Saved views"),
    "UserInfoEditView": _l("Own account"),
    "ResetMyPasswordView": _l("Own password"),
    "SetPasswordView": _l("Passwords of users"),
    "ReadOnlyRoles": _l("List Roles"),
    "MenuApi": _l("Menu by REST"),
    "OpenApi": _l("Description of the REST API"),
    "SwaggerView": _l("Page of the REST API"),
}


def page_word(view: str) -> str:
    """The page or noun that a permission is about; `<noun> charts` are the charts of a noun."""
    noun, _, rest = view.partition(" ")
    if rest == "charts" and noun in PAGE:
        return gettext("%(noun)s: charts", noun=str(PAGE[noun]))
    return str(PAGE.get(view, view))
