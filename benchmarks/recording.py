"""Recording from a service on loopback, beside the bare client: small answers, and one streamed body of 1 GiB; then
closing a deck that recorded many small answers.

python -m benchmarks recording
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

import playhead
import playhead.httpx
from benchmarks.material import HEADERS, body_of, url_of
from benchmarks.measure import Row, in_turns, medians, print_table, ratio, run_apart, scaled
from benchmarks.service import serving

__all__ = ["main"]

BATCH = 20
TURNS = scaled(150, 2)
STREAM_MIB = scaled(1024, 16)
RECORDINGS = scaled(20_000, 50)

Get = Callable[[int], Awaitable[None]]


def _requests(client: httpx.AsyncClient, url: str) -> Get:
    async def get(turn: int) -> None:
        for number in range(turn * BATCH, turn * BATCH + BATCH):
            await client.get(f"{url}/x/{number}")

    return get


async def _small(url: str, path: Path) -> Row:
    with playhead.use_cassette(path, record="all", intercept=False) as deck:
        transport = playhead.httpx.AsyncTransport(deck)
        async with httpx.AsyncClient() as bare, httpx.AsyncClient(transport=transport) as recorded:
            contenders = {"bare": _requests(bare, url), "recorded": _requests(recorded, url)}
            await in_turns(contenders, 5)
            found = medians(await in_turns(contenders, TURNS))
    one = {name: f"{seconds / BATCH * 1e6:.0f} us" for name, seconds in found.items()}
    return "a small JSON answer", one["bare"], one["recorded"], ratio(found["recorded"], found["bare"])


def _stream(url: str, *cassette: str) -> list[float]:
    used = run_apart(sys.executable, "-m", "benchmarks.streaming", f"{url}/stream/{STREAM_MIB}", *cassette)
    return [*map(float, used.printed.split()), round(used.mib)]


def _answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers=HEADERS, content=body_of(int(request.url.path.rpartition("/")[2])))


def _close(path: Path) -> float:
    """Return the seconds of a processor that a deck takes to close."""
    with playhead.use_cassette(path, record="all", intercept=False) as deck:
        transport = playhead.httpx.Transport(deck, httpx.MockTransport(_answer))
        with httpx.Client(transport=transport) as client:
            for number in range(RECORDINGS):
                client.get(url_of(number))
        started = time.process_time()
    return time.process_time() - started


def _print_closing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [(suffix, f"{_close(Path(folder) / f'many{suffix}'):.2f} s") for suffix in (".json", ".msgpack")]
    print_table(f"Closing a deck that recorded {RECORDINGS:,} small JSON answers", ("cassette", "CPU time"), rows)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        rows = [asyncio.run(_small(url, Path(folder) / "small.json"))]
        bare, recorded = _stream(url), _stream(url, f"{folder}/large.json")
    names = ("first byte of a stream", f"{STREAM_MIB} MiB streamed", "memory at its peak")
    for name, unit, plain, ours in zip(names, ("ms", "s", "MiB"), bare, recorded, strict=True):
        rows.append((name, f"{plain:g} {unit}", f"{ours:g} {unit}", f"{ours - plain:+.2f} {unit}"))
    print_table("Recording", ("", "bare client", "recorded", "difference"), rows)
    _print_closing()
