"""Running a coroutine under the virtual clock, and what the real clock says about it."""

from __future__ import annotations

import asyncio
import http.server
import socketserver
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from playhead.clocks.loop import VirtualClock

T = TypeVar("T")
VIRTUAL_S = 3600.0
"""At least as much passes virtually in a block of `no_time`."""


def run(main: Callable[[], Coroutine[Any, Any, T]], *, debug: bool = False) -> T:
    with asyncio.Runner(loop_factory=VirtualClock, debug=debug) as runner:
        return runner.run(main())


@contextmanager
def no_time() -> Iterator[None]:
    """Fail unless the block takes less real time than virtual time, which is an hour or more."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < VIRTUAL_S


def now() -> float:
    return asyncio.get_running_loop().time()


class _Slow(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    delay_s = 0.0

    def do_GET(self) -> None:
        time.sleep(self.delay_s)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def slow_server(delay_s: float) -> Iterator[str]:
    """A real HTTP server in a thread, which keeps connections alive and answers after `delay_s`."""
    handler = type("Handler", (_Slow,), {"delay_s": delay_s})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
