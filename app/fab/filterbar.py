"""The bar of filters above a list: one control for each search column, by its type, and what is active as chips.

All of it is in the address: `_flt_<place>_<column>`, FAB's own; a filter that the bar has no control for is a chip too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from flask import url_for
from flask_appbuilder.widgets import RenderTemplateWidget, SearchWidget
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.extensions import clock
from app.fab.days import since
from app.fab.links import ALL, Pair, chosen, here, present, state_of, without

ROOM = 5
"""Controls that stand in the bar at once; a range of days takes the room of two."""
_ASKED = re.compile(r"_flt_([0-9])_(.+)")
BEGINNINGS = (("today", _l("Today")), ("week", _l("This week")), ("month", _l("This month")), ("year", _l("This year")))
_WORDS = dict(BEGINNINGS)


@dataclass(frozen=True)
class Box:
    """A control: its kind (text, number, choice, rows, yes_no, days), its argument and what is in it."""

    kind: str
    column: str
    label: str
    name: str
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    other: str = ""
    """The argument beside it: the last day of a range; a code or name, where no script helps to pick."""
    other_values: tuple[str, ...] = ()
    far: str = ""
    quick: tuple[tuple[Any, str], ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether it filters."""
        return bool(self.values or self.other_values)


@dataclass(frozen=True)
class Chip:
    """An active filter, and the address without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True)
class Bar:
    """All of it. `kept` goes along with the form unseen."""

    boxes: tuple[Box, ...]
    more: tuple[Box, ...]
    chips: tuple[Chip, ...]
    kept: tuple[Pair, ...]
    clear: str


class FilterBar(SearchWidget):
    """FAB's search widget, drawn as the bar."""

    def __call__(self, **kwargs: Any) -> Any:
        """The HTML."""
        given = self.template_args
        bar = bar_of(given["form"], given["filters"].get_search_filters(), given["include_cols"])
        return RenderTemplateWidget.__call__(self, bar=bar, **kwargs)


def bar_of(form: Any, known: Any, columns: Sequence[str]) -> Bar:
    """The bar of a list, from its search form and the filters of its columns."""
    boxes = [box for box in (_box(form[column], known.get(column, ()), column) for column in columns) if box]
    names = {name for box in boxes for name in (box.name, box.other) if name}
    kept = [pair for pair in state_of(present()) if pair[0] not in names]
    chips = [chip for name, value in state_of(present()) if (chip := _chip(form, known, name, value))]
    at = _fitting(boxes)
    return Bar(tuple(boxes[:at]), tuple(boxes[at:]), tuple(chips), (*kept, ALL), here(_cleared()))


def _fitting(boxes: Sequence[Box]) -> int:
    """How many of them the bar has room for."""
    sizes = accumulate(2 if box.kind == "days" else 1 for box in boxes)
    return sum(1 for size in sizes if size <= ROOM)


def _cleared() -> list[Pair]:
    return [pair for pair in state_of(present()) if not pair[0].startswith("_flt_")] + [ALL]


def _box(field: Any, filters: Iterable[Any], column: str) -> Box | None:
    at = {each.arg_name: f"_flt_{place}_{column}" for place, each in enumerate(filters)}
    for operators, make in _KINDS:
        first = next((each for each in operators if each in at), None)
        if first and (made := make(field, at, at[first], column)):
            return made
    return None


def _days(field: Any, at: dict[str, str], name: str, column: str) -> Box:
    to = at["le"]
    quick = tuple((word, here([*without(name, to), (name, code)])) for code, word in BEGINNINGS)
    values, others = (tuple(as_day(each) for each in chosen(one)) for one in (name, to))
    return Box("days", column, _label(field), name, values, other=to, other_values=others, quick=quick)


def as_day(value: str) -> str:
    """A day (or a word for one) as a date field takes it."""
    return str(since(value, clock.now(), is_day=True))


def _rows(field: Any, at: dict[str, str], name: str, column: str) -> Box:
    values, named = tuple(chosen(name)), at.get("rel_ct", "")
    rows = field.rows_of(values) if values else []
    options = tuple((str(row.id), row) for row in rows)
    far = url_for(field.endpoint, column=column)
    others = tuple(chosen(named)) if named else ()
    return Box("rows", column, _label(field), name, values, options, named, others, far)


def _yes_no(field: Any, _: dict[str, str], name: str, column: str) -> Box:
    options = (("y", gettext("Yes")), ("n", gettext("No")))
    return Box("yes_no", column, _label(field), name, tuple(chosen(name)), options)


def _choice(field: Any, _: dict[str, str], name: str, column: str) -> Box | None:
    if field.type != "SelectField":
        return None
    options = tuple((str(choice[0]), choice[1]) for choice in field.iter_choices() if choice[0])
    return Box("choice", column, _label(field), name, tuple(chosen(name)), options)


def _plain(kind: str) -> Any:
    def make(field: Any, _: dict[str, str], name: str, column: str) -> Box:
        return Box(kind, column, _label(field), name, tuple(chosen(name)))

    return make


def _label(field: Any) -> str:
    return str(field.label.text)


_KINDS: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("rel_under", "rel_in"), _rows),
    (("is",), _yes_no),
    (("ge",), _days),
    (("in",), _choice),
    (("has", "ct"), _plain("text")),
    (("in",), _plain("number")),
)
"""By the first operator that a column has. What is found by "in" alone are numbers: one is asked for."""


def _chip(form: Any, known: Any, name: str, value: str) -> Chip | None:
    asked = _ASKED.fullmatch(name)
    if asked is None or asked.group(2) not in form:
        return None
    kept = [pair for pair in without() if pair != (name, value)]
    field, given = form[asked.group(2)], known[asked.group(2)][int(asked.group(1))]
    return Chip(_label(field), _said(field, given, value), here(kept if state_of(kept) else [*kept, ALL]))


def _said(field: Any, given: Any, value: str) -> str:
    """A filter in words; operators that say themselves what is meant are not named."""
    if given.arg_name in ("rel_in", "rel_under", "rel_o_m"):
        return " ".join(str(row) for row in field.rows_of((value,)))
    if given.arg_name == "is" or (field.type == "BooleanField" and given.arg_name == "eq"):
        return gettext("Yes") if value == "y" else gettext("No")
    word = _WORDS.get(value, value)
    if field.type == "SelectField":
        word = next((str(choice[1]) for choice in field.iter_choices() if str(choice[0]) == value), value)
    return str(word) if given.arg_name in ("in", "has", "ct", "rel_ct") else f"{given.name} {word}"
