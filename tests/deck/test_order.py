"""The recorded order of concurrent completions, at every speed and on every loop; and no deadlock, whatever a program
does."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import playhead
import playhead.httpx
from playhead.deck.deck import session_of
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing
from tests.support.threads import noting_at_once

REQUESTS = 50
GAP_US = 10_000
RANKS = random.Random(4).sample(range(REQUESTS), REQUESTS)
"""RANKS[i]: as which one request i completed when it was recorded."""


def exchange(number: int, start_us: int, end_us: int, *, complete: bool = True) -> Exchange:
    head_us = start_us + (end_us - start_us) * 3 // 4
    return Exchange(
        number + 1,
        Request("GET", f"http://api.test/{number}"),
        Response(200, "OK", body=b"x", complete=complete),
        timing=Timing(start_us, None, start_us + 5, head_us, (Chunk((head_us + end_us) // 2, 1, 100),), end_us),
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty concurrent requests that were recorded as completing 10 ms apart, in another order than they started."""
    found = tmp_path_factory.mktemp("order") / "fifty.json"
    playhead.save(Cassette([exchange(each, each * 20, GAP_US * (RANKS[each] + 1)) for each in range(REQUESTS)]), found)
    return found


Get = Callable[[int], Awaitable[None]]


async def completions(path: Path, timing: str | float, program: Callable[[Get], Awaitable[None]]) -> list[int]:
    """The ranks of the requests in the order in which their callers got on."""
    done: list[int] = []
    async with playhead.use_cassette(path, timing=timing, intercept=False) as deck:
        transport = playhead.httpx.AsyncTransport(deck)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:

            async def get(number: int) -> None:
                await client.get(f"/{number}")
                done.append(RANKS[number])

            await program(get)
    return done


async def plain(get: Get) -> None:
    async with anyio.create_task_group() as group:
        for number in range(REQUESTS):
            group.start_soon(get, number)


async def in_wait_for(get: Get) -> None:
    await asyncio.gather(*(asyncio.wait_for(get(number), 30) for number in range(REQUESTS)))


SPEEDS = ["instant", 1000, 100, 10]


@pytest.mark.parametrize("timing", SPEEDS)
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_no_pair_is_inverted(path: Path, timing: str | float, backend: str) -> None:
    for _ in range(3):
        assert anyio.run(completions, path, timing, plain, backend=backend) == list(range(REQUESTS))


@pytest.mark.parametrize("timing", SPEEDS)
def test_no_pair_is_inverted_by_callers_that_are_wrapped(path: Path, timing: str | float) -> None:
    for _ in range(3):
        assert asyncio.run(completions(path, timing, in_wait_for)) == list(range(REQUESTS))


@contextmanager
def busy_cores() -> Iterator[None]:
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


@pytest.mark.parametrize("timing", ["instant", 100])
def test_no_pair_is_inverted_on_a_busy_machine(path: Path, timing: str | float) -> None:
    with busy_cores():
        for _ in range(10):
            assert asyncio.run(completions(path, timing, in_wait_for)) == list(range(REQUESTS))


def test_no_pair_is_inverted_on_uvloop(path: Path) -> None:
    uvloop = pytest.importorskip("uvloop")
    for _ in range(5):
        assert uvloop.run(completions(path, "instant", in_wait_for)) == list(range(REQUESTS))


def test_threads_keep_the_order_too(path: Path) -> None:
    async def program(_: Get) -> None:
        return

    done: list[int] = []
    with noting_at_once(), playhead.use_cassette(path, intercept=False) as deck:
        client = httpx.Client(transport=playhead.httpx.Transport(deck), base_url="http://api.test")

        def get(number: int) -> None:
            client.get(f"/{number}")
            done.append(RANKS[number])

        async def main() -> None:
            limiter = anyio.CapacityLimiter(REQUESTS)
            async with anyio.create_task_group() as group:
                for number in range(REQUESTS):
                    group.start_soon(lambda each: anyio.to_thread.run_sync(get, each, limiter=limiter), number)

        anyio.run(main)
    assert done == list(range(REQUESTS))


@pytest.mark.parametrize("timing", ["instant", 10])
def test_a_client_that_blocks_the_loop_does_not_wait_for_a_task_of_it(tmp_path: Path, timing: str | float) -> None:
    path = tmp_path / "blocking.json"
    playhead.save(Cassette([exchange(0, 0, 100_000), exchange(1, 10, 200_000)]), path)

    async def main() -> list[str]:
        done: list[str] = []
        with playhead.use_cassette(path, timing=timing, intercept=False) as deck:
            async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:

                async def first() -> None:
                    await client.get("http://api.test/0")
                    done.append("first")

                task = asyncio.create_task(first())
                await asyncio.sleep(0)
                with httpx.Client(transport=playhead.httpx.Transport(deck)) as blocking:
                    blocking.get("http://api.test/1")
                done.append("second")
                await task
        return done

    assert sorted(asyncio.run(asyncio.wait_for(main(), 10))) == ["first", "second"]


def virtually(main: Callable[[], Awaitable[Any]]) -> Any:
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(main())  # type: ignore[arg-type]


def test_under_virtual_time_instants_are_exact(path: Path) -> None:
    async def main() -> list[tuple[int, int]]:
        loop, seen = asyncio.get_running_loop(), []

        async def program(get: Get) -> None:
            async def one(number: int) -> None:
                await asyncio.sleep(number * 20e-6)  # as recorded
                await get(number)
                seen.append((RANKS[number], round(loop.time() * 1e6)))

            await asyncio.gather(*map(one, range(REQUESTS)))

        await completions(path, "virtual", program)
        return seen

    assert virtually(main) == [(rank, GAP_US * (rank + 1)) for rank in range(REQUESTS)]


async def ties(path: Path, order: list[int]) -> list[int]:
    """Six requests that are told apart by a microsecond at most, their tasks started in this order."""
    requests = [httpx.Request("GET", f"http://api.test/{each}", extensions={"timeout": {}}) for each in range(6)]
    done: list[int] = []
    async with playhead.use_cassette(path, timing="virtual", intercept=False) as deck:
        transport = playhead.httpx.AsyncTransport(deck)  # a client would cost most of the time, a thousand times

        async def get(number: int) -> None:
            await asyncio.sleep((number + 1) * 1e-6)
            response = await transport.handle_async_request(requests[number])
            async for _ in response.aiter_raw():
                pass
            done.append(number)

        await asyncio.gather(*map(get, order))
    return done


def thousand_runs(path: str) -> None:
    """Print every order of completions that a thousand random orders of starting tasks gave."""
    shuffled = random.Random(1)
    orders = [shuffled.sample(range(6), 6) for _ in range(1000)]
    print({tuple(virtually(lambda: ties(Path(path), order))) for order in orders})  # noqa: B023  # called at once


def test_equal_instants_go_in_recorded_order_however_tasks_start(tmp_path: Path) -> None:
    path = tmp_path / "ties.json"
    playhead.save(Cassette([exchange(each, each, 5_000 + each * (each % 2)) for each in range(6)]), path)
    # In a process of its own: threads that other tests have left may do something, and the clock allows for that.
    code = "import sys; from tests.deck.test_order import thousand_runs; thousand_runs(sys.argv[1])"
    command = [sys.executable, "-c", code, str(path)]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, timeout=600)
    assert run.stdout == "{(0, 2, 4, 1, 3, 5)}\n", run.stderr


# What a program may do otherwise than it was recorded: leave out, reorder, pause, give up, limit, leave early.
actions = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(["get", "get", "late", "cancel", "leave", "limited", "retry"]),
    ),
    max_size=14,
    unique_by=lambda each: each[0],
)
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60), st.booleans()), min_size=12, max_size=12)


class Unruly:
    """A program that does otherwise than it was recorded."""

    def __init__(self, deck: playhead.Deck, client: httpx.AsyncClient) -> None:
        self._deck = deck
        self._client = client
        self._limit = anyio.Semaphore(2)

    async def act(self, number: int, action: str) -> None:
        await getattr(self, action)(number)

    async def get(self, number: int) -> None:
        try:
            await self._client.get(f"/{number}")
        except playhead.Exhausted as error:
            self._deck.acknowledge(error)  # its body was left early when it was recorded

    async def late(self, number: int) -> None:
        await anyio.sleep(0.003)
        await self.get(number)

    async def cancel(self, number: int) -> None:
        with anyio.move_on_after(0.001):
            await self.get(number)

    async def leave(self, number: int) -> None:
        async with self._client.stream("GET", f"/{number}"):
            return

    async def limited(self, number: int) -> None:
        async with self._limit:
            await self.get(number)

    async def retry(self, number: int) -> None:
        await self.get(number)
        await self.get(number)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("timing", ["instant", 1000])
@given(spans=spans, actions=actions)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_nothing_that_a_program_does_makes_it_hang(
    tmp_path: Path, backend: str, timing: str | float, spans: list[Any], actions: list[tuple[int, str]]
) -> None:
    path = tmp_path / "fuzz.json"
    exchanges = [
        exchange(each, start * 1000, (start + length) * 1000, complete=whole)
        for each, (start, length, whole) in enumerate(spans)
    ]
    playhead.save(Cassette(exchanges), path)

    async def main() -> None:
        async with playhead.use_cassette(path, timing=timing, intercept=False, repeat=True) as deck:
            transport = playhead.httpx.AsyncTransport(deck)
            async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
                with anyio.fail_after(5):
                    async with anyio.create_task_group() as group:
                        for number, action in actions:
                            group.start_soon(Unruly(deck, client).act, number, action)
            for swallowed in session_of(deck).misses:
                deck.acknowledge(swallowed)  # by a cancellation that came while it was being raised

    anyio.run(main, backend=backend)
