"""The net in front of every handler: what must not be in a log is cut, what helps stays."""

from __future__ import annotations

import logging
import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.logs.net import CUT, Net, clean, described, in_short, message_of

PHONE, ID_NO = "13812345678", "41010519900307123X"


@pytest.mark.parametrize(
    "secret",
    [
        PHONE,
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "１３８１２３４５６７８",
        ID_NO,
        "410105900307123",
        "6222020200112233445",
        "91410100MA44ABCD1X",
        "wang.xiaoming@mail.example.org",
        "7K3M9QTVX2ABCDEF",
        "7K3M-9QTV-X2AB-CDEF",
        "7k3m 9qtv x2ab cdef".upper(),
        "Xk3d_9f0e4b8e9f571f0f6a3d2b10AbC-4",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abcdef1",
    ],
)
def test_it_is_cut_wherever_it_stands(secret):
    for around in ("{}", "phone {} of somebody", "({})", "phone={},", '"{}"', "电话{}。"):
        cleaned = clean(around.format(secret))
        assert CUT in cleaned
        assert not any(part in cleaned for part in (secret, secret[:10], secret[-10:]))


@pytest.mark.parametrize(
    "kept",
    [
        "deadline 12: mark_overdue",
        "TS2611240000019",
        "6f7c1a52-9f0e-4b8e-9f57-1f0f6a3d2b10",
        "0123456789abcdef0123456789abcdef",
        "a1b2c3d4e5f6",
        "2026-11-24T10:00:00.123456+00:00",
        "2026-11-24 10:00:00",
        "Listening at: http://127.0.0.1:8080 (1234)",
        "app.jobs.tasks.drain_messages",
        "HuiyinSecurityManager",
        "unknown_to_gateway",
    ],
)
def test_what_helps_stays(kept):
    assert clean(kept) == kept


def test_a_line_is_one_line():
    assert clean("one\ntwo\r\n  three") == "one two three"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("invalid literal for int() with base 10: '张三'", f"invalid literal for int() with base 10: {CUT}"),
        ("Can't find 'Zhang San' here", f"Can't find {CUT} here"),
        ("it said 'Zhang San", f"it said {CUT}"),
        ("投诉人张三 is unknown", f"{CUT} is unknown"),
        ("null value in column 'title'", "null value in column 'title'"),
        ("first\nsecond 张三", "first"),
        ("", ""),
        (
            'duplicate key value violates unique constraint "uq_cases_no"\nDETAIL:  Key (no)=(A) already exists.',
            'duplicate key value violates unique constraint "uq_cases_no"',
        ),
        ("new row Failing row contains (7, Zhang San, 138).", "new row"),
        ("bad [SQL: INSERT INTO x] [parameters: ('Zhang San',)]", "bad"),
    ],
)
def test_the_message_of_an_error_tells_no_value(said, told):
    assert message_of(ValueError(said)) == told


def test_of_a_database_error_row_and_parameters_are_cut():
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as raised:
        connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Zhang San"})
    assert "Zhang San" in str(raised.value)
    told = described(raised.value)
    assert told["type"] == "sqlalchemy.exc.OperationalError"
    assert told["message"] == "(sqlite3.OperationalError) no such table: nowhere"
    assert told["causes"] == ["OperationalError: no such table: nowhere"]
    assert "Zhang" not in str(told)


def test_the_places_of_an_error_are_named_without_their_lines():
    with pytest.raises(sqlite3.Error) as raised:
        sqlite3.connect("file:/nowhere/张三?mode=ro", uri=True)
    assert "tests/logs/test_net.py:" in described(raised.value)["places"][0]
    assert "张三" not in str(described(raised.value))
    assert in_short(raised.value).startswith("OperationalError at tests/logs/test_net.py:")
    assert in_short(ValueError(PHONE)) == "ValueError at nowhere"


def record(name, message, *args, error=None):
    made = logging.LogRecord(
        name, logging.ERROR, "x.py", 1, message, args, (type(error), error, None) if error else None
    )
    assert Net().filter(made)
    return made


def test_a_record_leaves_clean_with_its_error():
    made = record("app.x", "call of %s", PHONE, error=ValueError(PHONE))
    assert made.getMessage() == f"call of {CUT}"
    assert made.error["message"] == CUT
    assert (made.exc_info, made.exc_text, made.args) == (None, None, None)
    assert Net().filter(made)
    assert made.error["message"] == CUT


def test_of_other_loggers_no_word_that_was_put_in_is_kept():
    assert record("flask_appbuilder.x", "Login Failed for user: %s", "Zhang San").getMessage().endswith(f": {CUT}")
    assert record("other", "%s tries, %d left", 3, 4).getMessage() == "3 tries, 4 left"
    assert record("other", "%(name)s", {"name": "Zhang San"}).getMessage() == "%(name)s"
    assert record("other", "he 'said Zhang San' 张三").getMessage() == f"he {CUT} {CUT}"
    assert record("app.x", ValueError("'Zhang San'\n张三")).getMessage() == CUT
    assert record("other", "100 %").getMessage() == "100 %"
    assert record("gunicorn.error", "Using worker: %s", "gthread").getMessage() == "Using worker: gthread"


def test_a_wrong_number_of_arguments_breaks_nothing():
    assert record("app.x", "%s and %s", "one").getMessage() == "%s and %s"
