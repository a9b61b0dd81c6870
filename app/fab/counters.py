"""How many requests, how long they took: counted by route rule, method and class of status, over all web processes.

Each process adds to a file of its own, mapped into memory: nothing is lost when it is killed, and nobody waits for
anybody. A file belongs to who holds its lock; the next process goes on with one whose owner has gone. What the
places in a file mean follows from the routes, so a file is named after their fingerprint too.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds; one more bucket has none."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
OTHER = "OTHER"
_CELLS = len(BUCKETS) + 2  # a count a bucket, and the sum of seconds
_NUMBER = struct.Struct("d")
_MOST_FILES = 200
log = logging.getLogger(__name__)


class Series(NamedTuple):
    """What is known of one rule, method and class of status: counts by bucket, and the seconds in all."""

    rule: str
    method: str
    status: str
    counts: tuple[int, ...]
    seconds: float


class Counters:
    """Counts into a folder. The file is opened at the first count: a process that serves nothing has none."""

    def __init__(self, folder: Path, rules: Iterable[str]) -> None:
        """Take the folder and every rule there is."""
        self.folder, self.rules = folder, (*sorted(set(rules)), OTHER)
        self._places = {rule: place for place, rule in enumerate(self.rules)}
        shape = "\n".join((*self.rules, *METHODS, *map(str, BUCKETS)))
        self._name = f"requests-{hashlib.sha256(shape.encode()).hexdigest()[:12]}"
        self._width = len((*METHODS, OTHER)) * len(CLASSES) * _CELLS
        self._size = len(self.rules) * self._width * _NUMBER.size
        self._lock, self._owner = threading.Lock(), 0
        self._numbers: mmap.mmap | None = None

    def count(self, rule: str, method: str, status: int, seconds: float) -> None:
        """Count one request. Where nothing can be kept (a full disk), nothing is counted."""
        bucket = next((place for place, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        start = self._start(rule, method, status)
        with self._lock:
            numbers = self._mine()
            if numbers is not None:
                _add(numbers, start + bucket, 1)
                _add(numbers, start + _CELLS - 1, seconds)

    def read(self) -> list[Series]:
        """Everything counted so far, by all processes, those that have ended too."""
        totals: dict[int, float] = {}
        for path in sorted(self.folder.glob(f"{self._name}-*")):
            with suppress(OSError):
                _sum_up(path.read_bytes()[: self._size], totals)
        return list(self._series(totals))

    def _series(self, totals: dict[int, float]) -> Iterator[Series]:
        for start in sorted({place - place % _CELLS for place in totals}):
            cells = [totals.get(start + cell, 0.0) for cell in range(_CELLS)]
            rule, rest = divmod(start, self._width)
            method, status = divmod(rest // _CELLS, len(CLASSES))
            counts = tuple(int(each) for each in cells[:-1])
            yield Series(self.rules[rule], (*METHODS, OTHER)[method], CLASSES[status], counts, cells[-1])

    def _start(self, rule: str, method: str, status: int) -> int:
        row = self._places.get(rule, self._places[OTHER])
        column = METHODS.index(method) if method in METHODS else len(METHODS)
        kind = min(max(status // 100, 1), len(CLASSES)) - 1
        return row * self._width + (column * len(CLASSES) + kind) * _CELLS

    def _mine(self) -> mmap.mmap | None:
        """The numbers of this process: after a fork, the child's are others than the parent's."""
        if self._owner != os.getpid():
            self._owner = os.getpid()
            try:
                self._numbers = self._taken()
            except OSError as error:
                self._numbers = None
                log.warning("requests cannot be counted: %s", error.strerror)
        return self._numbers

    def _taken(self) -> mmap.mmap | None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(_MOST_FILES):
            path = self.folder / f"{self._name}-{number}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            os.posix_fallocate(handle, 0, self._size)  # a full disk is told now, and not by SIGBUS later
            return mmap.mmap(handle, self._size)  # the handle stays open: it holds the lock
        return None


def _add(numbers: mmap.mmap, place: int, amount: float) -> None:
    (before,) = _NUMBER.unpack_from(numbers, place * _NUMBER.size)
    _NUMBER.pack_into(numbers, place * _NUMBER.size, before + amount)


def _sum_up(content: bytes, totals: dict[int, float]) -> None:
    whole = content[: len(content) - len(content) % _NUMBER.size]
    for place, (number,) in enumerate(_NUMBER.iter_unpack(whole)):
        if number:
            totals[place] = totals.get(place, 0.0) + number
