"""Times of a run that a test can ask for: `deck.clock`, `deck.completions`, `deck.max_concurrency`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
import playhead.httpx
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Timing
from tests.support.wire import Wire

SPANS_MS = [(0, 300), (10, 100), (20, 200), (250, 280)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four requests, at most three of them at once; they ended in another order than they began."""
    exchanges = [
        Exchange(
            number + 1,
            Request("GET", f"http://api.test/{number}"),
            Response(200, "OK", body=b""),
            timing=Timing(start * 1000, None, start * 1000, start * 1000 + 1, (), end * 1000),
        )
        for number, (start, end) in enumerate(SPANS_MS)
    ]
    found = tmp_path / "four.json"
    playhead.save(Cassette(exchanges), found)
    return found


def virtually(main: Callable[[], Awaitable[Any]]) -> Any:
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(main())  # type: ignore[arg-type]


def on(deck: playhead.Deck) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck), base_url="http://api.test")


async def as_recorded(client: httpx.AsyncClient) -> None:
    async def get(number: int) -> None:
        await asyncio.sleep(SPANS_MS[number][0] / 1000)
        await client.get(f"/{number}")

    await asyncio.gather(*map(get, range(4)))


def test_under_virtual_time_all_of_it_is_exact(path: Path) -> None:
    async def main() -> None:
        async with playhead.use_cassette(path, timing="virtual", intercept=False) as deck, on(deck) as client:
            with deck.clock.elapsed() as took:
                await as_recorded(client)
                assert (took.us, took.seconds) == (300_000, 0.3)
                await asyncio.sleep(1.7)
            await asyncio.sleep(60)
            assert (took.us, took.seconds, repr(took)) == (2_000_000, 2.0, "<Elapsed 2.000000 s>")
            assert [call.path for call in deck.completions] == ["/1", "/2", "/3", "/0"]
            assert deck.max_concurrency == 3
            assert deck.clock.now_us() == 62_000_000

    virtually(main)


def test_at_once_the_order_is_the_recorded_one(path: Path) -> None:
    async def main() -> None:
        async with playhead.use_cassette(path, intercept=False) as deck, on(deck) as client:
            await asyncio.gather(*(client.get(f"/{number}") for number in range(4)))
            assert [call.path for call in deck.completions] == ["/1", "/2", "/3", "/0"]

    asyncio.run(main())


def test_one_after_the_other_is_no_concurrency(path: Path) -> None:
    async def main() -> tuple[int, list[str]]:
        async with playhead.use_cassette(path, intercept=False) as deck, on(deck) as client:
            assert (deck.max_concurrency, deck.completions) == (0, [])
            for number in (3, 0, 2, 1):
                await client.get(f"/{number}")
            return deck.max_concurrency, [call.path for call in deck.completions]

    assert asyncio.run(main()) == (1, ["/3", "/0", "/2", "/1"])


def test_a_semaphore_is_seen(path: Path) -> None:
    async def main() -> int:
        places = asyncio.Semaphore(2)
        async with playhead.use_cassette(path, timing="virtual", intercept=False) as deck, on(deck) as client:

            async def get(number: int) -> None:
                async with places:
                    await client.get(f"/{number}")

            await asyncio.gather(*map(get, range(4)))
            return deck.max_concurrency

    assert virtually(main) == 2


def test_what_was_given_up_or_left_has_not_completed(path: Path) -> None:
    async def main() -> None:
        async with playhead.use_cassette(path, timing="virtual", intercept=False) as deck, on(deck) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get("/0"), 0.0005)
            async with client.stream("GET", "/1"):
                pass
            with pytest.raises(playhead.NoMatch) as missed:
                await client.get("/unknown")
            deck.acknowledge(missed.value)
            await client.get("/2")
            assert [call.path for call in deck.completions] == ["/2"]
            assert deck.max_concurrency == 1

    virtually(main)


def test_a_failure_completes_a_request(tmp_path: Path) -> None:
    path = tmp_path / "failed.json"
    failed = Exchange(
        1, Request("GET", "http://api.test/"), failure=Failure("ConnectError"), timing=Timing(0, end_us=9)
    )
    playhead.save(Cassette([failed]), path)
    with playhead.use_cassette(path) as deck:
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://api.test/")
        assert [call.path for call in deck.completions] == ["/"]


def test_while_recording_it_is_what_happened(tmp_path: Path, server: Wire) -> None:
    async def main() -> None:
        async with playhead.use_cassette(tmp_path / "new.json", record="missing") as deck:
            async with httpx.AsyncClient(base_url=server.url) as client:
                with deck.clock.elapsed() as took:
                    await asyncio.gather(client.get("/json/slow?delay=0.2"), client.get("/json/quick"))
            assert [call.path for call in deck.completions] == ["/json/quick", "/json/slow"]
            assert deck.max_concurrency == 2
            assert 200_000 <= took.us < 10_000_000

    asyncio.run(main())


def test_in_real_time_the_clock_is_real(path: Path) -> None:
    with playhead.use_cassette(path) as deck:
        with deck.clock.elapsed() as took:
            time.sleep(0.02)
        assert 0.02 <= took.seconds < 10
        httpx.get("http://api.test/0")
        assert deck.max_concurrency == 1


def test_a_virtual_loop_is_measured_whatever_the_deck_does(path: Path) -> None:
    async def main() -> float:
        async with playhead.use_cassette(path, intercept=False) as deck:
            with deck.clock.elapsed() as took:
                await asyncio.sleep(3600)
            return took.seconds

    assert virtually(main) == 3600.0
