"""Listening to httpcore through its `trace` extension. The caller's own trace stays in place."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from playhead.clients.recording import Recorder

__all__ = ["async_trace", "sync_trace"]

Trace = Callable[[str, dict[str, Any]], Any]
_CONNECTED = ("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")


def async_trace(recorder: Recorder, own: Trace | None) -> Callable[[str, dict[str, object]], Awaitable[None]]:
    """Return a trace for an asynchronous client that tells the recorder, then `own`."""

    async def trace(event: str, details: dict[str, object]) -> None:
        _note(recorder, event)
        if own is not None:
            result = own(event, details)
            if inspect.isawaitable(result):
                await result

    return trace


def sync_trace(recorder: Recorder, own: Trace | None) -> Callable[[str, dict[str, object]], None]:
    """Return a trace for a synchronous client that tells the recorder, then `own`."""

    def trace(event: str, details: dict[str, Any]) -> None:
        _note(recorder, event)
        if own is not None:
            own(event, details)

    return trace


def _note(recorder: Recorder, event: str) -> None:
    recorder.begun()
    if event.endswith(_CONNECTED):
        recorder.connected()
    elif event.endswith("send_request_body.complete"):
        recorder.sent()
