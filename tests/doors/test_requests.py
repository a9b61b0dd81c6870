"""Every request has an id, a line in the log without anything personal, and a number on its error page."""

from __future__ import annotations

import logging

import pytest
from flask import abort, request

from app.fab.counters import Counters
from app.fab.requests import Requests, install
from app.logs import context

ID = "0123456789abcdef0123456789abcdef"
SECRET = "13812341234"


@pytest.fixture
def lines(caplog):
    """Lines about requests, as (method, rule, status)."""
    caplog.set_level(logging.INFO, "app.request")
    return lambda: [
        (each.method, each.rule, each.status)
        for each in caplog.records
        if each.name == "app.request" and not each.exc_info
    ]


@pytest.fixture
def failing(app, monkeypatch):
    """A page and an address of the API that fail, with something personal in the error."""

    def fail(**_):
        raise RuntimeError(f"Zhang San {SECRET}")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for endpoint in ("portal.guide", "OpenApi.get"):
        monkeypatch.setitem(app.view_functions, endpoint, fail)


def test_a_request_is_one_line_with_the_rule_and_without_what_was_sent(visitor, lines, caplog):
    answer = visitor.get(f"/evaluate/Secret-Token-{SECRET}?name=Zhang", buffered=True)
    assert lines() == [("GET", "/evaluate/<token>", answer.status_code)]
    line = next(each for each in caplog.records if each.name == "app.request")
    assert line.ms >= 0
    assert "Secret" not in str(vars(line))
    assert "Zhang" not in str(vars(line))


def test_the_line_bears_the_id_that_the_answer_bears(visitor, monkeypatch):
    seen = []
    monkeypatch.setattr("app.fab.requests.log.info", lambda *_, **__: seen.append(context.request_id.get()))
    answer = visitor.get("/guide", buffered=True)
    assert answer.headers.getlist("X-Request-Id") == seen
    assert context.is_id(seen[0])
    assert context.request_id.get() == ""
    assert visitor.get("/guide").headers["X-Request-Id"] != seen[0]


def test_health_and_files_are_not_worth_a_line(visitor, lines):
    for path in ("/healthz", "/readyz", "/static/portal/portal.css"):
        assert "X-Request-Id" in visitor.get(path, buffered=True).headers
    assert lines() == []
    visitor.get("/nowhere/13812341234", buffered=True)
    assert lines() == [("GET", "-", 404)]


def test_an_id_from_outside_counts_only_from_a_trusted_proxy(visitor):
    given = {"X-Request-Id": ID, "X-Forwarded-For": "203.0.113.7"}
    assert visitor.get("/guide", headers=given).headers["X-Request-Id"] != ID


def behind(app, proxies):
    """A small app behind so many proxies that tells what it sees."""
    from flask import Flask

    small = Flask("small")
    small.add_url_rule("/", "seen", lambda: {"from": request.remote_addr, "scheme": request.scheme})
    install(small, proxies)
    return small.test_client()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "brought", "address", "is_taken"),
    [
        (0, "203.0.113.7", ID, "127.0.0.1", False),
        (1, "203.0.113.7", ID, "203.0.113.7", True),
        (1, "198.51.100.1, 203.0.113.7", ID, "203.0.113.7", True),
        (2, "198.51.100.1, 203.0.113.7", ID, "198.51.100.1", True),
        (2, "203.0.113.7", ID, "127.0.0.1", False),
        (1, "203.0.113.7", SECRET, "203.0.113.7", False),
        (1, "203.0.113.7", f"{ID} x", "203.0.113.7", False),
        (1, None, ID, "127.0.0.1", False),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(app, proxies, forwarded, brought, address, is_taken):
    headers = {"X-Request-Id": brought, "X-Forwarded-Proto": "https"}
    headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = behind(app, proxies).get("/", headers=headers)
    assert answer.get_json()["from"] == address
    assert answer.get_json()["scheme"] == ("https" if proxies == 1 else "http")
    assert (answer.headers["X-Request-Id"] == brought) is is_taken


def test_what_fails_beyond_flask_is_counted_and_told(tmp_path, lines):
    def broken(environ, start):
        raise RuntimeError

    counters = Counters(tmp_path, ["/x"])
    with pytest.raises(RuntimeError):
        Requests(broken, 0, counters)({"REQUEST_METHOD": "GET"}, lambda *_: None)
    assert lines() == [("GET", "-", 500)]
    assert [(each.status, sum(each.counts)) for each in counters.read()] == [("5xx", 1)]


@pytest.mark.parametrize(("language", "words"), [("en", "Something went wrong here"), ("zh_Hans", "系统出错了")])
def test_the_page_of_an_error_bears_the_number_of_the_log(app, visitor, failing, caplog, language, words):
    visitor.get(f"/lang/{language}")
    answer = visitor.get("/guide")
    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.text
    assert words in answer.text
    assert "Zhang" not in answer.text
    assert "RuntimeError" not in answer.text
    record = next(each for each in caplog.records if each.exc_info)
    assert record.getMessage() == "a request failed"
    assert record.name == "app.request"


def test_a_problem_of_the_api_bears_it_too(app, visitor, failing):
    answer = visitor.get("/api/v1/_openapi")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.get_json()["number"] == answer.headers["X-Request-Id"]
    assert "Zhang" not in answer.text
    missing = visitor.get("/api/v1/nothing")
    assert missing.get_json()["number"] == missing.headers["X-Request-Id"]
    long = visitor.get("/" + "x" * 3000)
    assert long.status_code == 414
    assert long.get_json(force=True)["number"] == long.headers["X-Request-Id"]


def test_an_error_page_needs_no_database(app, visitor, failing, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from app.extensions import db

    def refuse(*_, **__):
        raise OperationalError("SELECT 1", {}, Exception("password=secret"))

    monkeypatch.setattr(type(db.session), "execute", refuse)
    answer = visitor.get("/guide")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text


def test_abort_is_a_page_with_a_number(app, visitor, monkeypatch):
    monkeypatch.setitem(app.view_functions, "portal.guide", lambda **_: abort(403))
    answer = visitor.get("/guide")
    assert answer.status_code == 403
    assert answer.headers["X-Request-Id"] in answer.text
