"""One request sent to the live service, and its answer as an exchange, redacted as a recording is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx

from playhead.clients.httpx.front import pairs
from playhead.codecs.coding import redo
from playhead.engine.take import Take
from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Request, header_values
from playhead.realtime import monotonic_ns
from playhead.store.spools import HeldSpool

__all__ = ["AGENT", "exchanged", "sendable"]

AGENT = "playhead-verify"
_CONDITIONAL = frozenset({"if-none-match", "if-modified-since"})
"""An answer that was a body shall be one again, not a 304."""
_ITS_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection"})


def sendable(request: Request) -> Request:
    """Return the request as it goes out: without the fields that the client writes itself, and without conditions."""
    left_out = _CONDITIONAL | _ITS_OWN
    headers = tuple(field for field in request.headers if field[0].lower() not in left_out)
    return Request(request.method, request.url, headers, request.body, request.coding)


async def exchanged(
    client: httpx.AsyncClient,
    request: Request,
    stored: Request,
    *,
    number: int,
    folder: Path,
    timeout_s: float,
    whole: bool,
) -> Exchange:
    """Send `request` (live values), and give the exchange of `stored` (its redacted form) and the answer as it came.

    Not `whole`: only the head is waited for, as the recording did. Whatever fails on the way is the exchange's failure.
    """
    finished: list[Exchange] = []
    began_ns = monotonic_ns()

    def now_us() -> int:
        return (monotonic_ns() - began_ns) // 1000

    take = Take(number, stored, 0, sink=lambda: HeldSpool(folder), done=lambda _, exchange: finished.append(exchange))
    try:
        async with asyncio.timeout(timeout_s):
            built = client.build_request(
                request.method, request.url, headers=_headers(_coded(request)), content=_content(request)
            )
            response = await client.send(built, stream=True)
            await _received(response, take, now_us, whole=whole)
    except TimeoutError:
        take.fail("ReadTimeout", f"no whole answer within {timeout_s:g} s", now_us())
    except (httpx.TransportError, httpx.InvalidURL) as error:
        take.fail(type(error).__name__, str(error), now_us())
    return finished[0]


async def _received(response: httpx.Response, take: Take, now_us: Callable[[], int], *, whole: bool) -> None:
    try:
        reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
        http = response.extensions.get("http_version", b"HTTP/1.1").decode("latin-1")
        asked_us = now_us()
        take.head(response.status_code, pairs(tuple(response.headers.raw)), asked_us, reason=reason, http=http)
        if not whole:
            take.abandon(asked_us)
            return
        async for chunk in response.aiter_raw():
            take.chunk(chunk, now_us(), now_us() - asked_us)
            asked_us = now_us()
        take.end(now_us(), now_us() - asked_us)
    finally:
        await response.aclose()


def _coded(request: Request) -> Headers:
    """Return the fields with the coding that the body is sent in: cassettes have that with the body."""
    if request.coding is None or not request.body or any(header_values(request.headers, "content-encoding")):
        return request.headers
    return (*request.headers, ("content-encoding", request.coding))


def _headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("utf-8", "surrogateescape")) for name, value in headers]


def _content(request: Request) -> bytes:
    assert isinstance(request.body, bytes)
    if request.coding is None or not request.body:
        return request.body
    return b"".join(redo(request.coding, [request.body]))
