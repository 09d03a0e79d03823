"""Replay of one request, against bare `httpx.MockTransport` in the same run, at several sizes of the cassette.

    python -m benchmarks replay

Peers are measured where they are installed: vcrpy, respx, pytest-httpx, cassetter.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

import playhead
import playhead.httpx
from benchmarks.measure import Row, print_table, ratio, side_by_side
from benchmarks.peers import PEERS, Peer
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

REQUESTS = 400
SIZES = (1, 10, 100, 1_000, 10_000, 100_000)
HEADERS = (("content-type", "application/json"), ("content-length", "31"), ("x-request-id", "abcdef"))


def url(number: int) -> str:
    """The URL of a recording."""
    return f"http://api.test/users/{number}"


def body(number: int) -> bytes:
    """The body of its response."""
    return json.dumps({"id": number, "name": "Ada"}).encode()


def cassette(size: int) -> Cassette:
    """A cassette of sequential requests, a millisecond apart."""
    return Cassette(
        [
            Exchange(
                number + 1,
                Request("GET", url(number)),
                Response(200, "OK", headers=HEADERS, body=body(number)),
                timing=Timing(
                    number * 1000,
                    None,
                    number * 1000 + 10,
                    number * 1000 + 400,
                    (Chunk(number * 1000 + 410, len(body(number)), 10),),
                    number * 1000 + 420,
                ),
            )
            for number in range(size)
        ]
    )


async def bare(client: httpx.AsyncClient, size: int) -> None:
    """The requests, in recorded order, again from the start when they run out."""
    for number in range(REQUESTS):
        await client.get(url(number % size))


def mock(size: int) -> Callable[[], Awaitable[None]]:
    """httpx's own fake, which answers every request alike."""

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HEADERS, content=body(1))

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
            await bare(client, size)

    return run


def ours(path: Path, size: int) -> Callable[[], Awaitable[None]]:
    """playhead, explicit; the deck is opened once, outside the measurement."""
    context = playhead.use_cassette(path, intercept=False, repeat=True)
    deck = context.__enter__()

    async def run() -> None:
        async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:
            await bare(client, size)

    return run


def main() -> None:
    """Print the table."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.msgpack"
            playhead.save(cassette(size), path)
            contenders = {"MockTransport": mock(size), "playhead": ours(path, size)}
            for peer in PEERS:
                if size <= peer.most:
                    contenders[peer.name] = peer.prepare(Path(folder), size, url, body, bare)
            medians = side_by_side({name: _runner(run) for name, run in contenders.items()})
            base = medians["MockTransport"]
            names = ["playhead", *(peer.name for peer in PEERS)]
            cells = [ratio(medians[name], base) if name in medians else "-" for name in names]
            rows.append((f"{size:,}", f"{base / REQUESTS * 1e6:.0f} us", *cells))
    head = ("interactions", "MockTransport", "playhead", *(peer.name for peer in PEERS))
    print_table("Replay of one request, ratio to bare httpx.MockTransport", head, rows)


def _runner(run: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def once() -> None:
        asyncio.run(_awaited(run))

    return once


async def _awaited(run: Callable[[], Awaitable[None]]) -> None:
    await run()


__all__ = ["Peer", "main"]
