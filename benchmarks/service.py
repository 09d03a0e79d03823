"""A service in a process of its own: a small JSON answer below `/x`, and streams of any size below `/stream/MIB`."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

__all__ = ["app", "serving"]

BLOCK = b"x" * 65_536
BLOCKS_A_MIB = 16

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], _receive: object, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] != "http":
        return
    streams = scope["path"].startswith("/stream/")
    media = b"application/octet-stream" if streams else b"application/json"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", media)]})
    if streams:
        for _ in range(int(scope["path"].rpartition("/")[2]) * BLOCKS_A_MIB):
            await send({"type": "http.response.body", "body": BLOCK, "more_body": True})
    await send({"type": "http.response.body", "body": b"" if streams else b'{"id": 1, "name": "Ada", "tags": ["a"]}'})


@contextmanager
def serving() -> Iterator[str]:
    """Serve it on loopback; gives the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "benchmarks.service:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        _await(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _await(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url)
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing is serving at {url}")
