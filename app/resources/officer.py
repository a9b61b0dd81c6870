"""Officer 办理人员: the accounts, with what the row scope and reminders need of them."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.models.officer import Officer
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import USER_ADMINS


class OfficerResource:
    """Accounts are made, and roles and passwords given, on the users' own page; here are unit, phone and access."""

    model = Officer
    noun, plural, title, category = "Officer", "officers", _l("Officers"), "System"
    rights: ClassVar[Rights] = rights(read=USER_ADMINS | {Role.AUDITOR}, update=USER_ADMINS)
    list_columns = ("username", "full_name", "department.name", "phone", "active")
    show_columns = (*list_columns, "department.code", "email", "last_login", "login_count")
    add_columns = ()
    edit_columns = ("department", "phone", "active")
    search_columns = ("username", "department", "active")
    order_columns = ("username", "active")
    base_order = ("username", "asc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "username": _l("User name"),
            "full_name": _l("Person's name"),
            "department.code": _l("Department code"),
            "phone": _l("Mobile number"),
            "active": _l("May sign in"),
            "email": _l("E-mail"),
            "last_login": _l("Last sign-in"),
            "login_count": _l("Sign-ins"),
        },
    )
    description_columns: ClassVar = {"phone": _l("Reminders are sent to this number.")}
