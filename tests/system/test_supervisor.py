"""The supervisor with stand-in children: the dead start again; nothing survives, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from app.jobs.children import Child, adopt_orphans
from app.jobs.supervisor import Supervisor

CHILD = '''
import os, pathlib, signal, subprocess, sys, time
name, folder = sys.argv[1:]
if name == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(folder, f"{name}-{os.getpid()}").touch()
if name == "parent":  # its own child is in another session, as a job's process may be
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    grandchild = subprocess.Popen(sleep, start_new_session=True)
    pathlib.Path(folder, f"grandchild-{grandchild.pid}").touch()
print("hello from", name, flush=True)
time.sleep(60)
'''
folder, grace = sys.argv[1], float(sys.argv[2])
supervisor = Supervisor(lambda line: print(line, flush=True), grace=grace)
supervisor.listen()
adopt_orphans()
for name in sys.argv[3:]:
    supervisor.keep(Child(name, [sys.executable, "-c", CHILD, name, folder], {}))
supervisor.run(lambda: True)
supervisor.stop()
print("clean end", flush=True)
"""


def alive(pid: int) -> bool:
    """Whether a process runs (an ended one that nobody has reaped does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def as_in_a_terminal() -> None:
    """Whoever runs the tests may ignore signals (nohup, a background job): the supervisor would respect that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until(condition: Callable[[], object], seconds: float = 15) -> bool:
    """Wait for a condition."""
    give_up_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return bool(condition())


class Run:
    """One supervisor in a process of its own; its children leave files named after themselves."""

    def __init__(self, folder: Path, *names: str, grace: float = 5) -> None:
        self.folder = folder
        self.names = names
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, str(folder), str(grace), *names],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                preexec_fn=as_in_a_terminal,
            )
        assert until(lambda: all(self.pids(name) for name in names)), self.log.read_text()
        assert until(lambda: all(f"hello from {name}" in self.log.read_text() for name in names))

    def pids(self, name: str) -> list[int]:
        """Processes that the child of this name has had, oldest first."""
        files = sorted(self.folder.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime_ns)
        return [int(path.name.rpartition("-")[2]) for path in files]

    def all_pids(self) -> list[int]:
        """Every process that any child has had."""
        return [pid for name in (*self.names, "grandchild") for pid in self.pids(name)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start supervisors; whatever a failed test leaves is killed."""
    runs: list[Run] = []

    def begin(*names: str, grace: float = 5) -> Run:
        runs.append(Run(tmp_path, *names, grace=grace))
        return runs[-1]

    yield begin
    for run in runs:
        for pid in [run.process.pid, *run.all_pids()]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        run.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children_and_theirs(start: Callable[..., Run], number: signal.Signals) -> None:
    run = start("plain", "parent")
    run.process.send_signal(number)
    assert run.process.wait(timeout=10) == 0
    assert not [pid for pid in run.all_pids() if alive(pid)]
    assert "clean end" in run.log.read_text()


def test_kill_9_of_the_supervisor_leaves_no_child(start: Callable[..., Run]) -> None:
    run = start("plain", "other")
    run.process.kill()
    run.process.wait()
    assert until(lambda: not [pid for pid in run.all_pids() if alive(pid)])


def test_a_killed_child_starts_again_and_the_others_stay(start: Callable[..., Run]) -> None:
    run = start("plain", "other")
    (first,), (other,) = run.pids("plain"), run.pids("other")
    os.kill(first, signal.SIGKILL)
    assert until(lambda: len(run.pids("plain")) == 2)
    assert "plain was ended by signal 9, starts again in 1 s" in run.log.read_text()
    assert run.pids("other") == [other]
    assert alive(other)


def test_a_child_that_ignores_term_is_killed_after_the_grace(start: Callable[..., Run]) -> None:
    run = start("stubborn", grace=0.5)
    began = time.monotonic()
    run.process.terminate()
    run.process.wait(timeout=10)
    assert 0.4 < time.monotonic() - began < 5
    assert not [pid for pid in run.all_pids() if alive(pid)]


def test_a_second_signal_does_not_wait(start: Callable[..., Run]) -> None:
    run = start("stubborn", grace=60)
    run.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    run.process.send_signal(signal.SIGINT)
    run.process.wait(timeout=5)
    assert not [pid for pid in run.all_pids() if alive(pid)]


def test_output_is_forwarded_with_the_childs_name(start: Callable[..., Run]) -> None:
    assert "plain  | hello from plain" in start("plain").log.read_text()
