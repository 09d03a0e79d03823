"""Runs an ASGI application on loopback, in a thread, for the length of a block; and finds ports that are free."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

__all__ = ["free_port", "serving", "wait_for"]

START_S = 15.0


def free_port(preferred: int = 0) -> int:
    """A port on which nothing listens just now: the preferred one, if possible."""
    try:
        with socket.create_server(("127.0.0.1", preferred)) as probe:
            port: int = probe.getsockname()[1]
            return port
    except OSError:
        return free_port()


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an application, and give its base URL; connections are closed at the end of the block."""
    port = port or free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=START_S)


def wait_for(port: int) -> None:
    """Wait until something listens on a port."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after {START_S:.0f} s")
