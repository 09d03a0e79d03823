"""Opening a cassette of 10,000 recordings and playing the first, beside vcrpy with libyaml: seconds of a processor.

python -m benchmarks opening
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

import playhead
import playhead.httpx
from benchmarks.material import saved, url_of
from benchmarks.measure import Row, print_table, scaled, side_by_side
from benchmarks.peers import PEERS, vcr_file

__all__ = ["main"]

SIZE = scaled(10_000, 50)
ROUNDS = scaled(5, 1)


def _ours(path: Path) -> Callable[[], None]:
    async def first() -> None:
        with playhead.use_cassette(path, intercept=False) as deck:
            async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:
                await client.get(url_of(0))

    return lambda: asyncio.run(first())


def _vcrpy(folder: Path) -> Callable[[], None]:
    async def first() -> None:
        with PEERS["vcrpy"](folder, SIZE) as client:
            await client.get(url_of(0))

    return lambda: asyncio.run(first())


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contenders = {suffix: _ours(saved(folder, SIZE, suffix)) for suffix in (".json", ".msgpack")}
        if "vcrpy" in PEERS:
            vcr_file(folder, SIZE)
            contenders["vcrpy"] = _vcrpy(folder)
        medians = side_by_side(contenders, ROUNDS, clock=time.process_time)
    slowest = medians.pop("vcrpy", 0.0)
    rows: list[Row] = [
        (f"playhead {suffix}", f"{seconds * 1e3:.0f} ms", f"{slowest / seconds:.0f}x faster" if slowest else "-")
        for suffix, seconds in medians.items()
    ]
    if slowest:
        rows.append(("vcrpy .yaml (libyaml)", f"{slowest * 1e3:.0f} ms", "1x"))
    print_table(f"Opening {SIZE:,} recordings and playing the first", ("cassette", "CPU time", "beside vcrpy"), rows)
