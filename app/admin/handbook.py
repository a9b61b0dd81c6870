"""The handbook at /admin/handbook/: a page for each noun, made from its resource, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import lazy_gettext as _l

from app.domain.lifecycle import VERBS
from app.exchange.columns import titles
from app.resources import ALL
from app.resources.about import about
from app.resources.readers import OFFICERS

MENU, TITLE = "Handbook", _l("Handbook")
READERS = OFFICERS
USES = {
    "list": _l("list"),
    "show": _l("page"),
    "add": _l("add"),
    "edit": _l("change"),
    "search": _l("search"),
    "order": _l("sort"),
}
RIGHTS = {"read": _l("see"), "create": _l("add"), "update": _l("change"), "delete": _l("delete")}


@dataclass(frozen=True)
class Column:
    """A column as people meet it: where it is used, what may be in it, what helps to fill it in."""

    name: str
    label: str
    uses: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    help: str


def columns(resource: Any) -> Iterator[Column]:
    """Every column that a noun shows, asks for, or can be searched or sorted by."""
    lists = {use: getattr(resource, f"{use}_columns") for use in USES}
    helps, known = getattr(resource, "description_columns", {}), getattr(resource, "choice_columns", {})
    for name in dict.fromkeys(column for each in lists.values() for column in each):
        uses = tuple(str(word) for use, word in USES.items() if name in lists[use])
        choices = tuple((code, str(text)) for code, text in known.get(name, ()))
        yield Column(name, str(resource.label_columns[name]), uses, choices, str(helps.get(name, "")))


def rights(resource: Any) -> list[tuple[str, list[str]]]:
    """Who may do what, roles in the order of their names."""
    return [(str(word), sorted(resource.rights[right])) for right, word in RIGHTS.items()]


class HandbookView(BaseView):
    """For every officer: it tells how the system is made, and nothing of any row."""

    route_base = "/admin/handbook"
    default_view = "index"
    class_permission_name = MENU
    method_permission_name = dict.fromkeys(("index", "noun"), "read")

    @expose("/")
    @has_access
    def index(self) -> ResponseReturnValue:
        """All nouns by category."""
        nouns = [(each, about(each)) for each in ALL]
        return self.render_template("admin/handbook.html", title=TITLE, nouns=nouns)  # type: ignore[no-any-return]

    @expose("/<plural>")
    @has_access
    def noun(self, plural: str) -> ResponseReturnValue:
        """One noun; 404 for any other word."""
        resource = next((each for each in ALL if each.plural == plural), None) or abort(404)
        is_case = resource.noun == "Case"
        return self.render_template(  # type: ignore[no-any-return]
            "admin/handbook_noun.html",
            title=resource.title,
            noun=resource,
            about=about(resource),
            columns=list(columns(resource)),
            rights=rights(resource),
            verbs=[(each, sorted(each.roles)) for each in VERBS.values()] if is_case else [],
            imported=titles() if is_case else [],
        )
