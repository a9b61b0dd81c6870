"""Clients as the tests use them: a browser-like one that sends CSRF tokens, and one for REST with a token."""

from __future__ import annotations

import re
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

PASSWORD = "Pass-Word-1x"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Page(FlaskClient):
    """A browser that knows the CSRF token of the page it is on."""

    def token(self, path: str) -> str:
        """The token in a page's form."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"no form with a token on {path}"
        return found.group(1)

    def send(self, path: str, page: str = "", **data: Any) -> Any:
        """POST a form as a person would, from `page` (default: the path itself)."""
        return self.post(path, data={**data, "csrf_token": self.token(page or path)})


def page(app: Flask) -> Page:
    """A browser in which nobody is signed in."""
    app.test_client_class = Page
    client = app.test_client()
    assert isinstance(client, Page)
    return client


def sign_in(app: Flask, username: str, password: str = PASSWORD) -> Page:
    """A browser in which this user is signed in."""
    client = page(app)
    answer = client.send("/login/", username=username, password=password)
    assert answer.status_code == 302, f"{username} could not sign in: {answer.status_code}"
    return client


def unnumbered(answer: Any) -> Any:
    """The JSON of an answer without its request's number, which differs in any two problems."""
    return {name: value for name, value in answer.get_json().items() if name != "number"}


class Rest:
    """A REST client with the token of a user."""

    def __init__(self, app: Flask, username: str, password: str = PASSWORD) -> None:
        """Sign in; each call has a context and a session of its own, whatever the test holds open."""
        self.client = app.test_client()
        login = {"username": username, "password": password, "provider": "db"}
        answer = Context().run(self.client.post, "/api/v1/security/login", json=login)
        assert answer.status_code == 200, f"{username} could not sign in: {answer.text}"
        self.headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        """Call below /api/v1/."""
        headers = {**self.headers, **options.pop("headers", {})}
        return Context().run(self.client.open, f"/api/v1/{path}", method=method, headers=headers, **options)
