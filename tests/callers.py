"""Somebody who calls any route, page or REST, with samples for its arguments."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from tests.architecture import routes
from tests.pages import Rest, page, sign_in


class Caller:
    """Somebody who calls pages and REST alike, each call in a context of its own."""

    def __init__(self, app: Any, username: str = "") -> None:
        self.rest = Rest(app, username) if username else None
        self.page = Context().run(sign_in, app, username) if username else page(app)
        self.token = Context().run(self.page.token, "/complain/A10?region=410105")
        self.adapter = app.url_map.bind("localhost")

    def __call__(self, rule: Any, method: str) -> Any:
        """Call a rule with samples for its arguments."""
        arguments = {name: routes.SAMPLES[name] for name in rule.arguments}
        path = self.adapter.build(rule.endpoint, arguments, method=method)
        if path.startswith("/api/"):
            headers = self.rest.headers if self.rest else {}
            body = {} if method == "GET" else {"json": {}}
            return Context().run(self.page.application.test_client().open, path, method=method, headers=headers, **body)
        data = {"csrf_token": self.token, "action": "accept"} if method == "POST" else None
        headers = {"X-CSRFToken": self.token} if method in ("PUT", "DELETE") else {}
        return Context().run(self.page.open, path, method=method, data=data, headers=headers)
