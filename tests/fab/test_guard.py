"""The guard and the one shape of errors: nothing that a client can send is answered 500 or in another shape."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.domain.errors import GatewayError, Invalid, NotFound, Reason, Refused
from app.gateways.storage import NoRoom
from tests.fab.conftest import Page, Rest

BAD_Q = ["!", "(a:", "(((", "'abc", "-", "!n", "!t", "1", "!(1)", "[]", "{", "x" * 4097, "!(" * 1000]
BAD_Q += ["(page:-1)", "(page:9999999999)", "(page:99999999999999999999)", "(page:1.5)", "(page:1e400)"]
BAD_Q += ["(page_size:-2)", "(a:(b:(c:(d:(e:(f:(g:(h:(i:1)))))))))", '{"a":"\\ud800"}', '{"a":"\\u0000"}']


def is_problem(answer: Any, status: int) -> bool:
    body = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    return answer.status_code == body["status"] == status


@pytest.mark.parametrize("q", BAD_Q, ids=lambda q: q[:20])
def test_a_bad_q_is_400(rest: Rest, q: str) -> None:
    assert is_problem(rest("GET", "test-things/", query_string={"q": q}), 400)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"[]", 422),
        (b"null", 422),
        (b'"x"', 422),
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 21 + b"1" + b"}" * 21, 400),
        (b'{"amount":1e999}', 422),
        (b'{"amount":NaN}', 422),
        (b'{"amount":9223372036854775808}', 422),
        (b'{"amount":' + b"9" * 5000 + b"}", 400),
        (b'{"code":"\\ud800"}', 422),
        (b'{"code":"\\u0000"}', 422),
        (b'{"code":"' + b"x" * 1_100_000 + b'"}', 413),
    ],
    ids=lambda each: str(each)[:24],
)
def test_a_bad_body_is_refused_before_fab_sees_it(rest: Rest, raw: bytes, status: int) -> None:
    for method, path in (("POST", "test-things/"), ("PUT", "test-things/1"), ("POST", "security/login")):
        assert is_problem(rest(method, path, data=raw, content_type="application/json"), status)


def test_a_body_must_be_json(rest: Rest) -> None:
    assert is_problem(rest("POST", "test-things/", data={"a": "b"}), 415)
    assert is_problem(rest("POST", "test-things/", data={"a": "b"}, content_type="multipart/form-data"), 415)
    assert is_problem(rest("POST", "test-things/"), 415)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer \xe9.\xe9.\xe9"},
        {"X-API-Key": "nope"},
    ],
)
def test_bad_credentials_are_401(fab_app: Flask, headers: dict[str, str]) -> None:
    answer = fab_app.test_client().get("/api/v1/test-things/", headers=headers)
    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_opens_no_api_and_the_api_sets_no_cookie(boss: Page, rest: Rest) -> None:
    assert is_problem(boss.get("/api/v1/test-things/"), 401)
    assert "Set-Cookie" not in rest("GET", "test-things/").headers


def test_a_key_acts_as_its_user(fab_app: Flask) -> None:
    client, key = fab_app.test_client(), {"X-API-Key": "clerk-key"}
    assert client.get("/api/v1/test-things/", headers=key).status_code == 200
    assert is_problem(client.delete("/api/v1/test-things/1", headers=key), 403)


def test_login_faults_are_problems_by_field(fab_app: Flask) -> None:
    answer = fab_app.test_client().post("/api/v1/security/login", json={"username": 1})
    assert is_problem(answer, 422)
    assert {line["field"] for line in answer.get_json()["errors"]} == {"username", "password"}


def test_unknown_paths_and_methods(rest: Rest) -> None:
    assert is_problem(rest("GET", "nope"), 404)
    answer = rest("PATCH", "test-things/1", json={})
    assert is_problem(answer, 405)
    assert "PUT" in answer.headers["Allow"]
    assert is_problem(rest("GET", "nope/%00"), 404)
    assert rest("GET", "test-things/" + "9" * 5000).status_code == 414
    assert rest("GET", "test-things/?q=" + "9" * 17_000).status_code == 414


def test_the_openapi_description_is_public(fab_app: Flask) -> None:
    answer = fab_app.test_client().get("/api/v1/_openapi")
    assert answer.status_code == 200
    assert "/api/v1/test-things/{pk}" in answer.get_json()["paths"]


def trouble(**attributes: Any) -> OperationalError:
    """An error of the database: SQLite's with a number, PostgreSQL's with a state or, without connection, none."""
    cause = Exception("trouble")
    vars(cause).update(attributes)
    return OperationalError("SELECT 1", {}, cause)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused(Reason("x", "No.")), 409),
        (Invalid({"a": "Bad."}), 422),
        (NotFound(), 404),
        (GatewayError("down"), 502),
        (NoRoom("full"), 507),
        (trouble(sqlite_errorcode=sqlite3.SQLITE_FULL), 507),
        (trouble(sqlite_errorcode=sqlite3.SQLITE_IOERR_WRITE), 503),
        (trouble(sqlstate="53100"), 507),
        (trouble(sqlstate="53300"), 503),
        (trouble(sqlstate="57P01"), 503),
        (trouble(), 503),
    ],
)
def test_the_domains_errors_are_mapped_once(fresh_app: Flask, error: Exception, status: int) -> None:
    def fail() -> None:
        raise error

    fresh_app.add_url_rule("/api/v1/fail", "fail_api", fail)
    fresh_app.add_url_rule("/fail", "fail_page", fail)
    client = fresh_app.test_client()
    assert is_problem(client.get("/api/v1/fail"), status)
    page = client.get("/fail")
    assert (page.status_code, page.mimetype) == (status, "text/html")


@pytest.mark.parametrize("attributes", [{"sqlite_errorcode": sqlite3.SQLITE_ERROR}, {"sqlstate": "42P01"}])
def test_a_table_that_is_not_there_is_a_bug(fresh_app: Flask, attributes: dict[str, Any]) -> None:
    def fail() -> None:
        raise trouble(**attributes)

    fresh_app.add_url_rule("/api/v1/bug", "bug", fail)
    assert is_problem(fresh_app.test_client().get("/api/v1/bug"), 500)


def test_a_bug_is_a_problem_without_its_words(fresh_app: Flask) -> None:
    def fail() -> None:
        raise KeyError("secret detail")

    fresh_app.add_url_rule("/api/v1/bug", "bug", fail)
    answer = fresh_app.test_client().get("/api/v1/bug")
    assert is_problem(answer, 500)
    assert "secret" not in answer.text


BAD_ARGS = ["page_ThingView=abc", "page_ThingView=-1", f"page_ThingView={9**30}", "psize_ThingView=100000"]
BAD_ARGS += ["psize_ThingView=x", "homepage_x=abc", "_oc_ThingView=nope&_od_ThingView=asc", "_flt_9_code=x"]
BAD_ARGS += ["_flt_0_made_at=abc", "_flt_0_amount=abc", "_flt_0_kind=abc", "_flt_0_is_open=x"]


@pytest.mark.parametrize("args", BAD_ARGS)
@pytest.mark.parametrize("page", ["list/", "chart/", "show/1", "edit/1", "add"])
def test_list_arguments_that_make_no_sense_are_left_out(boss: Page, page: str, args: str) -> None:
    assert boss.get(f"/admin/test-things/{page}?{args}").status_code == 200


def test_a_filter_left_out_is_said(boss: Page) -> None:
    assert "A filter was not understood" in boss.get("/admin/test-things/list/?_flt_0_made_at=abc").text


@pytest.mark.parametrize("pk", ["99", "abc", "9" * 30])
def test_pages_of_no_row_are_404(boss: Page, pk: str) -> None:
    for page in ("show", "edit"):
        assert boss.get(f"/admin/test-things/{page}/{pk}").status_code == 404


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own fields are behind WTForms
def test_fabs_own_pages_are_guarded_too(fab_app: Flask, boss: Page) -> None:
    order = "/users/list/?_oc_UserDBModelView={}&_od_UserDBModelView={}"
    up, down = (boss.get(order.format("username", way)).text for way in ("asc", "desc"))
    assert re.findall(r">\s*(boss|nobody)\s*<", up) == ["boss", "nobody"]
    assert re.findall(r">\s*(boss|nobody)\s*<", down) == ["nobody", "boss"]
    assert boss.get(order.format("password", "asc")).status_code == 200
    for args in ("page_UserDBModelView=abc", "_flt_0_password=x"):
        assert boss.get(f"/users/list/?{args}").status_code == 200
    assert boss.get("/users/show/" + "9" * 30).status_code == 404
    assert boss.get("/resetpassword/form?pk=abc").status_code == 404


def test_a_nul_is_400(boss: Page) -> None:
    assert boss.get("/admin/test-things/list/?_flt_0_code=%00").status_code == 400
    assert boss.send("/admin/test-things/edit/1", code="a\0b", name="x", kind="1").status_code == 400
