"""A job that fails, in a real forked worker against a real Valkey: what is logged, and what is left there."""

from __future__ import annotations

import json
import os
import signal

import pytest

from app.domain.lifecycle import Status
from app.extensions import clock
from app.jobs.queues import JOBS, figures, queue_on, wake
from app.jobs.worker import make_worker
from app.logs.context import request_id
from app.operations import messaging
from tests.dumps import everything
from tests.factories import case_in

NAME, PHONE, ID_NO = "欧阳测试", "13998765432", "41010519900307123X"
LATIN = "Zhang Planted"


def fail(*_, **__):
    inner = ValueError(f"DETAIL: Failing row contains ({NAME}, {PHONE}, {ID_NO}, {LATIN}).")
    raise RuntimeError(f"call of '{LATIN}' {NAME} {PHONE}") from inner


@pytest.fixture
def worked(db, app, valkey, database):
    """Wake the worker, and let it work until nothing waits."""
    case_in(Status.PENDING_CLASSIFY, clock.now())
    db.session.remove()
    database.is_dirty = True

    def work():
        request_id.set("a1b2c3d4e5f6")
        valkey.flushall()
        assert wake(valkey, "messages")
        request_id.set("")
        make_worker(app).work(burst=True, logging_level="WARNING")
        return queue_on(valkey).failed_job_registry.get_job_ids()

    return work


def test_nothing_personal_of_a_failed_job_is_in_valkey(worked, valkey, monkeypatch):
    monkeypatch.setattr(messaging, "claim", fail)
    (failed,) = worked()
    left = everything(valkey)
    job = queue_on(valkey).fetch_job(failed)
    assert job.latest_result().exc_string.startswith("RuntimeError at tests/doors/test_failed_jobs.py:")
    assert len(job.latest_result().exc_string) < 100
    for secret in (NAME, PHONE, ID_NO, LATIN, "Failing row"):
        assert secret.encode() not in left, secret
    assert b"RuntimeError at" in left
    assert figures(valkey) == {"waiting": 0, "failed": 1, "workers": 0}


def test_a_job_that_is_killed_leaves_rqs_own_words(worked, valkey, monkeypatch):
    monkeypatch.setattr(messaging, "claim", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    (failed,) = worked()
    assert "Work-horse terminated unexpectedly" in queue_on(valkey).fetch_job(failed).latest_result().exc_string


def test_the_lines_of_a_job_bear_its_id_and_the_requests(worked, capfd, begin_log, monkeypatch):
    monkeypatch.setattr(messaging, "claim", fail)
    begin_log("json", "worker")
    (failed,) = worked()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    error, done = [line for line in lines if line["logger"] == "app.jobs.worker"]
    for line in (error, done):
        assert (line["job"], line["job_name"], line["request"]) == (failed, "drain_messages", "a1b2c3d4e5f6")
    assert error["message"] == "a job failed"
    assert error["error"]["type"] == "RuntimeError"
    assert done["outcome"] == "failed"
    assert done["ms"] >= 0
    for secret in (NAME, PHONE, ID_NO, LATIN):
        assert secret not in json.dumps(lines, ensure_ascii=False)


def test_a_job_that_no_request_asked_for_names_none(valkey):
    assert wake(valkey, "steps")
    assert [job.meta for job in queue_on(valkey).jobs] == [{}]
    assert JOBS["steps"] == queue_on(valkey).jobs[0].func_name
