"""How accounts and roles are written on FAB's pages of users and roles: names as in China, roles by word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_datetime, gettext
from flask_babel import lazy_gettext as _l

from app.resources.words import word

SHOWN = [
    (
        _l("User info"),
        {"fields": ["full_name", "username", "email", "active", "roles", "last_login", "login_count"]},
    ),
    (_l("Audit Info"), {"fields": ["fail_login_count", "created_on", "created_by", "changed_on", "changed_by"]}),
]


def role_name(name: str) -> str:
    """A role by word, with its name."""
    said = word("role", name)
    return said if said == name else f"{said} ({name})"


def role_label(role: Any) -> str:
    """A role in a picker."""
    return role_name(role.name)


def role_words(roles: Iterable[Any]) -> str:
    """Several roles by word."""
    return gettext(", ").join(word("role", role.name) for role in roles)


def moment(value: datetime | None) -> str:
    """A moment without seconds; FAB stores them without an offset, sign-ins in China's time."""
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def local(value: datetime | None) -> str:
    """A moment that FAB took from the clock of the machine, in China's time."""
    return format_datetime(value.astimezone(UTC), "yyyy-MM-dd HH:mm") if value else ""


FORMATTERS: Mapping[str, Callable[[Any], str]] = {
    "roles": role_words,
    "last_login": moment,
    "created_on": local,
    "changed_on": local,
}
