"""Questions about rules rather than cases: when is it due, who would take it, what does a matter ask."""

from __future__ import annotations

from typing import ClassVar

from flask import Response

from app.api import bodies, described
from app.api.endpoint import PlainApi, endpoint
from app.domain.forms import form_hash, json_schema
from app.operations import catalogue, explaining


class MatterFormApi(PlainApi):
    """A matter's own fields."""

    resource_name, openapi_spec_tag, class_permission_name = "matters", "matters", "Matter"
    apispec_parameter_schemas: ClassVar = described.QUESTIONS

    @endpoint("/<code>/form", answers={200: ("The schema, with the hash of its version", "FormAnswer")})
    def form(self, code: str) -> Response:
        """JSON Schema of a matter's own fields, for programs that file complaints."""
        fields = catalogue.form_of(code).fields
        return self.response(200, matter_code=code, hash=form_hash(fields), schema=json_schema(fields))


class DueApi(PlainApi):
    """When a limit would run out."""

    resource_name, openapi_spec_tag, class_permission_name = "deadlines", "deadlines", "Deadline"

    @endpoint("/explain", "POST", takes="DueQuestion", answers={200: ("The due day", "DueAnswer")}, faults=(415, 422))
    def explain(self) -> Response:
        """When a limit runs out, with each day counted or skipped, and why."""
        return self.response(200, **explaining.explain_deadline(**bodies.DUE_QUESTION.read(bodies.body())))


class RouteApi(PlainApi):
    """Which department would take a case."""

    resource_name, openapi_spec_tag, class_permission_name = "routes", "routes", "Matter"

    @endpoint("/explain", "POST", takes="RouteQuestion", answers={200: ("The route", "RouteAnswer")}, faults=(415, 422))
    def explain(self) -> Response:
        """The accepting department of matter, region and respondent, with the trace."""
        return self.response(200, **explaining.explain_route(**bodies.ROUTE_QUESTION.read(bodies.body())))
