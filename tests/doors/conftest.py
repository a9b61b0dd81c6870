"""The public's browser with a complaint form that passes every check, and the officers' browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from app.api.quota import Quota
from app.api.tally import Tally
from app.domain.access import SYSTEM, Role
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.models.case import Case
from app.models.scope import acting
from tests import factories
from tests.databases import Database
from tests.doors.clients import System
from tests.pages import PASSWORD, Page, page, sign_in

HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


@pytest.fixture
def visitor(app: Flask, database: Database) -> Iterator[Page]:
    """A browser of the public. No app context is kept: each request has a session of its own, as in the web server."""
    yield page(app)
    database.restore()


@pytest.fixture
def complaint() -> dict[str, Any]:
    """What somebody types for matter A10."""
    return {
        "title": "A fee that is not on the list",
        "body": "We were charged a fee.\nNobody could say why.",
        "occurred_on": "2026-03-02",
        "respondent.name": "Some office",
        "form.fee_name": "Handling fee",
        "form.fee_amount": "1,200.50",
        "form.fee_date": "2026-03-01",
        "complainant.kind": "company",
        "complainant.anonymous": "no",
        "complainant.name": "Wang Xiaoming",
        "complainant.phone": "138 1234 1234",
        "complainant.org_name": "Example Ltd",
        "promise": "yes",
        "token": "6f7c1a52-9f0e-4b8e-9f57-1f0f6a3d2b10",
    }


class Office:
    """Officers at their pages, in English, each request with a session of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.now = clock.now()

    def sign_in(self, role: str, at: str = "") -> Page:
        """A new officer's browser. Units are LEAD where nothing else is said, the rest sits in the centre."""
        at = at or (factories.LEAD if role in ("handler", "unit_leader") else factories.CENTRE)
        with self.app.app_context(), acting(SYSTEM):
            officer = factories.officer(Role(role), at=at)
            officer.password = HASH
            db.session.commit()
            name = officer.username
        browser = sign_in(self.app, name)
        browser.get("/lang/en")
        return browser

    def case(self, status: str, **changes: Any) -> int:
        """A case that the real verbs have brought to a status, filed now."""
        with self.app.app_context():
            return factories.case_in(Status(status), changes.pop("at", self.now), **changes)

    def read(self, case_id: int) -> Case:
        """The case, as the system sees it."""
        with self.app.app_context():
            return factories.read(case_id)


@pytest.fixture
def office(app: Flask, database: Database) -> Iterator[Office]:
    """The back office."""
    yield Office(app)
    database.restore()


@pytest.fixture
def system(app: Flask, database: Database) -> Iterator[Callable[..., System]]:
    """Make connected systems, as in `system("hotline-a", scopes="cases:read")`; nothing is counted yet."""
    app.extensions["huiyin.quota"], app.extensions["huiyin.tally"] = Quota("memory://"), Tally(app)
    with app.app_context():
        yield lambda code="one-system", **facts: System(app, code, **facts)
        db.session.remove()
    database.restore()
