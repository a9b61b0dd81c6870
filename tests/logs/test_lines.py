"""How lines look, and that nothing else than our handler writes them."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings

import pytest

from app import logs
from app.logs import context


def test_json_is_one_object_a_line_with_the_ids(begin_log, capsys):
    begin_log("json")
    context.request_id.set("a1b2c3d4e5f6")
    context.job.set(("6f7c1a52", "drain"))
    logging.getLogger("app.request").info(
        "request", extra={"rule": "/x", "status": 200, "ms": 3, "secret": "13812345678"}
    )
    line = json.loads(capsys.readouterr().err)
    assert line.pop("at").endswith("+00:00")
    assert line.pop("pid") > 0
    assert line == {
        "level": "info",
        "process": "web",
        "logger": "app.request",
        "message": "request",
        "request": "a1b2c3d4e5f6",
        "job": "6f7c1a52",
        "job_name": "drain",
        "rule": "/x",
        "status": 200,
        "ms": 3,
    }


def test_an_error_has_kind_message_and_places(begin_log, capsys):
    begin_log("json")
    try:
        int("张三")
    except ValueError:
        logging.getLogger("app.x").exception("it failed")
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["type"] == "ValueError"
    assert "张三" not in error["message"]
    assert error["places"][0].startswith("tests/logs/test_lines.py:")


def test_plain_is_short_and_readable(begin_log, capsys):
    begin_log("plain")
    told = {"method": "GET", "rule": "/x", "status": 200, "ms": 3}
    logging.getLogger("app.request").info("request", extra=told)
    logging.getLogger("app.x").warning("mind this")
    try:
        int("13812345678", base=99)
    except ValueError as inner:
        error = RuntimeError("outer")
        error.__cause__ = inner
    logging.getLogger("app.x").error("it failed", exc_info=error.with_traceback(error.__cause__.__traceback__))
    first, second, third, *below = capsys.readouterr().err.splitlines()
    assert (first, second, third) == ("request GET /x 200 3", "WARNING: mind this", "ERROR: it failed")
    assert below[0] == "    RuntimeError: outer"
    assert below[1].startswith("    at tests/logs/test_lines.py:")
    assert below[2].startswith("    because of ValueError: int() base")


def test_others_are_heard_from_warnings_on(begin_log, capsys):
    begin_log("plain")
    logging.getLogger("sqlalchemy").info("not this")
    logging.getLogger("app.jobs").debug("nor that")
    assert capsys.readouterr().err == ""
    begin_log("plain", HUIYIN_LOG_LEVEL="debug")
    logging.getLogger("app.jobs").debug("beat")
    assert capsys.readouterr().err == "beat\n"


def test_what_nobody_caught_passes_the_net(begin_log, capsys):
    begin_log("plain")
    error = ValueError("13812345678 of '张三'")
    sys.excepthook(ValueError, error, None)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))
    sys.unraisablehook(type("Told", (), {"exc_type": ValueError, "exc_value": error, "exc_traceback": None}))
    written = capsys.readouterr().err
    assert written.count("ValueError: […] of […]") == 3
    assert "CRITICAL: nobody expected this" in written
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == ""


def test_a_command_leaves_the_threads_of_others_alone(begin_log):
    hook = threading.excepthook
    begin_log("plain", logs.COMMAND)
    assert threading.excepthook is hook


def test_warnings_come_in_the_same_way(begin_log, capsys):
    begin_log("plain")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("call 13812345678", UserWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    written = capsys.readouterr().err
    assert "UserWarning: call […]" in written
    assert "138" not in written


def test_a_line_that_cannot_be_written_is_no_reason_to_fail(begin_log, monkeypatch, capsys):
    begin_log("plain")
    monkeypatch.setattr(sys, "stderr", None)
    logging.getLogger("app.x").warning("nobody hears")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a1b2c3d4e5f6", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("6f7c1a52-9f0e-4b8e-9f57-1f0f6a3d2b10", True),
        ("13812345678", False),
        ("410105199003071234", False),
        ("a1b2c3d4e5f6\n", False),
        ("ZhangSan", False),
        ("", False),
    ],
)
def test_only_what_can_be_nothing_else_is_an_id(text, is_one):
    assert context.is_id(text) is is_one
    assert context.is_id(context.new_id())
