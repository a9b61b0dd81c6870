"""Keys of connected systems, and tokens."""

from __future__ import annotations

from contextvars import Context

import pytest

from app.domain.access import SYSTEM
from app.extensions import clock, keyring
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


def test_a_token_is_renewed(app, account):
    login = {"username": account("auditor"), "password": PASSWORD, "provider": "db", "refresh": True}
    tokens = Context().run(app.test_client().post, "/api/v1/security/login", json=login).get_json()
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    new = Context().run(app.test_client().post, "/api/v1/security/refresh", headers=headers).get_json()
    headers = {"Authorization": f"Bearer {new['access_token']}"}
    assert Context().run(app.test_client().get, "/api/v1/cases/", headers=headers).status_code == 200
