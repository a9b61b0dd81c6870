"""HuiyinChartView: a resource's charts, grouped by the database within scope, drawn by our own ECharts.

Each has its figures as a table beside it and as a workbook; its figures lead to the rows behind them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.charts.views import GroupByChartView
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.urltools import get_filter_args
from flask_babel import lazy_gettext

from app.domain.calendar import CHINA
from app.extensions import clock
from app.fab.check import BadResource
from app.fab.declared import Declared, Pickable, titled
from app.fab.downloads import sent
from app.fab.figures import MEASURES, TABLES, figures
from app.fab.forms import HuiyinFormConverter
from app.fab.ways import way_to
from app.models.scope import current_actor
from app.resources.base import Chart

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Workbook = Callable[[str, list[list[Any]], str], bytes]
"""(title, rows with their head, who made it and when) -> the file; `app.extensions["huiyin.workbook"]`."""
log = logging.getLogger(__name__)


class HuiyinChartView(Declared, Pickable, GroupByChartView):
    """The charts of a resource at /admin/<plural>/chart/<name>, for those who may read the noun."""

    methods: ClassVar = {"chart": "read", "pick": "read", "sheet": "read"}
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
        if chart.query is None:  # a query of one's own knows no filters
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

    @expose("/chart/<group_by>/xlsx")
    @has_access
    def sheet(self, group_by: str) -> ResponseReturnValue:
        """The same figures as a workbook."""
        chart, make = self._chart(group_by), current_app.extensions.get("huiyin.workbook") or abort(404)
        get_filter_args(self._filters)
        made = self._figures(chart, self._filters)
        rows = [[col["label"] for col in made["cols"]], *([cell["v"] for cell in row["c"]] for row in made["rows"])]
        actor = current_actor()
        told = f"{actor.name if actor else ''} {clock.now().astimezone(CHINA):%Y-%m-%d %H:%M}"
        content = make(str(chart.title), rows, told)
        log.info("figures exported: %s/%s", self.plural, chart.name)
        return sent(f"{chart.title}.xlsx", XLSX, len(content), iter([content]))

    def _chart(self, name: str) -> Chart:
        known = {key: chart for number, chart in enumerate(self.charts) for key in (str(number), chart.name)}
        return known.get(name) or abort(404)

    def _figures(self, chart: Chart, filters: Any) -> dict[str, Any]:
        way = way_to(self, keeps_filters=chart.query is None)
        return figures(self.datamodel, chart, filters.get_joined_filters(self._base_filters), way)

    def _get_chart_widget(self, filters: Any = None, widgets: Any = None, definition: Any = None, **args: Any) -> Any:
        chart = definition or self._chart("0")
        return {**(widgets or {}), "chart": self.chart_widget(**self.drawn(chart, filters))}

    def drawn(self, chart: Chart, filters: Any) -> dict[str, Any]:
        """What the widget draws: figures, kind, and where the workbook is."""
        return {
            "chart_title": str(chart.title),
            "chart_type": chart.kind,
            "height": self.height,
            "modelview_name": f"{type(self).__name__}-{chart.name}",
            "value_columns": self._figures(chart, filters),
            "sheet_url": self._sheet_url(chart),
        }

    def _sheet_url(self, chart: Chart) -> str:
        asked = urlencode(list(request.args.items(multi=True)))
        return url_for(f"{type(self).__name__}.sheet", group_by=chart.name) + (f"?{asked}" if asked else "")


def _check(cls: Any, chart: Chart) -> None:
    for name in (chart.group, *((chart.by,) if chart.kind in TABLES else ())):
        root, _, leaf = name.partition(".")
        data = cls.datamodel.get_related_interface(root) if leaf and cls.datamodel.is_relation(root) else cls.datamodel
        is_known = (leaf or root) in data.list_columns and chart.measure.partition(":")[0] in MEASURES
        if not is_known and chart.query is None:
            raise BadResource(f"{cls.__name__}.charts: {chart.name!r} has no such group or measure")
    column = chart.measure.partition(":")[2]
    if column and column not in cls.datamodel.list_columns:
        raise BadResource(f"{cls.__name__}.charts: {chart.name!r} measures an unknown column")
