"""Finding a case from anywhere: the box in the bar, and what the palette (Ctrl+K) asks while somebody types."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access

from app.domain.errors import NotFound, Refused
from app.fab.views import tell
from app.fab.ways import filter_of
from app.operations import finding
from app.resources.words import word

LONGEST = 100


class FindView(BaseView):
    """Whoever may read cases finds those in scope."""

    route_base = "/admin/find"
    class_permission_name = "Case"
    method_permission_name = {"find": "read", "suggest": "read"}

    @expose("/")
    @has_access
    def find(self) -> ResponseReturnValue:
        """To the case whose number this is, else to the list of those that it fits."""
        typed = _typed()
        try:
            if any(char.isdigit() for char in typed):
                return redirect(url_for("CaseView.show", pk=finding.by_number(typed)))
        except NotFound:
            pass
        except Refused as error:
            tell(error)
            return redirect(_listed("external_no", "eq", typed))
        numbers = finding.beginning(typed)
        return redirect(_listed("receipt_no", "sw", numbers[0]) if numbers else _listed("title", "has", typed))

    @expose("/suggest")
    @has_access
    def suggest(self) -> ResponseReturnValue:
        """A few cases, as JSON."""
        found = finding.suggest(_typed())
        return jsonify(
            cases=[
                {
                    "number": each.number,
                    "title": each.title,
                    "status": word("status", each.status),
                    "url": url_for("CaseView.show", pk=each.case_id),
                }
                for each in found
            ]
        )


def _typed() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _listed(column: str, kind: str, typed: str) -> str:
    """The list of cases, by one filter."""
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    name = filter_of(next(each for each in views if type(each).__name__ == "CaseView"), column, kind)
    return f"{url_for('CaseView.list')}?{urlencode({name: typed})}" if name and typed else url_for("CaseView.list")
