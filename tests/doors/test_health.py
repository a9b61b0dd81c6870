"""Alive and ready: what is failing is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.scope import acting
from app.operations.heartbeats import beat


class Redis:
    """Answers, or not."""

    def __init__(self, error=None):
        self.error = error

    def ping(self):
        if self.error:
            raise self.error
        return True


@pytest.fixture
def beating(app, visitor, monkeypatch):
    """All is well but for the clock; the function says how many seconds ago it beat."""
    monkeypatch.setitem(app.extensions, "huiyin_redis", Redis())

    def at(seconds):
        with app.app_context(), acting(SYSTEM):
            beat("clock", clock.real() - timedelta(seconds=seconds))

    return at


def failing(visitor):
    answer = visitor.get("/readyz")
    assert answer.status_code == (503 if answer.get_json()["failing"] else 200)
    return answer.get_json()["failing"]


def test_the_process_lives_whatever_else_is_gone(app, visitor, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_redis", Redis(ConnectionError()))
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers


def test_ready_when_all_is_well(visitor, beating):
    beating(5)
    assert failing(visitor) == []
    assert visitor.get("/readyz").get_json()["status"] == "ok"


def test_a_clock_that_is_silent_for_a_minute_is_named(visitor, beating):
    assert failing(visitor) == ["clock"]
    beating(61)
    assert failing(visitor) == ["clock"]


def test_redis_away_is_named(app, visitor, beating, monkeypatch):
    beating(0)
    monkeypatch.setitem(app.extensions, "huiyin_redis", Redis(ConnectionError("secret://address")))
    assert failing(visitor) == ["redis"]
    assert "secret" not in visitor.get("/readyz").text


def test_another_edition_of_the_tables_is_named(app, visitor, beating):
    beating(0)
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    assert failing(visitor) == ["migrations"]


def test_no_database_is_named(app, visitor, beating, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def refuse(*_, **__):
        raise OperationalError("SELECT 1", {}, Exception("password=secret"))

    monkeypatch.setattr(type(db.session), "execute", refuse)
    monkeypatch.setattr(type(db.session), "get", refuse)
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.get_json()["failing"]
    assert "secret" not in answer.text
