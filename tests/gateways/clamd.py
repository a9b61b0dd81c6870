"""A stand-in for clamd: INSTREAM over a socket; what holds EICAR is infected."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any, Self


class Stand:
    """Answers one connection after the other, in a thread."""

    def __init__(self, path: Path | None) -> None:
        self.seen: list[bytes] = []
        self.answer: bytes | None = None
        self.is_silent = False
        self._free = threading.Event()
        if path:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(str(path))
            self.address = f"unix:{path}"
        else:
            self._socket = socket.create_server(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._free.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link, link.makefile("rb") as given:
                self._answer(link, given)

    def _answer(self, link: socket.socket, given: Any) -> None:
        assert given.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(given.read(4), "big"):
            content += given.read(length)
        self.seen.append(content)
        if self.is_silent:
            self._free.wait(5)
            return
        verdict = b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0"
        link.sendall(verdict if self.answer is None else self.answer)
