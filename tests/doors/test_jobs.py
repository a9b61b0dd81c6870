"""Jobs: a commit wakes the worker, a real forked worker drains, and with Redis away the clock does the work."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from rq import SimpleWorker
from sqlalchemy import select

from app.domain.access import SYSTEM, complainant
from app.domain.lifecycle import Status
from app.extensions import clock, db, files
from app.gateways.storage import FolderStorage
from app.jobs import clock as clock_process
from app.jobs import tasks
from app.jobs.queues import JOBS, connect, queue_on, wake
from app.jobs.worker import make_worker
from app.models.client_log import Delivery
from app.models.message import Message
from app.models.scope import acting
from app.operations import client_keys, deliveries, heartbeats, otps
from tests.factories import case_in, file

DAY = (clock.now() - timedelta(days=1)).replace(hour=3)  # 11:00 in China yesterday: no quiet hours


def states():
    db.session.remove()
    with acting(SYSTEM):
        counts = Counter(db.session.scalars(select(Message.status)))
    db.session.remove()
    return counts


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.mark.usefixtures("db")
def test_a_commit_with_a_message_wakes_the_worker_once(valkey):
    file(DAY)
    file(DAY)
    queue = queue_on(valkey)
    assert [job.func_name for job in queue.jobs] == [JOBS["messages"]]
    assert queue.jobs[0].args == []
    raw = b"".join(valkey.dump(key) or b"" for key in valkey.scan_iter())
    assert b"13812341234" not in raw


@pytest.mark.parametrize("phone", ["13812341234", "13900000000"])
def test_a_code_wakes_the_worker_whether_the_phone_is_known_or_not(db, valkey, phone):
    file(DAY)
    queue_on(valkey).empty()
    valkey.flushall()
    with acting(complainant(0)):
        assert otps.send(phone, "mine", "192.0.2.1", DAY, clock.real()) is None
    assert [job.func_name for job in queue_on(valkey).jobs] == [JOBS["messages"]]


@pytest.mark.usefixtures("db")
def test_a_rolled_back_act_wakes_nobody(valkey, monkeypatch):
    from app.operations import intake

    monkeypatch.setattr(intake, "Filed", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        file(DAY)
    monkeypatch.undo()
    assert queue_on(valkey).jobs == []
    case_in(Status.PENDING_CLASSIFY, DAY)
    assert len(queue_on(valkey).jobs) == 1


@pytest.fixture
def no_redis(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "huiyin_redis", connect("redis://127.0.0.1:1"))


def test_redis_away_is_no_obstacle_to_filing(db, app, no_redis):
    assert file(DAY).is_new
    assert wake(app.extensions["huiyin_redis"], "messages") is False
    assert states() == Counter({"queued": 1})


def test_a_forked_worker_sends_each_message_once(db, app, valkey, outbox, database):
    for _ in range(3):
        file(DAY)
    db.session.remove()
    database.is_dirty = True
    worker = make_worker(app)
    worker.work(burst=True, logging_level="ERROR")
    assert states() == Counter({"sent": 3})
    texts = [json.loads(path.read_text())["text"] for path in outbox.glob("*.json")]
    assert len(texts) == 3
    assert isinstance(worker, SimpleWorker) is False


def test_the_clock_says_it_lives_and_wakes_the_worker(db, valkey):
    file(DAY)
    valkey.flushall()  # the wake-up is lost
    rounds = {"steps": 0, "messages": 0}
    clock_process.look(rounds)
    assert [job.func_name for job in queue_on(valkey).jobs] == [JOBS["messages"], JOBS["files"]]
    assert heartbeats.age("clock", clock.real()).total_seconds() < 60
    db.session.remove()


def test_what_dead_processes_left_is_swept_once_a_day(db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "storage", FolderStorage(tmp_path / "files", dict(settings.data_keys)))
    assert tasks.files_wait() == 1
    files.storage.put("0f" * 16, [b"its process died before the row was written"])
    assert tasks.sweep_files() == {"drafts": 0, "orphans": 0}  # not yet a day old
    assert tasks.files_wait() == 0
    monkeypatch.setattr(clock, "real", lambda: datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert tasks.files_wait() == 1
    assert tasks.sweep_files() == {"drafts": 0, "orphans": 1}
    db.session.remove()


def test_with_redis_away_the_clock_does_the_work(db, no_redis, outbox):
    file(DAY)
    clock_process.look({"steps": 0, "messages": 0})
    assert states() == Counter({"sent": 1})


def test_work_that_nobody_takes_is_done_by_the_clock_in_the_end(db, valkey, outbox):
    file(DAY)
    rounds = {"steps": 0, "messages": clock_process.PATIENCE}
    clock_process.look(rounds)
    assert states() == Counter({"sent": 1})
    clock_process.look(rounds)
    assert rounds["messages"] == 0


def test_once_takes_all_that_is_due(db, app, outbox, capsys):

    file(DAY - timedelta(days=30))
    assert clock_process.main(app, once=True) == 0
    assert "mark_overdue" in capsys.readouterr().out
    assert clock_process.main(app, once=True) == 0
    assert "{'steps': {}, 'messages': {}}" in capsys.readouterr().out


def test_logs_of_connected_systems_go_when_their_time_is_over(db, app, no_redis):
    with acting(SYSTEM):
        client, _ = client_keys.add(client_keys.NewClient("hotline-a", "热线"), SYSTEM, DAY)
        deliveries.record(client.id, None, "GET /a", [1], ["title"], clock.now() - timedelta(days=3 * 366 + 1))
        deliveries.record(client.id, None, "GET /a", [1], ["title"], clock.now())
    db.session.remove()
    rounds = {"client_logs": clock_process.PATIENCE}
    clock_process.look(rounds)
    clock_process.look(rounds)
    assert rounds["client_logs"] == 0
    with acting(SYSTEM):
        assert db.session.query(Delivery).count() == 1
    db.session.remove()
