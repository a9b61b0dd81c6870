"""Connected systems as the tests have them: made by the real operation, calling with the key it gave."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import Flask

from app.domain.access import SYSTEM
from app.domain.clients import ClientScope
from app.extensions import clock, db
from app.models.scope import acting
from app.operations import client_keys

ALL = " ".join(ClientScope)


class System:
    """A connected system."""

    def __init__(self, app: Flask, code: str, **facts: Any) -> None:
        """Make it; may do everything from anywhere, where nothing else is said."""
        self.app, self.code = app, code
        with app.app_context(), acting(SYSTEM):
            new = client_keys.NewClient(code, f"系统{code}", **{"scopes": ALL, **facts})
            client, self.key = client_keys.add(new, SYSTEM, clock.now())
            self.id, self.user_id, self.key_id = client.id, client.user_id, client.keys[0].id
            db.session.remove()

    def __call__(self, method: str, path: str, key: str | None = None, **options: Any) -> Any:
        """Call below /api/v1/ with its key (or another)."""
        headers = {"X-API-Key": self.key if key is None else key, **options.pop("headers", {})}
        client = self.app.test_client()
        return Context().run(client.open, f"/api/v1/{path}", method=method, headers=headers, **options)

    def act(self, what: Any, *arguments: Any, **facts: Any) -> Any:
        """Do an operation as the system itself."""
        with self.app.app_context(), acting(SYSTEM):
            done = what(*arguments, SYSTEM, clock.now(), **facts)
            db.session.remove()
            return done


def rows(model: Any) -> list[Any]:
    """All rows of a model, as the system sees them, by a session of its own."""
    db.session.remove()
    with acting(SYSTEM):
        found = db.session.query(model).order_by(model.id).all()
    db.session.remove()
    return list(found)
