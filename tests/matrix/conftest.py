"""The matrix's world, made once for a file of tests and put back at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.extensions import db
from app.models.case import Case
from tests.databases import Database
from tests.matrix import walk
from tests.matrix.world import World, as_, build

_MOVING = {
    "ab_user": ("login_count", "last_login", "fail_login_count"),
    **dict.fromkeys(("lookups", "attempts", "sign_ins", "client_calls", "deliveries"), ()),
    "client_keys": ("last_used_at",),
}
"""What a walk may change: who signed in when, and what is written down of look-ups, tries, calls and deliveries."""


@pytest.fixture(scope="module")
def world(app: Flask, database: Database) -> Iterator[World]:
    """Officers and cases with secrets."""
    yield build(app)
    database.restore()


@pytest.fixture(scope="module")
def stored(app: Flask, world: World) -> list[tuple[str, str]]:
    """What no answer ever holds."""
    return walk.secrets(app)


@pytest.fixture(scope="module")
def walking(app: Flask, world: World, stored: list[tuple[str, str]]) -> Callable[[str], walk.Walk]:
    """Send a seat on its way."""
    return lambda name: walk.Walk(app, world, world.seats[name], stored)


def state(app: Flask) -> dict[str, Any]:
    """Everything in the database, but what a walk may change."""
    found: dict[str, Any] = {}
    with app.app_context(), as_(SYSTEM):
        for table in Case.metadata.sorted_tables:
            if _MOVING.get(table.name) == ():
                continue
            columns = [column for column in table.c if column.name not in _MOVING.get(table.name, ())]
            found[table.name] = sorted(map(repr, db.session.execute(select(*columns)).all()))
    return found


@pytest.fixture
def untouched(app: Flask, world: World) -> Iterator[None]:
    """Whatever the test does, no row is added, changed or lost by it."""
    before = state(app)
    yield
    after = state(app)
    assert [name for name in before if before[name] != after[name]] == []


@pytest.fixture
def tally() -> Callable[[walk.Walk], None]:
    """Print how many cells a walk has looked at, by column of the matrix (`pytest -rP` shows it)."""

    def told(walked: walk.Walk) -> None:
        print(
            f"{walked.who.name}: {sum(walked.checks.values())} checks", dict(walked.checks), *walked.leaks, sep="\n  "
        )

    return told
