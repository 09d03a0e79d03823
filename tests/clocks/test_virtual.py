"""Programs without anything real under the virtual clock: instants are exact, in order, and take no real time."""

from __future__ import annotations

import asyncio
import itertools
import random
import sys

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.clocks.loop import VirtualClock
from playhead.errors import NothingCanHappen
from tests.clocks.support import no_time, now, run

microseconds = st.integers(0, 10**10)


@given(st.lists(microseconds, max_size=30))
@settings(max_examples=60, deadline=None)
def test_sleepers_wake_in_order_and_at_their_exact_instants(durations_us: list[int]) -> None:
    woken: list[tuple[int, int, float]] = []

    async def sleeper(number: int, us: int) -> None:
        await asyncio.sleep(us / 1e6)
        woken.append((us, number, now()))

    async def main() -> None:
        await asyncio.gather(*itertools.starmap(sleeper, enumerate(durations_us)))

    run(main)
    # A sleep of nothing does not wait, so it has no timer; all the others are first in, first out.
    assert [(us, number) for us, number, _ in woken] == sorted((us, number) for number, us in enumerate(durations_us))
    assert all(at == us / 1e6 for us, _, at in woken)


@given(st.lists(st.floats(1e-12, 1e4), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_loop_that_sleeps_the_rest_always_gets_there(steps: list[float]) -> None:
    async def main() -> None:
        for step in steps:
            deadline = now() + step
            for _ in range(5):
                if now() >= deadline:
                    break
                await asyncio.sleep(deadline - now())
            assert now() >= deadline

    run(main)


def test_sums_of_sleeps_that_are_equal_on_paper_meet() -> None:
    order: list[str] = []

    async def main() -> None:
        async def twice() -> None:
            await asyncio.sleep(0.1)
            await asyncio.sleep(0.2)
            order.append(f"twice {now()}")

        async def once() -> None:
            await asyncio.sleep(0.3)
            order.append(f"once {now()}")

        await asyncio.gather(twice(), once())

    run(main)
    assert order == ["once 0.3", "twice 0.3"]


def test_timers_of_one_instant_fire_in_the_order_they_were_set() -> None:
    order: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in range(1000):
            loop.call_at(5.0, order.append, number)
        await asyncio.sleep(10)

    run(main)
    assert order == list(range(1000))


def test_a_day_of_sleeping_takes_no_time() -> None:
    async def main() -> float:
        for _ in range(24):
            await asyncio.sleep(3600)
        return now()

    with no_time():
        assert run(main) == 86400


def test_sleeps_longer_than_the_selector_can_wait() -> None:
    async def main() -> float:
        await asyncio.sleep(3600 * 24 * 365 * 100)
        await asyncio.sleep(1e-7)
        await asyncio.sleep(0.5)
        return now()

    with no_time():
        assert run(main) == pytest.approx(3600 * 24 * 365 * 100 + 0.5)


@pytest.mark.parametrize("debug", [False, True])
def test_timeouts_fire_at_their_instant(debug: bool) -> None:
    async def main() -> list[float]:
        seen = []
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(31)
        seen.append(now())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 60)
        seen.append(now())
        with pytest.raises(TimeoutError), anyio.fail_after(90):
            await anyio.sleep_forever()
        seen.append(now())
        async with asyncio.timeout(1):
            await asyncio.sleep(0.999999999)
        seen.append(now())
        return seen

    assert run(main, debug=debug) == [30, 90, 180, 180.999999999]


def test_a_program_that_polls_the_time_without_waiting_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playhead.clocks.loop.SPINNING_TURNS", 1_000)

    async def main() -> None:
        while now() < 0.5:
            await asyncio.sleep(0)

    run(main)


def test_the_same_program_interleaves_the_same_way_every_time() -> None:
    def once() -> list[tuple[float, int]]:
        chance = random.Random(7)
        trace: list[tuple[float, int]] = []

        async def worker(number: int, lock: asyncio.Semaphore) -> None:
            for _ in range(5):
                await asyncio.sleep(chance.choice([0, 0.1, 0.25, 1]))
                async with lock:
                    trace.append((now(), number))
                    await asyncio.sleep(chance.choice([0, 0.1]))

        async def main() -> None:
            lock = asyncio.Semaphore(3)
            await asyncio.gather(*(worker(number, lock) for number in range(20)))

        run(main)
        return trace

    first = once()
    assert all(once() == first for _ in range(20))


def test_a_program_in_which_nothing_can_happen_says_what_each_task_waits_for() -> None:
    async def consumer(queue: asyncio.Queue[int]) -> None:
        await queue.get()

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(consumer(queue), name="consumer")
            await asyncio.sleep(3600)
            await asyncio.get_running_loop().create_future()

    with no_time(), pytest.raises(NothingCanHappen) as caught:
        run(main)
    waits = {name: (what, where) for name, what, where in caught.value.waits}
    what, where = waits.pop("consumer")
    assert what == "Queue.get"
    assert "test_virtual.py:" in where
    assert where.endswith(" in consumer")
    ((what, where),) = waits.values()
    assert what == "a future that nobody has resolved"
    assert where.endswith(" in main")
    assert all(len(note) <= 76 for note in caught.value.__notes__)


def test_a_stuck_program_is_cleaned_up() -> None:
    cleaned: list[str] = []

    async def main() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("up")

    with pytest.raises(NothingCanHappen):
        run(main)
    assert cleaned == ["up"]


def test_a_timer_that_never_comes_is_no_timer() -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_at(float("inf"), print)
        await asyncio.Event().wait()

    with pytest.raises(NothingCanHappen):
        run(main)


def test_the_clock_counts_its_jumps() -> None:
    async def main() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualClock)
        await asyncio.sleep(1.5)
        await asyncio.sleep(2)
        return loop.clock.jumps, loop.clock.now_us()

    assert run(main) == (2, 3_500_000)


@pytest.mark.skipif(sys.platform == "win32", reason="is about Windows, and takes the loop of Unix apart")
def test_a_loop_without_signal_handlers_jumps_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """asyncio's loop has no `_signal_handlers` on Windows."""
    unix = asyncio.SelectorEventLoop
    monkeypatch.setattr(unix, "__init__", lambda self, selector=None: super(unix, self).__init__(selector))

    async def main() -> None:
        await asyncio.sleep(3600)
        await asyncio.Event().wait()

    with pytest.raises(NothingCanHappen):
        run(main)
