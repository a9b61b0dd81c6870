"""Virus scanners: none by default, or clamd over its socket (INSTREAM) when HUIYIN_CLAMD names one."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Literal, Protocol

from app.domain.errors import GatewayError

Verdict = Literal["clean", "infected", "unscanned"]
TIMEOUT = 60.0
_PIECE = 256 * 1024


class Scanner(Protocol):
    """Looks at a file's content."""

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Say what was found. Raises GatewayError when the scanner cannot tell."""


class NoScanner:
    """No scanner is set up."""

    def scan(self, chunks: Iterable[bytes]) -> Verdict:  # noqa: ARG002 - nobody looks
        """Nothing was looked at."""
        return "unscanned"


class Clamd:
    """clamd at ``unix:/path`` or ``host:port``."""

    def __init__(self, address: str, timeout: float = TIMEOUT) -> None:
        """Take the address; nothing is opened yet."""
        self.address, self.timeout = address, timeout

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Stream the file to clamd. Anything but a plain OK or FOUND is no answer: GatewayError."""
        try:
            answer = self._ask(chunks)
        except OSError as error:
            raise GatewayError(f"The virus scanner cannot be reached: {error.strerror or error}.") from error
        if answer.endswith(" FOUND"):
            return "infected"
        if answer == "stream: OK":
            return "clean"
        raise GatewayError("The virus scanner gave no clear answer.")

    def _ask(self, chunks: Iterable[bytes]) -> str:
        with self._connected() as link:
            link.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), _PIECE):
                    piece = chunk[start : start + _PIECE]
                    link.sendall(len(piece).to_bytes(4, "big") + piece)
            link.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and (part := link.recv(4096)):
                answer += part
        return answer.rstrip(b"\0\n").decode(errors="replace")

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(self.timeout)
            try:
                link.connect(self.address.removeprefix("unix:"))
            except OSError:
                link.close()
                raise
            return link
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.timeout)


def make_scanner(address: str) -> Scanner:
    """The scanner at an address; without one, none."""
    return Clamd(address) if address else NoScanner()
