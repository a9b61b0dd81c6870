"""The public's browser, and a complaint form that passes every check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.databases import Database
from tests.pages import Page, page


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
