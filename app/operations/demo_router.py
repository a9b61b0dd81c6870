"""Routes and form versions of drafts, each found once for all of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.forms import fields_of, form_hash
from app.domain.routing import Route, route
from app.operations.books import Books, MatterFacts
from app.operations.demo_cast import Cast
from app.operations.demo_draft import Draft
from app.operations.snapshots import form_version_id


class Router:
    """Routes and form versions, each found once."""

    def __init__(self, books: Books, cast: Cast) -> None:
        """Start with nothing found."""
        self.books, self.cast = books, cast
        self._routes: dict[Any, tuple[Route, list[Any]]] = {}
        self._forms: dict[str, int] = {}

    def route(self, draft: Draft, matter: MatterFacts) -> Route:
        """Route a draft, as `effects.route_case`; its department has a handler from then on."""
        case = draft.case
        found, trace = self._found(matter.code, case["region_code"], draft.filing.respondent.department_code)
        case["matter_id"] = matter.id
        case["department_id"] = self.books.department_ids[found.lead] if found.lead else None
        case["route_trace"] = trace
        case["form_version_id"] = self._form(matter, case["filed_at"])
        case["limits"] = {**case["limits"], "handle": matter.handle}
        if case["department_id"]:
            self.cast.handler(case["department_id"])
        return found

    def _found(self, *key: str | None) -> tuple[Route, list[Any]]:
        if key not in self._routes:
            found = route(self.books.directory, *key)
            self._routes[key] = found, [[line.code, line.params] for line in found.trace]
        return self._routes[key]

    def _form(self, matter: MatterFacts, at: datetime) -> int:
        if matter.code not in self._forms:
            self._forms[matter.code] = form_version_id(matter, form_hash(fields_of(matter.fields)), at)
        return self._forms[matter.code]
