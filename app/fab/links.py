"""Addresses of lists: other pages, orders and filters of the list one is on, with every value of the present address.

FAB's own template filters of these names keep one value of each argument, which loses filters with several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request

from app.domain.access import SHIPPED, Role
from app.fab.badges import badge
from app.models.scope import current_actor
from app.operations import saved_views
from app.resources.words import word

Pair = tuple[str, str]
_PAGE = re.compile(r"page_\w+")
_STATE = re.compile(r"_flt_[0-9]_[\w.]+|_o[cd]_\w+|psize_\w+")
ALL = ("view", "all")
"""Says that no saved view is wanted, not even the one that opens by itself."""


def install(app: Flask) -> None:
    """Take the place of FAB's filters. Call when FAB has started."""
    app.jinja_env.filters.update(link_order=link_order, link_page=link_page, link_page_size=link_page_size)
    app.jinja_env.globals.update(badge=badge)
    app.jinja_env.globals.update(own_list=own_list, is_searched=is_searched, view_roles=view_roles, index_url=index_url)


def present() -> list[Pair]:
    """Every argument of the present address, in order."""
    return list(request.args.items(multi=True))


def state_of(pairs: Iterable[Pair]) -> list[Pair]:
    """What a list looks for and how it is ordered: without page and all that is no list's."""
    return [pair for pair in pairs if _STATE.fullmatch(pair[0]) and pair[1].strip()]


def here(pairs: Iterable[Pair], anchor: str = "") -> str:
    """The page one is on, with these arguments."""
    query = urlencode(list(pairs))
    return f"{request.path}{'?' if query else ''}{query}{anchor}"


def without(*names: str) -> list[Pair]:
    """The present arguments without these, and on the first page."""
    return [(name, value) for name, value in present() if name not in names and not _PAGE.fullmatch(name)]


def own_list(view: str) -> bool:
    """Whether the page is this view's list itself, not another page with it in a tab."""
    return request.endpoint == f"{view}.list"


def is_searched() -> bool:
    """Whether a filter narrows the list of this page."""
    return any(name.startswith("_flt_") for name in request.args)


def index_url() -> str:
    """The home page."""
    return str(current_app.appbuilder.get_url_for_index)  # type: ignore[attr-defined]


def view_roles() -> list[tuple[str, str]]:
    """The roles that whoever asks may share a view with, in words."""
    actor = current_actor()
    may = actor is not None and saved_views.may_share(actor)
    return [(role.value, word("role", role)) for role in Role if role in SHIPPED] if may else []


def link_order(column: str, view: str) -> str:
    """The list by this column: rising first, then falling."""
    is_rising = request.args.get(f"_oc_{view}") == column and request.args.get(f"_od_{view}") == "asc"
    order = [(f"_oc_{view}", column), (f"_od_{view}", "desc" if is_rising else "asc")]
    return here([*without(f"_oc_{view}", f"_od_{view}"), *order], _anchor(view))


def link_page(page: int, view: str) -> str:
    """Another page of the list."""
    kept = [pair for pair in present() if pair[0] != f"page_{view}"]
    return here([*kept, (f"page_{view}", str(page))], _anchor(view))


def link_page_size(size: int, view: str) -> str:
    """The list with so many rows a page."""
    return here([*without(f"psize_{view}"), (f"psize_{view}", str(size))], _anchor(view))


def _anchor(view: str) -> str:
    """A list in a tab is found again by the tab's name."""
    return "" if own_list(view) else f"#{view}"


def chosen(value: Any) -> list[str]:
    """The values of an argument that are not empty."""
    return [each for each in request.args.getlist(value) if each.strip()]
