"""The timing tests of a tutorial, in virtual time: they take none, and always give the same answer.

What is recorded are the service's own response times; `pytest --record` on this file measures the service of today.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

import playhead
from tests.acceptance.users import Counter, UserClient, run_jobs

pytestmark = pytest.mark.cassette(timing="virtual")
not_recorded = pytest.mark.cassette(timing="virtual", record="none")

DELAYS_MS = (300, 40, 120, 80, 180, 10)
REQUESTS = 100


async def test_the_response_time_is_under_200_ms(deck: playhead.Deck, users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url) as client:
        with deck.clock.elapsed() as took:
            response = await client.get("/users/1")
    assert response.status_code == 200
    assert took.seconds < (5 if deck.recording else 0.2)
    if not deck.recording:
        assert took.seconds == response.elapsed.total_seconds()


@pytest.mark.cassette(wall_clock="recorded")
async def test_the_same_as_tutorials_write_it(deck: playhead.Deck, users_url: str) -> None:
    pytest.importorskip("time_machine")
    start = time.time()
    async with httpx.AsyncClient(base_url=users_url) as client:
        response = await client.get("/jobs/3", params={"delay_ms": 100})
    duration = time.time() - start
    assert response.status_code == 200
    assert 0.1 <= duration < (5 if deck.recording else 0.2)  # a busy machine is slow to record
    if not deck.recording:
        assert duration == pytest.approx(response.elapsed.total_seconds(), abs=1e-6)


async def test_ten_workers_make_500_requests_a_second(deck: playhead.Deck, users_url: str) -> None:
    # Recorded one at a time, so that the times are the service's and not those of a busy client.
    places = asyncio.Semaphore(1 if deck.recording else 10)
    async with httpx.AsyncClient(base_url=users_url) as client:

        async def ask(number: int) -> int:
            async with places:
                return (await client.get(f"/jobs/{number}", params={"delay_ms": 1})).status_code

        with deck.clock.elapsed() as took:
            statuses = await asyncio.gather(*map(ask, range(REQUESTS)))
    assert statuses == [200] * REQUESTS
    if not deck.recording:
        assert REQUESTS / took.seconds > 500
        assert deck.max_concurrency == 10


async def test_workers_with_different_delays_end_in_the_order_of_their_delays(
    deck: playhead.Deck, users_url: str
) -> None:
    counter = Counter()
    async with UserClient(users_url) as client:
        with deck.clock.elapsed() as took:
            results = await run_jobs(client, DELAYS_MS, at_once=len(DELAYS_MS), counter=counter)
    assert results == [1, 4, 9, 16, 25, 36]
    assert counter.done == [6, 2, 4, 3, 5, 1]
    assert [call.path for call in deck.completions] == [f"/jobs/{number}" for number in counter.done]
    assert deck.max_concurrency == len(DELAYS_MS)
    if not deck.recording:
        assert took.us == max(each.timing.last_us - each.timing.start_us for each in deck.interactions)


class UnsafeCounter:
    """Reads, waits, and writes: updates are lost."""

    def __init__(self) -> None:
        self.value = 0

    async def increment(self) -> None:
        current = self.value
        await asyncio.sleep(0.01)
        self.value = current + 1


class SafeCounter(UnsafeCounter):
    """A counter that increments under a lock."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def increment(self) -> None:
        async with self._lock:
            await super().increment()


@not_recorded
@pytest.mark.parametrize(
    ("counter", "value", "seconds"),
    [pytest.param(UnsafeCounter, 1, 0.01, id="unsafe"), pytest.param(SafeCounter, 100, 1.0, id="safe")],
)
async def test_a_counter_with_a_sleep_in_it(
    deck: playhead.Deck, counter: type[UnsafeCounter], value: int, seconds: float
) -> None:
    shared = counter()
    with deck.clock.elapsed() as took:
        await asyncio.gather(*(shared.increment() for _ in range(100)))
    assert (shared.value, took.seconds) == (value, seconds)


@not_recorded
async def test_an_hour_of_workers_is_over_at_once(deck: playhead.Deck) -> None:
    done: list[int] = []

    async def work(number: int, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        done.append(number)

    real = time.perf_counter()
    with deck.clock.elapsed() as took:
        await asyncio.gather(*(work(number, delay * 12) for number, delay in enumerate(DELAYS_MS, 1)))
    assert done == [6, 2, 4, 3, 5, 1]
    assert took.seconds == 3600.0
    assert time.perf_counter() - real < took.seconds / 60


@not_recorded
def test_a_hundred_runs_are_one_run() -> None:
    path = Path(__file__).parents[2] / "cassettes/acceptance/test_virtual_time"
    path /= "test_workers_with_different_delays_end_in_the_order_of_their_delays.json"
    if not path.exists():
        pytest.skip("not recorded yet")

    async def main() -> tuple[list[int], list[str], int]:
        async with playhead.use_cassette(path, timing="virtual", record="none") as deck:
            counter = Counter()
            async with UserClient("origin://users") as client:
                await run_jobs(client, DELAYS_MS, at_once=3, counter=counter)
            return counter.done, [call.path for call in deck.completions], deck.clock.now_us()

    def run() -> tuple[list[int], list[str], int]:
        with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
            return runner.run(main())

    first = run()
    assert all(run() == first for _ in range(99))
