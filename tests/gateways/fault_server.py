"""A small SMS gateway on loopback that misbehaves on demand."""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
from contextlib import contextmanager


class Fault(socketserver.StreamRequestHandler):
    """Read one POST, keep it, answer by the server's current mode."""

    def handle(self):
        if not self.rfile.readline().strip():  # the probe of a client that speaks TLS, or nothing
            return
        headers = {}
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = json.loads(self.rfile.read(int(headers.get("content-length", 0))))
        self.server.seen.append((headers, body))
        mode = self.server.mode
        getattr(self, mode if isinstance(mode, str) else "answer")()

    def reply(self, status, content, *more):
        lines = [
            f"HTTP/1.1 {status} X",
            f"Content-Length: {len(content)}",
            "Connection: close",
            *more,
            "",
            "",
        ]
        self.wfile.write("\r\n".join(lines).encode() + content)

    def answer(self):
        status, content, *more = self.server.mode
        self.reply(status, content if isinstance(content, bytes) else json.dumps(content).encode(), *more)

    def silent(self):
        self.server.closing.wait(5)

    def drip(self):
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 100:
            if self.server.closing.wait(0.05):
                return
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def hang_up(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def half(self):
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"code": 0')

    def nonsense(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


class FaultServer(socketserver.ThreadingTCPServer):
    """`mode` is (status, content, *header lines) or names a misbehaviour; `seen` keeps the requests."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Fault)
        self.mode = (200, {"code": 0, "id": "A1"})
        self.seen = []
        self.closing = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """A client that goes away is part of the game."""


@contextmanager
def fault_server():
    with FaultServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
