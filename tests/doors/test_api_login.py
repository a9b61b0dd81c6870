"""Patience with wrong passwords, and tokens."""

from __future__ import annotations

from contextvars import Context

import pytest

from app import create_app
from app.extensions import db as database
from tests.pages import PASSWORD


@pytest.fixture
def counting(settings):
    """Sign in at an app that counts."""
    app = create_app(settings, TESTING=True, RATELIMIT_STORAGE_URI="memory://")

    def sign_in(username, password=PASSWORD):
        login = {"username": username, "password": password, "provider": "db"}
        return Context().run(app.test_client().post, "/api/v1/security/login", json=login)

    yield sign_in
    with app.app_context():
        database.engine.dispose()


def test_wrong_passwords_are_counted_and_right_ones_are_not(account, counting):
    name, other = account("auditor"), account("auditor")
    assert {counting(name).status_code for _ in range(12)} == {200}
    assert {counting(name, "wrong").status_code for _ in range(10)} == {401}
    last = counting(name)
    assert (last.status_code, last.mimetype) == (429, "application/problem+json")
    assert int(last.headers["Retry-After"]) <= 60
    assert counting(other).status_code == 200


@pytest.mark.parametrize("body", [{}, [], {"username": 1, "password": 2, "provider": "db"}, {"username": "x" * 10_000}])
def test_a_sign_in_that_makes_no_sense_is_refused(app, client, body):
    assert client.post("/api/v1/security/login", json=body).status_code in (400, 401, 422)


def test_a_token_is_renewed(app, account):
    login = {"username": account("auditor"), "password": PASSWORD, "provider": "db", "refresh": True}
    tokens = Context().run(app.test_client().post, "/api/v1/security/login", json=login).get_json()
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    new = Context().run(app.test_client().post, "/api/v1/security/refresh", headers=headers).get_json()
    headers = {"Authorization": f"Bearer {new['access_token']}"}
    assert Context().run(app.test_client().get, "/api/v1/cases/", headers=headers).status_code == 200
