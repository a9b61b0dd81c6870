"""The way from a figure to the rows behind it: the address of the noun's list, filtered as far as it can be."""

from __future__ import annotations

from calendar import monthrange
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for

from app.fab.figures import Values, Way

EQUAL = ("eq", "rel_o_m")
"""Filters that leave the rows of one value, by their names at REST."""
FROM, TO = "ge", "le"
"""Filters by day, both days included."""


def way_to(chart: Any, *, keeps_filters: bool = True) -> Way:
    """For the charts of a noun: None where its list is not there, or the column cannot be filtered by."""
    endpoint = list_of(chart.noun)
    if endpoint is None:
        return lambda _: None
    asked = request.args.items(multi=True) if keeps_filters else ()
    kept = [(name, value) for name, value in asked if name.startswith("_flt_")]

    def way(keys: Values) -> str | None:
        found = [_asked(chart, name.partition(".")[0], key) for name, key in keys.items()]
        if not all(found):
            return None
        return f"{url_for(endpoint)}?{urlencode([*kept, *(pair for pairs in found for pair in pairs)])}"

    return way


def list_of(noun: str) -> str | None:
    """The endpoint of a noun's list, where the app has one."""
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    found = (f"{type(each).__name__}.list" for each in views if getattr(each, "noun", None) == noun)
    return next((name for name in found if name in current_app.view_functions), None)


def filter_of(view: Any, column: str, *kinds: str) -> str | None:
    """The name in the address of the filter of a column, by its kind at REST; None where there is none."""
    known = view._filters._all_filters.get(column, ()) if column in view.search_columns else ()  # noqa: SLF001
    places = [place for place, each in enumerate(known) if each.arg_name in kinds]
    return f"_flt_{places[0]}_{column}" if places else None


def _asked(chart: Any, column: str, key: Any) -> list[tuple[str, Any]]:
    if chart.datamodel.is_datetime(column):
        return _month(chart, column, str(key))
    name = None if isinstance(key, bool) else filter_of(chart, column, *EQUAL)
    return [(name, key)] if name else []


def _month(chart: Any, column: str, month: str) -> list[tuple[str, Any]]:
    """The days of a month such as 2026-11."""
    first, last = filter_of(chart, column, FROM), filter_of(chart, column, TO)
    year, _, number = month.partition("-")
    if not (first and last and year.isdigit() and number.isdigit()):
        return []
    return [(first, f"{month}-01"), (last, f"{month}-{monthrange(int(year), int(number))[1]}")]
