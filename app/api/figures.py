"""The figures behind every chart, within the caller's scope."""

from __future__ import annotations

from flask import Response, current_app, request

from app.api.endpoint import PlainApi, endpoint
from app.fab.problems import problem
from app.operations import statistics


class StatisticsApi(PlainApi):
    """Statistics by name; filters in the address: `from`, `to` (days of filing), `region_code`, `category`."""

    resource_name, openapi_spec_tag, class_permission_name = "statistics", "statistics", "Case"

    @endpoint("/<name>", answers={200: ("Columns and rows", "Figures")}, faults=(404, 422))
    def figures(self, name: str) -> Response:
        """Columns and rows of a statistic, by from and to (days of filing), region_code, category."""
        needed = "Evaluation" if name.startswith("satisfaction") else "Case"
        if not current_app.appbuilder.sm.has_access("can_read", needed):  # type: ignore[attr-defined]
            return problem(403)
        return self.response(200, **statistics.figures(name, request.args.to_dict()))
