"""Keeps processes running: forwards their output, starts the dead again, stops all in order."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from app.jobs.children import Child, Output, end_orphans, stop_all, sweep

TICK = 0.5  # seconds between looks when neither a signal nor output arrives
GRACE = 35.0  # seconds that children get to finish what they do: longer than the web process's own


class Supervisor:
    """A few children in one terminal. One thread only, so that forking stays safe."""

    def __init__(self, say: Callable[[str], None], grace: float = GRACE) -> None:
        """`say` prints one line; `grace` seconds pass between TERM and KILL."""
        self.say = say
        self.grace = grace
        self.children: list[Child] = []
        self.is_stopping = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def listen(self) -> None:
        """Take over SIGINT, SIGTERM, SIGHUP (stop; a second one kills) and SIGCHLD (look at once)."""
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup is respected
                signal.signal(number, self._asked_to_stop)

    def keep(self, child: Child) -> None:
        """Start a child and keep it running; the first one kept is the last one stopped."""
        self.children.append(child)
        self._start(child)

    def run_once(self, child: Child) -> int:
        """Run a child to its end, tending the others; its exit status, or 1 when told to stop before."""
        self._start(child)
        while child.is_running and not self.is_stopping:
            self.tend({child.process.pid} if child.process else set())
        stop_all([child], self.grace, self.forward)
        self.forward(0)
        return 1 if self.is_stopping or not child.process else child.process.returncode

    def run(self, until_true: Callable[[], bool]) -> None:
        """Tend until told to stop; `until_true` is asked on each round until it says so."""
        is_done = False
        while not self.is_stopping:
            self.tend()
            is_done = is_done or until_true()

    def tend(self, also_known: set[int] | None = None) -> None:
        """One round: forward output, notice the dead, start again what is due."""
        self.forward()
        for child in self.children:
            status = child.ended()
            if status is not None:
                wait = child.next_start_at - time.monotonic()
                self.say(f"{child.name} {_how(status)}, starts again in {wait:.0f} s")
            if not child.process and not self.is_stopping and time.monotonic() >= child.next_start_at:
                self._start(child)
        sweep({child.process.pid for child in self.children if child.process} | (also_known or set()))

    def stop(self) -> None:
        """End all children; nothing of theirs is left afterwards."""
        self.is_stopping = True
        for group in (self.children[1:], self.children[:1]):
            stop_all(group, self.grace, self.forward)
        self.forward(0)
        end_orphans()

    def forward(self, wait: float = TICK) -> None:
        """Print the lines that have arrived, each after its child's name."""
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, Output):
                self._print(key.data)
            else:
                os.read(self._woken, 4096)

    def _print(self, output: Output) -> None:
        lines, is_open = output.lines()
        if not is_open:
            self._selector.unregister(output.descriptor)
        for line in lines:
            self.say(f"{output.name:6} | {line}")

    def _start(self, child: Child) -> None:
        output = child.start()
        self._selector.register(output.descriptor, selectors.EVENT_READ, output)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_stopping:
            for child in self.children:
                if child.process:
                    with suppress(ProcessLookupError):
                        child.process.kill()
        self.is_stopping = True


def _how(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
