"""Replay of one request, against bare `httpx.MockTransport` in the same run, at several sizes of the cassette.

    python -m benchmarks replay

Each turn is ten requests, each for another recording; it is timed in seconds of the processor, all peers in turn.
"Once" is a cassette that has just been opened: each recording is played for the first time, and built for that. They
are built many at a time, which the median does not show; so the mean is there too.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

import playhead
import playhead.httpx
from benchmarks.material import saved, url_of
from benchmarks.measure import Row, in_turns, medians, print_table, ratio, scaled
from benchmarks.peers import PEERS, bare_client

__all__ = ["main"]

BATCH = 10
TURNS = scaled(400, 3)
SIZES = (10, scaled(1_000, 20), scaled(100_000, 30))
LARGEST_FOR_PEERS = 1_000
PEER_TURNS = scaled(50, 2)

Get = Callable[[int], Awaitable[None]]


class Once:
    """A deck that plays each recording once, and is opened afresh when all are played."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._context: AbstractContextManager[playhead.Deck] | None = None
        self._client: httpx.AsyncClient | None = None

    def prepare(self, turn: int) -> None:
        """Open the deck if this turn begins a new round."""
        if turn * BATCH % self._size == 0:
            self.close()
            self._context = playhead.use_cassette(self._path, intercept=False)
            self._client = httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(self._context.__enter__()))

    async def get(self, turn: int) -> None:
        """The requests of one turn."""
        assert self._client is not None
        await requests(self._client, self._size)(turn)

    def close(self) -> None:
        """Leave the deck."""
        if self._context is not None:
            self._context.__exit__(None, None, None)


def requests(client: httpx.AsyncClient, size: int, step: int = 1) -> Get:
    """A turn of a client's: the next ten recordings, or every so manieth."""

    async def get(turn: int) -> None:
        for number in range(turn * BATCH, turn * BATCH + BATCH):
            await client.get(url_of(number * step % size))

    return get


async def _ours(folder: Path, size: int) -> dict[str, str]:
    once = {suffix: Once(saved(folder, size, suffix), size) for suffix in (".json", ".msgpack")}

    def prepare(turn: int) -> None:
        for each in once.values():
            each.prepare(turn)

    with playhead.use_cassette(saved(folder, size, ".msgpack"), intercept=False, repeat=True) as deck:
        again = httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck))
        for turn in range(min(size, 1_000) // BATCH):
            await requests(again, size)(turn)
        contenders: dict[str, Get] = {
            "MockTransport": requests(bare_client(), size),
            "playhead, again": requests(again, min(size, 1_000)),
            **{f"playhead, once {suffix}": each.get for suffix, each in once.items()},
        }
        times = await in_turns(contenders, TURNS, between=prepare, clock=time.process_time)
    for each in once.values():
        each.close()
    base, mean = statistics.median(times["MockTransport"]), statistics.fmean(times["MockTransport"])
    shown = {"MockTransport": f"{base / BATCH * 1e6:.0f} us"}
    for name, found in list(times.items())[1:]:
        shown[name] = ratio(statistics.median(found), base)
        if "once" in name:
            shown[f"{name}, mean"] = ratio(statistics.fmean(found), mean)
    return shown


async def _peer(name: str, folder: Path, size: int) -> str:
    if size > LARGEST_FOR_PEERS:
        return "-"
    step = max(size // (PEER_TURNS * BATCH), 1)  # from first to last: some peers search in order
    with PEERS[name](folder, size) as client:
        contenders = {"bare": requests(bare_client(), size, step), name: requests(client, size, step)}
        found = medians(await in_turns(contenders, PEER_TURNS, clock=time.process_time))
    return ratio(found[name], found["bare"])


def main() -> None:
    """Print the table."""
    columns: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            column = asyncio.run(_ours(Path(folder), size))
            columns.append(column | {name: asyncio.run(_peer(name, Path(folder), size)) for name in PEERS})
    rows: list[Row] = [(name, *(column[name] for column in columns)) for name in columns[0]]
    head = ("one request", *(f"{size:,} recordings" for size in SIZES))
    print_table("Replay of one request, in multiples of bare `httpx.MockTransport`", head, rows)
