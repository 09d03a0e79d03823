"""The order of completions: 50 concurrent requests, recorded 10 ms apart, replayed at several speeds.

    python -m benchmarks order

A pair is inverted if two requests complete in another order than they were recorded in. Programs under test wrap their
requests in `asyncio.wait_for`, which delays completions by turns of the loop; so does this one.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from os import cpu_count
from pathlib import Path

import httpx

import playhead
import playhead.httpx
from benchmarks.material import saved, url_of
from benchmarks.measure import Row, in_turns, medians, print_table, scaled
from benchmarks.replay import BATCH, requests
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["main"]

REQUESTS = scaled(50, 10)
GAP_US = 10_000
RUNS = scaled(100, 2)
SPEEDS: tuple[str | float, ...] = ("instant", 1000.0, 100.0, 10.0)
SEQUENTIAL = scaled(4_000, 50)
RANKS = random.Random(4).sample(range(REQUESTS), REQUESTS)


def _exchange(number: int) -> Exchange:
    end_us, start_us = GAP_US * (RANKS[number] + 1), number * 20
    chunks = (Chunk(end_us - 500, 1, 100),)
    timing = Timing(start_us, None, start_us + 5, end_us - 1_000, chunks, end_us)
    return Exchange(number + 1, Request("GET", url_of(number)), Response(200, "OK", body=b"x"), timing=timing)


async def _run(path: Path, timing: str | float) -> tuple[int, float]:
    done: list[int] = []
    with playhead.use_cassette(path, timing=timing, intercept=False) as deck:
        async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:

            async def one(number: int) -> None:
                await asyncio.wait_for(client.get(url_of(number)), 10)
                done.append(RANKS[number])

            started = time.perf_counter()
            await asyncio.gather(*map(one, range(REQUESTS)))
            seconds = time.perf_counter() - started
    return sum(first > second for first, second in combinations(done, 2)), seconds


@contextmanager
def _busy() -> Iterator[None]:
    """Keep every core busy."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(cpu_count() or 1)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def _row(path: Path, timing: str | float, load: str) -> Row:
    runs = [asyncio.run(_run(path, timing)) for _ in range(RUNS)]
    speed = timing if isinstance(timing, str) else f"{timing:g}x"
    return speed, load, str(sum(run[0] for run in runs)), f"{statistics.median(run[1] for run in runs) * 1e3:.0f} ms"


async def _sequential(path: Path) -> list[float]:
    """Microseconds for each request of a program that makes one after the other: instant, and at a speed."""
    with (
        playhead.use_cassette(path, timing="instant", intercept=False) as plain,
        playhead.use_cassette(path, timing=1e9, intercept=False) as paced,
    ):
        clients = [httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) for deck in (plain, paced)]
        contenders = {str(number): requests(client, SEQUENTIAL) for number, client in enumerate(clients)}
        found = medians(await in_turns(contenders, SEQUENTIAL // BATCH, clock=time.process_time))
    return [seconds / BATCH * 1e6 for seconds in found.values()]


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fifty.json"
        playhead.save(Cassette(list(map(_exchange, range(REQUESTS)))), path)
        rows = [_row(path, timing, "idle") for timing in SPEEDS]
        with _busy():
            rows += [_row(path, timing, "all cores busy") for timing in SPEEDS]
        print_table(
            f"{REQUESTS} concurrent requests, {RUNS} runs each", ("speed", "machine", "inverted pairs", "a run"), rows
        )
        plain, paced = asyncio.run(_sequential(saved(Path(folder), SEQUENTIAL, ".msgpack")))
    row = (f"{plain:.1f} us", f"{paced:.1f} us", f"{paced - plain:+.1f} us")
    print_table("One request of a sequential program", ("instant", "at a speed", "difference"), [row])
