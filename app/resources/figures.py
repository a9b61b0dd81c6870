"""Charts drawn from the named statistics, so that pages and the REST API show the same figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from app.operations import statistics

PER_CENT = _l("Rate (per cent)")


def of(name: str, *columns: str) -> Callable[[Any], list[list[Any]]]:
    """A chart's query: label and these columns of a statistic, within the scope of whoever looks."""

    def query(_session: Any) -> list[list[Any]]:
        found = statistics.figures(name)
        places = [found["cols"].index(column) for column in ("label", *columns)]
        return [[row[place] for place in places] for row in found["rows"]]

    return query
