"""The two doors to sign in at: what they say to wrong and to too many tries, and who opens an account again."""

from __future__ import annotations

from contextvars import Context

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models.officer import Officer
from app.operations.signing_in import PER_ADDRESS
from tests.pages import PASSWORD, page, unnumbered


@pytest.fixture
def call(app, client):
    """Sign in by REST."""

    def sign_in(username, password=PASSWORD, **more):
        login = {"username": username, "password": password, "provider": "db", **more}
        return Context().run(app.test_client().post, "/api/v1/security/login", json=login)

    return sign_in


def typed(app, username, password):
    return Context().run(page(app).send, "/login/", username=username, password=password)


def test_five_wrong_passwords_shut_both_doors_and_no_other_account(app, call, account):
    name, other = account("auditor"), account("auditor")
    assert [call(name, "wrong").status_code for _ in range(3)] == [401] * 3
    assert [typed(app, name, "wrong").status_code for _ in range(2)] == [302] * 2
    last = call(name)
    assert (last.status_code, last.mimetype) == (429, "application/problem+json")
    assert last.get_json()["reasons"][0]["code"] == "locked"
    assert 1700 < int(last.headers["Retry-After"]) <= 1800
    shut = typed(app, name, PASSWORD)
    assert (shut.status_code, "alert-danger" in shut.text) == (429, True)
    assert 1700 < int(shut.headers["Retry-After"]) <= 1800
    assert call(other).status_code == 200
    assert typed(app, other, PASSWORD).status_code == 302


def test_the_answer_for_an_unknown_name_is_the_same(call, account):
    def said(username):
        return [unnumbered(call(username, "x")) for _ in range(7)]

    assert said("nobody") == said(account("auditor"))


def test_right_ones_do_not_count(call, account):
    name = account("auditor")
    assert {call(name).status_code for _ in range(7)} == {200}


def test_forged_refresh_tokens_shut_their_address(app, call, account):
    def refresh(token):
        headers = {"Authorization": f"Bearer {token}"}
        return Context().run(app.test_client().post, "/api/v1/security/refresh", headers=headers)

    tokens = call(account("auditor"), refresh=True).get_json()
    assert refresh(tokens["access_token"]).status_code == 401
    assert {refresh("a.b.c").status_code for _ in range(PER_ADDRESS[0].most)} == {401}
    shut = refresh(tokens["refresh_token"])
    assert (shut.status_code, "Retry-After" in shut.headers) == (429, True)


@pytest.mark.parametrize("body", [{}, [], {"username": 1, "password": 2, "provider": "db"}, {"username": "x" * 10_000}])
def test_a_sign_in_that_makes_no_sense_is_refused(client, body):
    assert client.post("/api/v1/security/login", json=body).status_code in (400, 401, 422)


def test_what_is_no_json_is_refused(client):
    assert client.post("/api/v1/security/login").status_code == 400
    assert client.post("/api/v1/security/login", json={"username": "a", "password": "b"}).status_code == 401


def test_the_security_administrator_opens_an_account(app, office):
    keeper, handler = office.sign_in("security_admin"), office.sign_in("handler")
    with app.app_context():
        user_id, name = db.session.execute(select(Officer.id, Officer.username).order_by(Officer.id.desc())).first()
    there = f"/admin/account/of/{user_id}/"
    assert "unlock" not in keeper.get(there).text
    for _ in range(5):
        typed(app, name, "wrong")
    assert there in keeper.send(f"/users/action/account/{user_id}", there).location
    assert "/account" in keeper.get(f"/users/show/{user_id}").text
    assert "unlock" in keeper.get(there).text
    assert keeper.send(f"{there}unlock", there).status_code == 302
    assert typed(app, name, PASSWORD).status_code == 302
    assert keeper.send(f"{there}nonsense", "/resetmypassword/form").status_code == 404
    assert handler.get(there).status_code == 403
