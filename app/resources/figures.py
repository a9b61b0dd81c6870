"""Charts drawn from the named statistics, so that pages and the REST API show the same figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from app.operations import statistics

PER_CENT = _l("Rate (per cent)")


def of(name: str, *columns: str, first: Literal["lowest", "highest"] | None = None) -> Callable[[Any], list[list[Any]]]:
    """A chart's query: label and these columns of a statistic, within the scope of whoever looks.

    `first`: which of the first column lead, because pictures show the first few alone; else the statistic's own order.
    """

    def query(_session: Any) -> list[list[Any]]:
        found = statistics.figures(name)
        places = [found["cols"].index(column) for column in ("label", *columns)]
        rows = [[row[place] for place in places] for row in found["rows"]]
        return sorted(rows, key=lambda row: row[1], reverse=first == "highest") if first else rows

    return query
