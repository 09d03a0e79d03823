"""Run an ASGI application or a mail server on loopback, in a thread, for the length of a block; find free ports."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session
    from starlette.types import ASGIApp

__all__ = ["free_port", "mailing", "serving", "wait_for"]

START_S = 15.0


def free_port(preferred: int = 0) -> int:
    """Return a port on which nothing listens at the moment: the preferred one, if possible."""
    try:
        with socket.create_server(("127.0.0.1", preferred)) as probe:
            port: int = probe.getsockname()[1]
            return port
    except OSError:
        return free_port()


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve an application; connections are closed at the end of the block.

    Args:
        app: The application.
        port: The port to listen on; 0 for any free one.

    Yields:
        The base URL.
    """
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
    """Wait until something listens on a port.

    Raises:
        TimeoutError: Nothing listens after 15 seconds.
    """
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after {START_S:.0f} s")


class _Postbox:
    """Accepts every mail, and answers with its number."""

    def __init__(self) -> None:
        self._taken = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self._taken += 1
        return f"250 mail {self._taken} is on its way to {', '.join(envelope.rcpt_tos)}"


@contextmanager
def mailing() -> Iterator[tuple[str, int]]:
    """Run a mail server.

    Yields:
        Its host and port.
    """
    from aiosmtpd.controller import Controller

    controller = Controller(_Postbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield "127.0.0.1", controller.port
    finally:
        controller.stop()
