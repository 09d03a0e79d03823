"""A real HTTP server on loopback, on raw sockets, that can misbehave: resets, endless streams, odd heads, slow bytes.

Every path is a behaviour. The server counts its requests, so that a test can tell a replay from a second visit.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

Head = dict[str, str]


class Wire:
    """A server in threads; `port` is bound before the constructor returns."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.seen: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # to close it alone would leave its thread in accept() for good
        self._socket.close()
        self._thread.join(10)
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                while self._answer(connection, lines):
                    pass
        except (OSError, ValueError):
            return

    def _answer(self, connection: socket.socket, lines: object) -> bool:
        start = lines.readline()  # type: ignore[attr-defined]
        if not start:
            return False
        method, target, _ = start.decode("latin-1").split(" ", 2)
        headers: Head = {}
        while line := lines.readline().strip():  # type: ignore[attr-defined]
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = _read_body(lines, headers)
        split = urlsplit(target)
        self.seen[split.path] += 1
        self.bodies.append(body)
        behaviour = BEHAVIOURS.get(split.path.split("/")[1], missing)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        return behaviour(Request(connection, method, target, split.path, query, headers, body, self.seen[split.path]))


class Request:
    def __init__(
        self,
        connection: socket.socket,
        method: str,
        target: str,
        path: str,
        query: Head,
        headers: Head,
        body: bytes,
        turn: int,
    ) -> None:
        self.connection, self.method, self.target, self.path = connection, method, target, path
        self.query, self.headers, self.body, self.turn = query, headers, body, turn

    def send(self, status: str, headers: list[tuple[str, str]], body: bytes = b"", version: str = "HTTP/1.1") -> bool:
        head = "".join(f"{name}: {value}\r\n" for name, value in [*headers, ("Content-Length", str(len(body)))])
        self.connection.sendall(
            f"{version} {status}\r\n{head}\r\n".encode("latin-1") + (b"" if self.method == "HEAD" else body)
        )
        return True

    def start_chunked(self, headers: list[tuple[str, str]]) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in [*headers, ("Transfer-Encoding", "chunked")])
        self.connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode("latin-1"))

    def chunk(self, data: bytes) -> None:
        self.connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def number(self, name: str, default: float) -> float:
        return float(self.query.get(name, default))


def _read_body(lines: object, headers: Head) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(lines.readline(), 16):  # type: ignore[attr-defined]
            body += lines.read(size)  # type: ignore[attr-defined]
            lines.readline()  # type: ignore[attr-defined]
        lines.readline()  # type: ignore[attr-defined]
        return body
    return lines.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined,no-any-return]


def as_json(request: Request) -> bool:
    time.sleep(request.number("delay", 0))
    value = {"path": request.path, "turn": request.turn, "query": request.query}
    return request.send("200 OK", [("Content-Type", "application/json")], json.dumps(value).encode())


def echo(request: Request) -> bool:
    return request.send("200 OK", [("Content-Type", request.headers.get("content-type", "text/plain"))], request.body)


def odd_head(request: Request) -> bool:
    headers = [("X-Zeta", "1"), ("x-Alpha", "2"), ("Link", "</a>; rel=next"), ("Link", "</b>"), ("X-ZETA", "3")]
    return request.send("299 Rather Odd", headers, b"odd")


def old(request: Request) -> bool:
    request.send("200 OK", [("Content-Type", "text/plain")], b"old", version="HTTP/1.0")
    return False


def status(request: Request) -> bool:
    code = request.path.split("/")[2]
    if code in ("204", "304"):
        request.connection.sendall(f"HTTP/1.1 {code} Nothing\r\nContent-Encoding: gzip\r\n\r\n".encode())
        return True
    return request.send(f"{code} Said So", [("Content-Type", "application/json")], b'{"status": %s}' % code.encode())


def stream(request: Request) -> bool:
    request.start_chunked([("Content-Type", "text/event-stream")])
    for number in range(int(request.number("n", 3))):
        request.chunk(b"data: %d\n\n" % number)
        time.sleep(request.number("gap", 0.02))
    request.chunk(b"")
    return True


def endless(request: Request) -> bool:
    request.start_chunked([("Content-Type", "text/event-stream")])
    for number in range(2000):
        request.chunk(b"data: %d\n\n" % number)
        time.sleep(0.01)
    return False


def reset(request: Request) -> bool:
    request.start_chunked([("Content-Type", "text/plain")])
    request.chunk(b"some ")
    time.sleep(0.05)
    request.chunk(b"of it")
    time.sleep(0.05)
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    return False


def hang_up(request: Request) -> bool:
    request.connection.shutdown(socket.SHUT_RDWR)
    return False


def slow_head(request: Request) -> bool:
    time.sleep(request.number("delay", 0.3))
    return request.send("200 OK", [], b"late")


def compressed(request: Request) -> bool:
    headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
    return request.send("200 OK", headers, gzip.compress(b'{"compressed": true}'))


def upgrade(request: Request) -> bool:
    request.connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n\x81\x05hello"
        % request.headers["upgrade"].encode()
    )
    return False


def coded(request: Request) -> bool:
    """A body in gzip, called what the query says, of bytes that gzip makes in another way than zlib's default."""
    coding = request.query.get("coding", "gzip")
    text = request.query.get("text", "some text, and some text again").encode()
    headers = [("Content-Type", "text/plain"), ("Content-Encoding", coding)]
    return request.send("200 OK", headers, gzip.compress(text, compresslevel=1))


def compressed_stream(request: Request) -> bool:
    request.start_chunked([("Content-Type", "text/plain"), ("Content-Encoding", "gzip")])
    coder = zlib.compressobj(wbits=31)
    for number in range(3):
        request.chunk(coder.compress(b"line %d\n" % number) + coder.flush(zlib.Z_SYNC_FLUSH))
        time.sleep(0.02)
    request.chunk(coder.flush())
    request.chunk(b"")
    return True


def badly_compressed(request: Request) -> bool:
    return request.send("200 OK", [("Content-Encoding", "x-unknown")], b"\x00\xff\xfe")


def redirect(request: Request) -> bool:
    return request.send("302 Found", [("Location", "/json/target")])


def digest(request: Request) -> bool:
    if "authorization" not in request.headers:
        challenge = 'Digest realm="wire", nonce="abcdef0123456789", qop="auth", algorithm=MD5'
        return request.send("401 Unauthorized", [("WWW-Authenticate", challenge)])
    return request.send("200 OK", [("Content-Type", "text/plain")], b"welcome")


def binary(request: Request) -> bool:
    size = int(request.number("size", 1000))
    return request.send("200 OK", [("Content-Type", "application/octet-stream")], pattern(size))


def missing(request: Request) -> bool:
    return request.send("404 Not Found", [("Content-Type", "text/plain")], b"no such behaviour")


def pattern(size: int) -> bytes:
    """Bytes that differ everywhere."""
    block = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(64))
    return (block * (size // len(block) + 1))[:size]


BEHAVIOURS: dict[str, Callable[[Request], bool]] = {
    "json": as_json,
    "echo": echo,
    "odd-head": odd_head,
    "old": old,
    "status": status,
    "stream": stream,
    "endless": endless,
    "reset": reset,
    "hang-up": hang_up,
    "slow-head": slow_head,
    "gzip": compressed,
    "gzip-stream": compressed_stream,
    "coded": coded,
    "upgrade": upgrade,
    "bad-coding": badly_compressed,
    "redirect": redirect,
    "digest": digest,
    "binary": binary,
}


@contextmanager
def wire() -> Iterator[Wire]:
    """A server for the length of a block."""
    server = Wire()
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
