"""Personal data in a text, marked for those of the centre who see it, so that they know what units do not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.domain.redaction import findings

KINDS: Mapping[str, LazyString] = {
    "mobile": _l("Mobile phone"),
    "landline": _l("Phone"),
    "id_no": _l("ID number"),
    "uscc": _l("Company code"),
    "card": _l("Bank card"),
    "email": _l("E-mail"),
    "plate": _l("Number plate"),
    "name": _l("Name of the complainant"),
}


def known_to_page(file: Any) -> None:
    """Let the page know the complainant's names, as far as its reader knows the complainant."""
    who = file.complainant if file.is_inside else None
    g.known_names = [name for name in (who.name, who.org_name) if name] if who else []


def marked(text: str) -> Markup:
    """The text, escaped, each finding in a mark that says of what kind it is."""
    done, at = Markup(), 0
    for start, end, kind in findings(text, g.get("known_names", ())):
        mark = Markup('<mark class="hy-personal" title="{}">{}</mark>').format(str(KINDS[kind]), text[start:end])
        done, at = done + escape(text[at:start]) + mark, end
    return done + escape(text[at:])
