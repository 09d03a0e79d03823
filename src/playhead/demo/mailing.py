"""Runs a mail server on loopback, in a thread, for the length of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from playhead.demo.serving import free_port

__all__ = ["mailing"]


class _Postbox:
    """Takes every mail, and says which one it was."""

    def __init__(self) -> None:
        self._taken = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # as aiosmtpd says
        self._taken += 1
        return f"250 mail {self._taken} is on its way to {', '.join(envelope.rcpt_tos)}"


@contextmanager
def mailing() -> Iterator[tuple[str, int]]:
    """Take mail, and give the host and the port."""
    controller = Controller(_Postbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield "127.0.0.1", controller.port
    finally:
        controller.stop()
