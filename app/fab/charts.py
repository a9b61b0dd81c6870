"""HuiyinChartView: a resource's charts, grouped by the database within scope, drawn by our own ECharts.

FAB loads every row as an object and groups in Python (200,000 rows: 20 s, 1 GB), and draws with Google's script.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar

from flask import abort
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.charts.views import GroupByChartView
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.urltools import get_filter_args
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Float, case, cast, func
from sqlalchemy.orm import aliased

from app.fab.check import BadResource
from app.fab.declared import Declared, Pickable, titled
from app.fab.forms import HuiyinFormConverter
from app.resources.base import Chart

MOST_GROUPS = 500
_SHAPES = {"bar": "ColumnChart", "line": "LineChart", "pie": "PieChart"}
_NAMES = {
    "count": lazy_gettext("Count"),
    "sum": lazy_gettext("Sum"),
    "avg": lazy_gettext("Average"),
    "rate": lazy_gettext("Rate (per cent)"),
}


class HuiyinChartView(Declared, Pickable, GroupByChartView):
    """The charts of a resource at /admin/<plural>/chart/<name>, for those who may read the noun."""

    methods: ClassVar = {"chart": "read", "pick": "read"}
    height = "420px"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Derive address, title and FAB's definitions."""
        super().__init_subclass__(**kwargs)
        if cls.model is None:
            return
        own: Any = cls
        own.route_base = f"/admin/{cls.plural}"
        own.chart_title = lazy_gettext("%(noun)s: charts", noun=titled(cls))
        for chart in cls.charts:
            _check(own, chart)
        own.definitions = [{"label": chart.title, "group": chart.name, "series": []} for chart in cls.charts]

    def _init_forms(self) -> None:
        convert = HuiyinFormConverter(self.datamodel, self.choice_columns, f"{type(self).__name__}.pick")
        self.search_form = convert.create_form(self.label_columns, self.search_columns)

    @expose("/chart/<group_by>")
    @expose("/chart/")
    @has_access
    def chart(self, group_by: str = "0") -> ResponseReturnValue:
        """The page of one chart, by name or by FAB's number; 404 for any other."""
        chart = self._chart(group_by)
        get_filter_args(self._filters)
        widgets = self._get_chart_widget(filters=self._filters, definition=chart)
        widgets = self._get_search_widget(form=self.search_form.refresh(), widgets=widgets)
        self.update_redirect()
        page: ResponseReturnValue = self.render_template(
            self.chart_template,
            title=chart.title,
            definitions=self.definitions,
            group_by_label=self.group_by_label,
            widgets=widgets,
        )
        return page

    def _chart(self, name: str) -> Chart:
        known = {key: chart for number, chart in enumerate(self.charts) for key in (str(number), chart.name)}
        return known.get(name) or abort(404)

    def _get_chart_widget(self, filters: Any = None, widgets: Any = None, definition: Any = None, **args: Any) -> Any:
        chart = definition or self._chart("0")
        return {
            **(widgets or {}),
            "chart": self.chart_widget(
                chart_title=str(chart.title),
                chart_type=_SHAPES[chart.kind],
                height=self.height,
                modelview_name=f"{type(self).__name__}-{chart.name}",
                value_columns=figures(self.datamodel, chart, filters.get_joined_filters(self._base_filters)),
            ),
        }


def _check(cls: Any, chart: Chart) -> None:
    root, _, leaf = chart.group.partition(".")
    data = cls.datamodel.get_related_interface(root) if leaf and cls.datamodel.is_relation(root) else cls.datamodel
    kind, _, column = chart.measure.partition(":")
    if chart.query is None and ((leaf or root) not in data.list_columns or kind not in _NAMES):
        raise BadResource(f"{cls.__name__}.charts: {chart.name!r} has no such group or measure")
    if column and column not in cls.datamodel.list_columns:
        raise BadResource(f"{cls.__name__}.charts: {chart.name!r} measures an unknown column")


def figures(datamodel: Any, chart: Chart, filters: Any = None) -> dict[str, Any]:
    """The chart's rows in FAB's form: ``{cols: [{id, label, type}], rows: [{c: [{v}]}]}``."""
    rows = chart.query(datamodel.session) if chart.query else _grouped(datamodel, chart, filters)
    names = [str(name) for name in chart.series] or [str(_NAMES[chart.measure.partition(":")[0]])]
    cols = [{"id": "group", "label": str(chart.title), "type": "string"}]
    cols += [{"id": f"n{number}", "label": name, "type": "number"} for number, name in enumerate(names)]
    return {"cols": cols, "rows": [{"c": [{"v": _label(chart, row[0])}, *map(_number, row[1:])]} for row in rows]}


def _grouped(datamodel: Any, chart: Chart, filters: Any) -> Sequence[Any]:
    root, _, leaf = chart.group.partition(".")
    related = aliased(datamodel.get_related_model(root)) if leaf else datamodel.obj
    group, measure = getattr(related, leaf or root), _measure(datamodel, chart.measure)
    query = datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters).with_entities(group, measure)
    if leaf:
        query = query.outerjoin(related, getattr(datamodel.obj, root).of_type(related))
    order = group if chart.kind == "line" else measure.desc()
    rows: Sequence[Any] = query.group_by(group).order_by(order, group).limit(MOST_GROUPS).all()
    return rows


def _measure(datamodel: Any, measure: str) -> Any:
    kind, _, name = measure.partition(":")
    if kind == "count":
        return func.count(datamodel.get_pk())
    column = getattr(datamodel.obj, name)
    if kind == "rate":
        return 100 * func.avg(case((column.is_(True), 1.0), (column.is_(False), 0.0)))
    return func.avg(cast(column, Float)) if kind == "avg" else func.sum(column)


def _label(chart: Chart, value: Any) -> str:
    if chart.display is not None:
        return str(chart.display(value))
    if value is None:
        return gettext("(none)")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)


def _number(value: Any) -> dict[str, float]:
    rounded = round(float(value or 0), 1)
    return {"v": int(rounded) if rounded.is_integer() else rounded}
