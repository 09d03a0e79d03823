"""A child process that reads one large streamed body, recorded or not: milliseconds to its first byte, and seconds.

python -m benchmarks.streaming URL [CASSETTE]
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import nullcontext

import httpx

import playhead
import playhead.httpx


async def read(url: str, path: str | None) -> tuple[float, float]:
    """Seconds until the first byte of the body, and until its end."""
    recording = nullcontext(None) if path is None else playhead.use_cassette(path, record="all", intercept=False)
    with recording as deck:
        transport = None if deck is None else playhead.httpx.AsyncTransport(deck)
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get(httpx.URL(url).copy_with(path="/x"))
            first, started = 0.0, time.perf_counter()
            async with client.stream("GET", url) as response:
                async for _ in response.aiter_raw():
                    first = first or time.perf_counter() - started
            return first, time.perf_counter() - started


if __name__ == "__main__":
    first_s, all_s = asyncio.run(read(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
    print(f"{first_s * 1e3:.2f} {all_s:.2f}")
