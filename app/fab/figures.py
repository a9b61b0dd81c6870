"""The figures of a chart in FAB's form, {cols, rows}: grouped by the database, each with the way to the rows behind it.

FAB loads every row as an object and groups in Python (200,000 rows: 20 s, 1 GB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy import Float, case, cast, func
from sqlalchemy.orm import aliased

from app.resources.base import Chart, Text

MOST_GROUPS, MOST_CELLS = 500, 5_000
TABLES = frozenset({"stacked", "heat"})
"""Kinds with two groups."""
MEASURES = {
    "count": lazy_gettext("Count"),
    "sum": lazy_gettext("Sum"),
    "avg": lazy_gettext("Average"),
    "rate": lazy_gettext("Rate (per cent)"),
}
Values = Mapping[str, Any]
Way = Callable[[Values], str | None]
"""From the values of columns to the address of the list that they leave; None where there is no such list."""


def figures(datamodel: Any, chart: Chart, filters: Any = None, way: Way | None = None) -> dict[str, Any]:
    """``{cols: [{id, label, type}], rows: [{c: [{v, href}]}]}``; `href` only where there is a way."""
    rows = _asked(datamodel, chart) if chart.query else _grouped(datamodel, chart, filters)
    made = _Made(chart, way or (lambda _: None))
    return made.table(rows) if chart.kind in TABLES else made.lines(rows)


class _Made:
    """Rows of values, keys and numbers as FAB's columns and rows. A key is what the column's filter takes."""

    def __init__(self, chart: Chart, way: Way) -> None:
        self.chart, self.way = chart, way

    def lines(self, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """One group: (value, key), numbers."""
        chart = self.chart
        names = [str(name) for name in chart.series] or [str(MEASURES[chart.measure.partition(":")[0]])]
        filled = [[self._head(*group), *map(_number, numbers)] for group, *numbers in rows]
        return {"cols": self._cols(names), "rows": [{"c": cells} for cells in filled]}

    def table(self, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """Two groups: (value, key), (value, key), number. The largest sums first; columns of a heat table in order."""
        found = {(group, by): number or 0 for group, by, number in rows}
        groups = _by_sum([(group, number) for (group, _), number in found.items()])
        columns = _by_sum([(by, number) for (_, by), number in found.items()])
        if self.chart.kind == "heat":
            columns.sort(key=lambda by: str(by[0]))
        filled = [
            {"c": [self._head(*group), *(self._cell(group, by, found.get((group, by), 0)) for by in columns)]}
            for group in groups
        ]
        return {"cols": self._cols([labelled(self.chart.by_display, by[0]) for by in columns]), "rows": filled}

    def _cols(self, names: Iterable[str]) -> list[dict[str, str]]:
        cols = [{"id": "group", "label": str(self.chart.title), "type": "string"}]
        return cols + [{"id": f"n{number}", "label": name, "type": "number"} for number, name in enumerate(names)]

    def _head(self, value: Any, key: Any) -> dict[str, Any]:
        return self._linked(labelled(self.chart.display, value), {self.chart.group: key})

    def _cell(self, group: Any, by: Any, number: float) -> dict[str, Any]:
        keys = {self.chart.group: group[1], self.chart.by: by[1]} if number else {"": None}
        return self._linked(_number(number)["v"], keys)

    def _linked(self, shown: Any, keys: Values) -> dict[str, Any]:
        href = None if None in keys.values() else self.way(keys)
        return {"v": shown, "href": href} if href else {"v": shown}


def _by_sum(pairs: Iterable[tuple[Any, float]]) -> list[Any]:
    sums: dict[Any, float] = {}
    for group, number in pairs:
        sums[group] = sums.get(group, 0) + number
    return sorted(sums, key=lambda group: (-sums[group], str(group[0])))


# --- reading ----------------------------------------------------------------------------------------------------


def _grouped(datamodel: Any, chart: Chart, filters: Any) -> list[list[Any]]:
    query = datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters)
    columns: list[Any] = []
    for name in filter(None, (chart.group, chart.by)):
        root, _, leaf = name.partition(".")
        related = aliased(datamodel.get_related_model(root)) if leaf else datamodel.obj
        if leaf:
            query = query.outerjoin(related, getattr(datamodel.obj, root).of_type(related))
        key = datamodel.get_related_interface(root).get_pk_name() if leaf else root
        columns += [getattr(related, leaf or root), getattr(related, key)]
    measure = _measure(datamodel, chart.measure)
    order = columns[:1] if chart.kind == "line" else [measure.desc(), columns[0]]
    rows = query.with_entities(*columns, measure).group_by(*columns).order_by(*order)
    found = rows.limit(MOST_CELLS if chart.kind in TABLES else MOST_GROUPS).all()
    return [[*(tuple(row[at : at + 2]) for at in range(0, len(columns), 2)), row[-1]] for row in found]


def _measure(datamodel: Any, measure: str) -> Any:
    kind, _, name = measure.partition(":")
    if kind == "count":
        return func.count(datamodel.get_pk())
    column = getattr(datamodel.obj, name)
    if kind == "rate":
        return 100 * func.avg(case((column.is_(True), 1.0), (column.is_(False), 0.0)))
    return func.avg(cast(column, Float)) if kind == "avg" else func.sum(column)


def _asked(datamodel: Any, chart: Chart) -> list[list[Any]]:
    """The rows of a query of one's own; what its labels stand for is looked up where that is a related row."""
    rows = [list(row) for row in chart.query(datamodel.session)] if chart.query else []
    for place, name in enumerate((chart.group, chart.by) if chart.kind in TABLES else (chart.group,)):
        keys = _keys(datamodel, name, {row[place] for row in rows})
        for row in rows:
            row[place] = (row[place], keys.get(row[place]))
    return rows


def _keys(datamodel: Any, name: str, values: set[Any]) -> dict[Any, Any]:
    root, _, leaf = name.partition(".")
    if not leaf:
        return {value: value for value in values} if name else {}
    related = datamodel.get_related_interface(root)
    column, key = getattr(related.obj, leaf), related.get_pk()
    return dict(datamodel.session.query(column, key).filter(column.in_(values - {None})).all())


# --- showing ----------------------------------------------------------------------------------------------------


def labelled(display: Callable[[Any], Text] | None, value: Any) -> str:
    """A group's value in words."""
    if display is not None:
        return str(display(value))
    if value is None:
        return gettext("(none)")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)


def _number(value: Any) -> dict[str, float]:
    rounded = round(float(value or 0), 1)
    return {"v": int(rounded) if rounded.is_integer() else rounded}
