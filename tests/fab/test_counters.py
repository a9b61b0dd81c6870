"""Counting requests over all web processes: nothing is lost by kill -9, nothing is counted twice."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from app.fab import counters
from app.fab.counters import BUCKETS, Counters

RULES = ["/b", "/a", "/a"]


@pytest.fixture
def counted(tmp_path):
    return Counters(tmp_path, RULES)


def totals(some):
    return {(each.rule, each.method, each.status): (sum(each.counts), each.seconds) for each in some.read()}


def test_a_request_is_counted_by_rule_method_and_class_of_status(counted):
    counted.count("/a", "GET", 200, 0.25)
    counted.count("/a", "GET", 204, 0.5)
    counted.count("/b", "POST", 422, 0.5)
    counted.count("/never heard of", "BREW", 999, 100)
    assert totals(counted) == {
        ("/a", "GET", "2xx"): (2, 0.75),
        ("/b", "POST", "4xx"): (1, 0.5),
        ("OTHER", "OTHER", "5xx"): (1, 100.0),
    }


@pytest.mark.parametrize("place", range(len(BUCKETS)))
def test_a_bound_belongs_to_its_own_bucket(counted, place):
    counted.count("/a", "GET", 200, BUCKETS[place])
    counted.count("/a", "GET", 200, BUCKETS[place] + 0.001)
    (only,) = counted.read()
    assert only.counts[place : place + 2] == (1, 1)
    assert sum(only.counts) == 2


def in_a_child(act, end=None):
    """Run something in a process of its own, which then ends, or is killed."""
    child = os.fork()
    if not child:
        try:
            act()
            os.kill(os.getpid(), end) if end else os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == (end or 0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the tests' process has threads
def test_what_a_killed_process_counted_stays_and_the_next_goes_on(counted, tmp_path):
    for _ in range(3):
        in_a_child(lambda: [counted.count("/a", "GET", 200, 1) for _ in range(5)], signal.SIGKILL)
    assert totals(counted) == {("/a", "GET", "2xx"): (15, 15.0)}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_processes_at_the_same_time_have_files_of_their_own(counted, tmp_path):
    counted.count("/a", "GET", 200, 1)
    in_a_child(lambda: counted.count("/a", "GET", 200, 1))
    in_a_child(lambda: Counters(tmp_path, RULES).count("/a", "GET", 200, 1))
    assert totals(counted) == {("/a", "GET", "2xx"): (3, 3.0)}
    assert len(list(tmp_path.iterdir())) == 2


def test_threads_lose_nothing(counted):
    threads = [
        threading.Thread(target=lambda: [counted.count("/a", "GET", 200, 1) for _ in range(500)]) for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert totals(counted) == {("/a", "GET", "2xx"): (2000, 2000.0)}


def test_other_routes_are_other_files(counted, tmp_path):
    counted.count("/a", "GET", 200, 1)
    other = Counters(tmp_path, ["/c"])
    assert other.read() == []
    other.count("/c", "GET", 200, 1)
    assert len(other.read()) == len(counted.read()) == 1


def test_a_folder_that_cannot_be_written_counts_nothing_and_breaks_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    counted = Counters(tmp_path / "file", RULES)
    counted.count("/a", "GET", 200, 1)
    counted.count("/a", "GET", 200, 1)
    assert counted.read() == []
    assert caplog.text.count("requests cannot be counted") == 1


def test_too_many_processes_are_not_counted(counted, monkeypatch):
    monkeypatch.setattr(counters, "_MOST_FILES", 0)
    counted.count("/a", "GET", 200, 1)
    assert counted.read() == []
