"""One HTTP POST with a hard limit on time and size, telling "never reached" from "fate unknown".

Built on http.client: no redirects, no proxies from the environment, no cookies, certificates checked.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

LARGEST_ANSWER: Final = 64 * 1024


def exchange(address: str, body: bytes, headers: Mapping[str, str], timeout: float) -> tuple[int, bytes]:
    """Post to an address; return status and content.

    Raises NotTaken when no connection came about, GatewayError when anything failed after that. ``timeout``
    (seconds) holds for connecting, and again for all the rest: a server that answers drop by drop is cut off.
    """
    parts = urlsplit(address)
    with closing(_connection(parts, timeout)) as connection:
        try:
            connection.connect()
        except (OSError, ValueError) as error:  # ValueError: a host name that cannot be one
            raise NotTaken(f"The gateway cannot be reached: {type(error).__name__}.") from error
        watch = threading.Timer(timeout, _cut, (connection.sock,))
        watch.daemon = True
        watch.start()
        try:
            return _talk(connection, parts, body, headers)
        except (OSError, HTTPException) as error:
            raise GatewayError(f"The gateway broke off: {type(error).__name__}.") from error
        finally:
            watch.cancel()


def _connection(parts: SplitResult, timeout: float) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(host, parts.port, timeout=timeout)


def _talk(connection: HTTPConnection, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    path = parts.path or "/"
    connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
    with connection.getresponse() as answer:
        content = answer.read(LARGEST_ANSWER + 1)
    if len(content) > LARGEST_ANSWER:
        raise HTTPException("answer too long")
    return answer.status, content


def _cut(sock: socket.socket) -> None:
    """End a conversation that takes too long: the reader then sees the end of the stream."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # past TLS, which another thread is using
    except OSError:
        return  # it has ended by itself
