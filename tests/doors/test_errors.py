"""Errors: problem+json with the field named on every path of the API, a page of ours everywhere else, never 500."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy.exc import OperationalError

from tests.doors.filings import changed, fields

PROBLEM = "application/problem+json"
LOST = ("/api/", "/api/v1", "/api/v1/", "/api/v2/cases/", "/api/v1/nothing/", "/api/v1/cases/1/nothing/more", "/api/x")


def is_problem(answer, status):
    told = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
    assert told["status"] == status
    assert {"type", "title", "detail", "instance"} <= told.keys()
    return told


@pytest.mark.parametrize("path", LOST)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_there_is_a_problem(client, method, path):
    is_problem(client.open(path, method=method), 404)


@pytest.mark.parametrize("path", ["/api/v1/cases/", "/api/v1/matters/1", "/api/v1/security/login", "/api/v1/_openapi"])
def test_a_method_that_is_not_there_is_a_problem_that_names_those_that_are(client, path):
    answer = client.patch(path, json={})
    is_problem(answer, 405)
    assert answer.headers["Allow"]


@pytest.mark.parametrize("path", ["cases/", "matters/", "deadlines/explain", "cases/1/accept", "cases/1/attachments"])
def test_a_body_of_another_kind_is_415_and_one_too_large_413(rest, path):
    client = rest("platform_admin")
    is_problem(client("POST", path, data="<a/>", content_type="application/xml"), 415)
    is_problem(client("POST", path, data=b"{" + b" " * 1_100_000 + b"}", content_type="application/json"), 413)


@pytest.mark.parametrize("path", ["/nothing", "/admin/nothing/list/", "/static/nothing.js"])
def test_elsewhere_it_is_a_page_of_ours(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert '<html lang="zh' in answer.text
    assert "Werkzeug" not in answer.text


def test_a_page_asked_by_another_method_is_a_page_of_ours(client):
    answer = client.delete("/guide")
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert '<html lang="zh' in answer.text


@pytest.mark.parametrize(
    ("plural", "body", "field"),
    [
        ("department-types", {"code": "SCJG", "name": "again"}, "code"),
        ("regions", {"code": "410105", "name": "again", "level": "county"}, "code"),
        ("matters", {"code": "Z9", "name": "n", "category": 2_000_000_000}, "category"),
        ("matters", {"code": "Z9", "name": "n", "category": {"name": "x"}}, "category"),
        ("matters", {"code": "Z9", "name": 5}, "name"),
        ("matters", {"code": "Z9", "name": "n", "category": 1, "handle_value": 2**40}, "handle_value"),
        ("matters", {"code": "Z9", "name": "n", "category": 1, "handle_value": "many"}, "handle_value"),
        ("calendar", {"day": "2026-02-30", "kind": "holiday"}, "day"),
        ("calendar", {"day": "2026-02-03", "kind": "party"}, "kind"),
        ("templates", {"no_such": 1}, ""),
    ],
)
def test_what_is_wrong_is_named(rest, plural, body, field):
    answer = rest("platform_admin")("POST", f"{plural}/", json=body)
    if plural == "templates":
        is_problem(answer, 405)
    else:
        assert field in fields(answer)


@pytest.mark.parametrize("value", ["\ud800", "a\0b", 2**70, [[[[1]]]], {"a": 1}, True])
def test_values_that_no_text_is_are_named_in_a_filing(rest, value):
    answer = rest("api_client")(
        "POST", "cases/", data=json.dumps(changed("title", value)), content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert answer.mimetype == PROBLEM


@pytest.mark.parametrize(
    "q",
    [
        "(filters:!((col:filed_at,opr:gt,value:never)))",
        "(filters:!((col:filed_at,opr:gt,value:'9999-99-99')))",
        "(filters:!((col:matter,opr:rel_o_m,value:99999999999999999999)))",
        "(filters:!((col:status,opr:eq,value:!(1,2))))",
        "!(" * 2000,
        "(page:1e999)",
        "(order_column:body,order_direction:asc)",
        "(order_column:status,order_direction:sideways)",
        "(columns:!((a:1)))",
        "(keys:!(1))",
    ],
)
def test_a_list_that_cannot_be_asked_for_is_400_or_empty(rest, q):
    answer = rest("auditor")("GET", "cases/", query_string={"q": q})
    assert answer.status_code == 400, answer.text
    assert answer.mimetype == PROBLEM


@pytest.mark.parametrize("key", [2**31, 2**63, 10**30])
def test_an_id_out_of_range_is_404(rest, key):
    client = rest("platform_admin")
    for path in (f"cases/{key}", f"cases/{key}/verbs", f"matters/{key}", f"cases/1/attachments/{key}"):
        is_problem(client("GET", path), 404)
    is_problem(client("PUT", f"matters/{key}", json={"name": "x"}), 404)


@pytest.mark.parametrize("path", ["/admin/nothing/list/", "/admin/cases/show/999999", "/users/show/999999"])
def test_an_officer_gets_it_in_the_shell_of_the_back_office(office, path):
    browser = office.sign_in("security_admin" if path.startswith("/users/") else "intake")
    answer = browser.get(path)
    assert answer.status_code == 404
    assert 'class="navbar navbar-vertical' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "There is no such page" in answer.text
    assert re.search(r"Number for questions: [\w-]{8,}", answer.text)
    assert 'class="navbar navbar-vertical' not in browser.get("/nothing").text


def test_without_a_database_an_officer_gets_the_plain_page(app, office, monkeypatch):
    from app.portal import errors

    browser = office.sign_in("intake")

    def fails(_status):
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(errors, "_of_the_office", fails)
    answer = browser.get("/admin/nothing/list/")
    assert answer.status_code == 404
    assert 'class="navbar navbar-vertical' not in answer.text
    assert "There is no such page" in answer.text
