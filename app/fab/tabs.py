"""The tabs of a list: all rows, views that come with the program, views shared with one's role, one's own."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from flask_babel import gettext

from app.fab.fitting import acceptable
from app.fab.interface import NoSuchRow
from app.fab.links import ALL, Pair, here, present, state_of
from app.fab.memo import memo
from app.models.scope import current_actor
from app.operations import saved_views

MOST = 1_000
"""Rows counted for a tab: beyond that it says "999+"."""
_QUICK = frozenset({"in", "is", "ge", "le", "eq", "rel_in", "rel_under", "rel_o_m"})
"""Operators that an index answers, or a short look: texts are not searched to count a tab."""


@dataclass
class Tab:
    """A view of the list: its name, address, whether it is what is shown, how many rows (None: not counted)."""

    label: Any
    url: str
    is_on: bool
    icon: str = ""
    count: int | None = None
    is_capped: bool = False


def tabs(view: Any) -> list[Tab]:
    """All tabs of a list for whoever reads it; the first is without any filter."""
    state = state_of(present())
    filtered = [pair for pair in state if pair[0].startswith("_flt_")]
    all_rows = Tab(gettext("All"), here([ALL]), not filtered)
    found = [*_ready(view), *_saved(view)]
    made = [Tab(label, here(pairs), set(pairs) == set(state), icon) for label, pairs, icon in found]
    _count(view, made, [pairs for _, pairs, _ in found])
    return [all_rows, *made]


def opening(view: Any) -> str:
    """Where a list without any argument leads: to the reader's own default, else to that of a role; "" if none."""
    if request.args or not _is_own(view):
        return ""
    chosen = [row for row in rows_of(view.noun) if row.is_default]
    first = next(iter(sorted(chosen, key=lambda row: row.user_id is None)), None)
    return here(parse_qsl(first.query)) if first else ""


def rows_of(noun: str) -> list[Any]:
    """The saved views of a noun that whoever reads may use, asked for once a request."""
    actor, key = current_actor(), ("saved views", noun)
    if actor is None:
        return []
    if key not in memo():
        memo()[key] = saved_views.usable(noun, actor)
    rows: list[Any] = memo().get(key, [])
    return rows


def clean(view: Any, pairs: Iterable[Pair]) -> list[Pair]:
    """What of these arguments is a state of this view's list: its own filters, order and size of a page."""
    name = type(view).__name__
    kept = {f"_oc_{name}", f"_od_{name}", f"psize_{name}"}
    return [pair for pair in state_of(pairs) if pair[0] in kept or _filter(view, *pair)]


def _is_own(view: Any) -> bool:
    return request.method == "GET" and bool(view.noun)


def _ready(view: Any) -> list[tuple[Any, list[Pair], str]]:
    actor = current_actor()
    roles = actor.roles if actor else frozenset()
    return [(each.title, ready_state(view, each), "") for each in view.ready_views if each.roles & roles]


def ready_state(view: Any, ready: Any) -> list[Pair]:
    """The arguments of a view that comes with the program. Raises LookupError for an operator that there is not."""
    return [
        (f"_flt_{_place(view, column, operator)}_{column}", value)
        for column, (operator, values) in ready.where.items()
        for value in values
    ]


def _place(view: Any, column: str, operator: str) -> int:
    known = [each.arg_name for each in view._filters.get_search_filters()[column]]  # noqa: SLF001
    if operator not in known:
        raise LookupError(f"{type(view).__name__}: {column} has no {operator}")
    return known.index(operator)


def _saved(view: Any) -> list[tuple[Any, list[Pair], str]]:
    rows = sorted(rows_of(view.noun), key=lambda row: (row.user_id is not None, row.position, row.id))
    return [(row.name, parse_qsl(row.query), "users" if row.role else "user") for row in rows]


def _filter(view: Any, name: str, _value: str) -> Any:
    """The filter that an argument means; None for any other argument, and for a value that does not fit."""
    known, place, column = view._filters.get_search_filters(), name[5:6], name[7:]  # noqa: SLF001
    if not name.startswith("_flt_") or column not in known or int(place) >= len(known[column]):
        return None
    found = known[column][int(place)]
    return found if acceptable(view.datamodel, column, found.arg_name, _value) else None


def _count(view: Any, made: list[Tab], states: list[list[Pair]]) -> None:
    several = [(tab, filters) for tab, state in zip(made, states, strict=True) if (filters := _filters(view, state))]
    try:
        numbers = view.datamodel.counts([filters for _, filters in several], MOST)
    except NoSuchRow:  # a view may name a row that is gone, or no longer in scope
        return
    for (tab, _), number in zip(several, numbers, strict=True):
        tab.count, tab.is_capped = min(number, MOST - 1), number >= MOST


def _filters(view: Any, state: list[Pair]) -> Any:
    """The filters of a state; None where counting them would take long."""
    fresh = copy(view._filters)  # noqa: SLF001
    fresh.clear_filters()
    for name, pairs in groupby(sorted(pair for pair in state if pair[0].startswith("_flt_")), key=lambda pair: pair[0]):
        values = [value for _, value in pairs]
        kinds = {found.arg_name if (found := _filter(view, name, value)) else None for value in values}
        if not kinds <= _QUICK:
            return None
        fresh.add_filter_index(name[7:], int(name[5]), values)
    return joined(fresh, view._base_filters)  # noqa: SLF001


def joined(filters: Any, base: Any) -> Any:
    """Both together. FAB's own way works out the filters of every column each time."""
    both = copy(filters)
    both.filters, both.values = filters.filters + base.filters, filters.values + base.values
    return both
