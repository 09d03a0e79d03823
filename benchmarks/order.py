"""The order of completions: 50 concurrent requests, recorded 10 ms apart, replayed at several speeds; and programs that
space their own requests.

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
from collections.abc import Iterator, Sequence
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
SPACED_REQUESTS = 20
SPACES_MS = (0, 1, 2, 5, 10, 20)
SPACED_RUNS = scaled(30, 1)
SPACED_DURATIONS_US = [random.Random(7).randint(1_000, 30_000) for _ in range(SPACED_REQUESTS)]


def _exchange(number: int) -> Exchange:
    return _timed(number, number * 20, GAP_US * (RANKS[number] + 1))


def _timed(number: int, start_us: int, end_us: int) -> Exchange:
    chunks = (Chunk(end_us - 500, 1, 100),)
    timing = Timing(start_us, None, start_us + 5, end_us - 800, chunks, end_us)
    return Exchange(number + 1, Request("GET", url_of(number)), Response(200, "OK", body=b"x"), timing=timing)


def _ends_us(space_ms: int) -> list[int]:
    return [number * space_ms * 1_000 + us for number, us in enumerate(SPACED_DURATIONS_US)]


def _spaced(folder: Path, space_ms: int) -> Path:
    """A cassette of a program that starts a request every so many milliseconds."""
    path, ends_us = folder / f"spaced-{space_ms}.json", _ends_us(space_ms)
    starts_us = (number * space_ms * 1_000 + number for number in range(SPACED_REQUESTS))
    playhead.save(
        Cassette([_timed(*each) for each in zip(range(SPACED_REQUESTS), starts_us, ends_us, strict=True)]), path
    )
    return path


async def _run(path: Path, timing: str | float, ranks: Sequence[int] = RANKS, space_ms: int = 0) -> tuple[int, float]:
    done: list[int] = []
    with playhead.use_cassette(path, timing=timing, intercept=False) as deck:
        async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:

            async def one(number: int) -> None:
                if space_ms:
                    await asyncio.sleep(number * space_ms / 1_000)
                await asyncio.wait_for(client.get(url_of(number)), 10)
                done.append(ranks[number])

            started = time.perf_counter()
            await asyncio.gather(*map(one, range(len(ranks))))
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


def _spaced_row(path: Path, space_ms: int, load: str) -> Row:
    """Inverted pairs at every speed, of a program that spaces its requests."""
    ends_us = _ends_us(space_ms)
    ranks = [sorted(range(SPACED_REQUESTS), key=ends_us.__getitem__).index(each) for each in range(SPACED_REQUESTS)]
    found = []
    for timing in SPEEDS:
        runs = [asyncio.run(_run(path, timing, ranks, space_ms)) for _ in range(SPACED_RUNS)]
        found.append(str(sum(inverted for inverted, _ in runs)))
    return f"{space_ms} ms", load, *found


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
        spaced = {space_ms: _spaced(Path(folder), space_ms) for space_ms in SPACES_MS}
        rows = [_spaced_row(file, space_ms, "idle") for space_ms, file in spaced.items()]
        with _busy():
            rows += [_spaced_row(file, space_ms, "all cores busy") for space_ms, file in spaced.items()]
        print_table(
            f"Inverted pairs of {SPACED_REQUESTS} requests that the program spaces, {SPACED_RUNS} runs each",
            ("space", "machine", *(speed if isinstance(speed, str) else f"{speed:g}x" for speed in SPEEDS)),
            rows,
        )
        plain, paced = asyncio.run(_sequential(saved(Path(folder), SEQUENTIAL, ".msgpack")))
    row = (f"{plain:.1f} us", f"{paced:.1f} us", f"{paced - plain:+.1f} us")
    print_table("One request of a sequential program", ("instant", "at a speed", "difference"), [row])
