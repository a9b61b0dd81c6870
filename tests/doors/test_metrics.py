"""Figures for Prometheus: who may read them, what they say, and that nobody is in them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.domain.access import SYSTEM
from app.extensions import clock
from app.fab.counters import Counters
from app.jobs.queues import connect
from app.models.scope import acting
from app.operations.heartbeats import beat
from tests import factories

TOKEN = "a-token-of-length-16"


@pytest.fixture
def counted(app, tmp_path, monkeypatch):
    """Counters of this test alone."""
    counters = Counters(tmp_path, ["/evaluate/<token>", "/guide"])
    monkeypatch.setitem(app.extensions, "huiyin_counters", counters)
    return counters


@pytest.fixture
def stranger(app, visitor, monkeypatch):
    """Somebody from elsewhere; a token is set."""
    monkeypatch.setitem(app.config, "HUIYIN", replace(app.config["HUIYIN"], metrics_token=TOKEN))
    return lambda address="203.0.113.7", **headers: visitor.get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}
    )


def figures(answer):
    """Numbers by name{labels}."""
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_read(stranger, address):
    assert stranger(address).status_code == 200


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "", "127.0.0.1.example.org"])
def test_for_others_there_is_nothing_here(stranger, address):
    assert stranger(address).status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"])
def test_what_comes_through_a_proxy_is_not_from_this_machine(stranger, name):
    assert stranger("127.0.0.1", **{name: "127.0.0.1"}).status_code == 404


def test_the_token_opens_from_anywhere_and_a_wrong_one_from_nowhere(stranger):
    assert stranger(Authorization=f"Bearer {TOKEN}").status_code == 200
    assert stranger(Authorization=f"Bearer {TOKEN}x").status_code == 403
    assert stranger("127.0.0.1", Authorization="Bearer x").status_code == 403
    assert stranger(Authorization="Basic eDp5").status_code == 404


def test_without_a_token_set_none_is_right(app, visitor):
    headers = {"Authorization": "Bearer "}
    answer = visitor.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert answer.status_code in (403, 404)


def test_what_waits_is_counted(app, visitor, counted, valkey):
    before = figures(visitor.get("/metrics"))
    assert before["huiyin_cases_open"] == before["huiyin_jobs_waiting"] == 0
    assert before["huiyin_message_oldest_unsent_seconds"] == before["huiyin_step_longest_due_seconds"] == 0
    assert before["huiyin_clock_beat_age_seconds"] != before["huiyin_clock_beat_age_seconds"]  # NaN
    with app.app_context():
        factories.file(clock.now() - factories.timedelta(days=30))
        with acting(SYSTEM):
            beat("clock", clock.real() - factories.timedelta(seconds=7))
    after = figures(visitor.get("/metrics"))
    assert after["huiyin_cases_open"] == 1
    assert after["huiyin_steps_due"] == 1
    assert after['huiyin_messages{status="queued"}'] == 1
    assert after['huiyin_messages{status="failed"}'] == 0
    assert 29 < after["huiyin_message_oldest_unsent_seconds"] / 86_400 < 31
    assert after["huiyin_step_longest_due_seconds"] > 86_400
    assert 7 <= after["huiyin_clock_beat_age_seconds"] < 600
    assert after["huiyin_jobs_waiting"] == 1
    assert after["huiyin_jobs_failed"] == after["huiyin_workers"] == 0
    assert after["huiyin_redis_up"] == after["huiyin_database_up"] == 1


def test_redis_away_is_said(app, visitor, counted, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_redis", connect("redis://127.0.0.1:1"))
    told = figures(visitor.get("/metrics"))
    assert told["huiyin_redis_up"] == 0
    assert "huiyin_jobs_waiting" not in told
    assert "huiyin_cases_open" in told


def test_the_database_away_is_said(visitor, counted, monkeypatch):
    def refuse(*_):
        raise RuntimeError("password=secret")

    monkeypatch.setattr("app.portal.metrics.condition", refuse)
    answer = visitor.get("/metrics")
    assert figures(answer)["huiyin_database_up"] == 0
    assert "secret" not in answer.text


def test_requests_are_a_histogram_by_rule_without_anybody_in_it(visitor, counted):
    counted.count("/evaluate/<token>", "GET", 404, 0.02)
    counted.count("/evaluate/<token>", "GET", 404, 20)
    told = figures(visitor.get("/metrics"))
    labels = 'rule="/evaluate/<token>",method="GET",status="4xx"'
    name = "huiyin_request_seconds"
    assert told[f'{name}_bucket{{{labels},le="0.01"}}'] == 0
    assert told[f'{name}_bucket{{{labels},le="0.025"}}'] == 1
    assert told[f'{name}_bucket{{{labels},le="10"}}'] == 1
    assert told[f'{name}_bucket{{{labels},le="+Inf"}}'] == told[f"{name}_count{{{labels}}}"] == 2
    assert told[f"{name}_sum{{{labels}}}"] == pytest.approx(20.02)


def test_every_figure_has_its_meaning_and_type(visitor, counted, valkey):
    counted.count("/guide", "GET", 200, 0.02)
    text = visitor.get("/metrics").text
    declared = dict(re.findall(r"^# TYPE (\S+) (gauge|histogram)$", text, re.MULTILINE))
    assert set(declared) == set(re.findall(r"^# HELP (\S+) \S+", text, re.MULTILINE))
    names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"^([a-z_]+)[ {]", text, re.MULTILINE)}
    assert names == set(declared)
    assert text.endswith("\n")


def test_the_counters_may_be_missing(app, visitor, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_counters", None)
    assert not [name for name in figures(visitor.get("/metrics")) if "request" in name]
