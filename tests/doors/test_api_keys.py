"""Keys of connected systems, and patience with wrong passwords."""

from __future__ import annotations

from contextvars import Context

import pytest

from app import create_app
from app.domain.access import SYSTEM
from app.extensions import clock, keyring
from app.extensions import db as database
from app.models.api_client import ApiClient
from app.models.officer import Officer
from app.models.scope import acting
from tests.doors.filings import BODY
from tests.pages import PASSWORD


@pytest.fixture
def keyed(app, db, account):
    """Make a client with a key; calls with it."""

    def make(key, **columns):
        username = account("api_client")
        with acting(SYSTEM):
            user = db.session.query(Officer).filter_by(username=username).one()
            hash_ = keyring.index(f"key:{key}")
            db.session.add(
                ApiClient(code=key, name=key, user_id=user.id, key_hash=hash_, created_at=clock.now(), **columns)
            )
            db.session.commit()
        db.session.remove()

        def call(method, path, given=key, **options):
            headers = {"X-API-Key": given}
            return Context().run(app.test_client().open, f"/api/v1/{path}", method=method, headers=headers, **options)

        return call

    return make


def test_a_key_files_and_sees_its_own_cases_only(keyed):
    one, two = keyed("one-key"), keyed("two-key")
    answer = one("POST", "cases/", json=BODY)
    assert answer.status_code == 201
    case_id = answer.get_json()["id"]
    assert one("GET", f"cases/{case_id}").status_code == 200
    assert two("GET", f"cases/{case_id}").status_code == 404
    assert one("GET", "officers/").status_code == 403
    assert one("POST", f"cases/{case_id}/accept").status_code == 403


def test_a_key_that_is_wrong_or_ended_opens_nothing(keyed):
    one, ended = keyed("one-key"), keyed("old-key", is_active=False)
    for answer in (
        one("GET", "cases/", given="one-kez"),
        one("GET", "cases/", given=""),
        one("GET", "cases/", given="密钥".encode().decode("latin-1")),
        ended("GET", "cases/"),
    ):
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


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
