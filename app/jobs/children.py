"""Child processes that cannot outlive their parent: start, read by lines, stop with grace, sweep up."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds between a child's end and its next start
STEADY = 30.0  # a child that ran for so many seconds starts again with the first delay
_SET_DEATH_SIGNAL, _SET_SUBREAPER = 1, 36  # prctl(2)


def die_with_parent(parent: int, death_signal: int = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when the parent ends, however it does; for use after a fork. Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, int(death_signal))
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), death_signal)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose own parent has ended, so as to stop them. Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_SUBREAPER, 1)


@dataclass(slots=True)
class Output:
    """What a child writes, line by line."""

    name: str
    descriptor: int
    _rest: bytes = field(default=b"", repr=False)

    def lines(self) -> tuple[list[str], bool]:
        """Whole lines that have arrived, and whether more can follow; at the end the descriptor is closed."""
        try:
            chunk = os.read(self.descriptor, 65536)
        except BlockingIOError:
            return [], True
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk:
            os.close(self.descriptor)
            whole, self._rest = [self._rest] if self._rest else [], b""
        return [line.decode(errors="replace") for line in whole], bool(chunk)


@dataclass(slots=True)
class Child:
    """One process that is kept running. Times are `time.monotonic()` seconds."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    keep: tuple[int, ...] = ()  # descriptors that it inherits
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    delay: float = FIRST_DELAY

    def start(self) -> Output:
        """Start it in a session of its own: Ctrl-C reaches the parent alone, which stops all in order."""
        parent, self.started_at = os.getpid(), time.monotonic()
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.keep,
                preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - this process has one thread
            )
        finally:
            os.close(writing)
        return Output(self.name, reading)

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ended(self) -> int | None:
        """Its exit status, once, when it has ended (negative: the signal); its next start is planned."""
        if self.process is None or self.is_running:
            return None
        _kill_group(self.process.pid)
        now, status = time.monotonic(), self.process.returncode
        self.delay = FIRST_DELAY if now - self.started_at >= STEADY else self.delay
        self.next_start_at, self.process = now + self.delay, None
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        return status


def stop_all(children: Sequence[Child], grace: float, tend: Callable[[], object]) -> None:
    """TERM, then KILL after `grace` seconds; `tend` is called meanwhile (unread output would block them)."""
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    give_up_at = time.monotonic() + grace
    while any(process.poll() is None for process in running) and time.monotonic() < give_up_at:
        tend()
    for process in running:
        _kill_group(process.pid)
        process.wait()


def sweep(known: set[int]) -> None:
    """Reap adopted orphans that have ended by themselves."""
    for pid in _own_children() - known:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def end_orphans() -> None:
    """Kill and reap every adopted orphan; call it when all own children have ended."""
    while orphans := _own_children():
        for pid in orphans:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _own_children() -> set[int]:
    with suppress(OSError):
        return {int(each) for each in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    return set()


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
