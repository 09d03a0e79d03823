"""The trio clock: it jumps, the world takes its time, and a stuck program says so."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.clocks.running import clock
from playhead.clocks.trio import TrioVirtualClock
from playhead.errors import NothingCanHappen
from tests.clocks.support import no_time, slow_server

DELAY_S = 0.15


def run(main: Callable[[], Awaitable[None]]) -> TrioVirtualClock:
    virtual = TrioVirtualClock()
    trio.run(main, clock=virtual)
    return virtual


async def jumps_again() -> None:
    with no_time():
        await trio.sleep(3600)


@given(st.lists(st.integers(0, 10**10), max_size=20))
@settings(max_examples=30, deadline=None)
def test_sleepers_wake_in_order_and_at_their_exact_instants(durations_us: list[int]) -> None:
    woken: list[float] = []

    async def sleeper(us: int) -> None:
        await trio.sleep(us / 1e6)
        woken.append(trio.current_time())

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for us in durations_us:
                nursery.start_soon(sleeper, us)

    run(main)
    assert woken == [us / 1e6 for us in sorted(durations_us)]


def test_timeouts_take_no_time() -> None:
    async def main() -> None:
        with trio.move_on_after(3600) as scope:
            await trio.sleep(math.inf)
        assert scope.cancelled_caught
        assert trio.current_time() == 3600

    with no_time():
        assert run(main).jumps == 1


def test_waiting_until_all_are_blocked_comes_before_a_jump() -> None:
    async def main() -> None:
        for _ in range(100):
            await trio.testing.wait_all_tasks_blocked()
            assert trio.current_time() == 0

    async def with_a_sleeper() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep, 5)
            await main()

    run(with_a_sleeper)


def test_threads_and_their_callbacks() -> None:
    async def main() -> None:
        with trio.fail_after(30):
            await trio.to_thread.run_sync(time.sleep, DELAY_S)
        assert trio.current_time() >= DELAY_S / 2  # it stands still until the thread is seen
        await jumps_again()
        token, event = trio.lowlevel.current_trio_token(), trio.Event()

        def ring() -> None:
            time.sleep(DELAY_S)
            token.run_sync_soon(event.set)

        thread = threading.Thread(target=ring)
        thread.start()
        with trio.fail_after(30):
            await event.wait()
        thread.join()
        await jumps_again()

    run(main)


def test_a_thread_that_ends_just_as_the_clock_looks_for_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    may_ring = threading.Event()

    async def main() -> None:
        token, event = trio.lowlevel.current_trio_token(), trio.Event()

        def ring() -> None:
            may_ring.wait(30)
            token.run_sync_soon(event.set)

        thread = threading.Thread(target=ring)
        thread.start()

        def ended_meanwhile() -> bool:
            may_ring.set()
            thread.join()
            return False

        monkeypatch.setattr("playhead.clocks.trio.any_thread", ended_meanwhile)
        with trio.fail_after(30):
            await event.wait()
        assert trio.current_time() < 1

    run(main)


def test_httpx_to_a_slow_server() -> None:
    async def main(url: str) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            for _ in range(3):
                assert (await client.get(url)).text == "ok"
                await jumps_again()
            with pytest.raises(httpx.ReadTimeout):
                await client.get(url, timeout=DELAY_S / 3)

    with slow_server(DELAY_S) as url:
        run(lambda: main(url))


@pytest.mark.parametrize("pipes", [False, True])
def test_subprocesses_with_and_without_pipes(pipes: bool) -> None:
    program = [sys.executable, "-c", f"import time; time.sleep({DELAY_S}); print('done')"]

    async def main() -> None:
        with trio.fail_after(60):
            done = await trio.run_process(program, capture_stdout=pipes)
        assert done.stdout == (b"done\n" if pipes else None)
        await jumps_again()

    run(main)


def test_hold_lets_the_clock_run_with_the_world() -> None:
    async def main() -> None:
        began = time.monotonic()
        with clock.hold():
            await trio.sleep(0.1)
        assert time.monotonic() - began >= 0.1
        await jumps_again()
        assert clock.virtual
        assert clock.now_us() == round(trio.current_time() * 1e6)

    run(main)


def test_a_program_in_which_nothing_can_happen_says_what_each_task_waits_for() -> None:
    cleaned: list[str] = []

    async def child() -> None:
        try:
            await trio.sleep_forever()
        finally:
            cleaned.append("up")

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(child)
            await trio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        run(main)
    (error,) = caught.value.exceptions
    assert isinstance(error, NothingCanHappen)
    assert [what for _, what, _ in error.waits] == ["sleep_forever", "Event.wait"]
    assert cleaned == ["up"]


def test_a_stuck_task_alone_gets_the_error_itself() -> None:
    with pytest.raises(NothingCanHappen):
        run(trio.sleep_forever)


def test_ten_thousand_sleeps_take_no_time() -> None:
    async def main() -> None:
        for _ in range(10_000):
            await trio.sleep(3.6)
        assert trio.current_time() == pytest.approx(36_000)

    with no_time():
        assert run(main).jumps == 10_000
