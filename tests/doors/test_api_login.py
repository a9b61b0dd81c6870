"""Tokens."""

from __future__ import annotations

from contextvars import Context

from tests.pages import PASSWORD


def test_a_token_is_renewed(app, account):
    login = {"username": account("auditor"), "password": PASSWORD, "provider": "db", "refresh": True}
    tokens = Context().run(app.test_client().post, "/api/v1/security/login", json=login).get_json()
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    new = Context().run(app.test_client().post, "/api/v1/security/refresh", headers=headers).get_json()
    headers = {"Authorization": f"Bearer {new['access_token']}"}
    assert Context().run(app.test_client().get, "/api/v1/cases/", headers=headers).status_code == 200
