"""Under the virtual clock an event before which nothing else can happen comes without a turn of the event loop. Nobody
may notice: whatever there is beside, it must be as if the loop had turned."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import playhead
import playhead.httpx
from playhead.clocks.loop import VirtualClock
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

REQUESTS = 6


def saved(folder: Path, spans: list[tuple[int, int]]) -> Path:
    """Requests that were recorded from one instant to another, with a head and two chunks in between."""
    exchanges = []
    for number, (start_us, took_us) in enumerate(spans):
        head_us, end_us = start_us + took_us // 3, start_us + took_us
        timing = Timing(start_us, None, start_us, head_us, (Chunk(head_us, 1, 0), Chunk(end_us, 1, 0)), end_us)
        response = Response(200, "OK", body=b"ab")
        exchanges.append(Exchange(number + 1, Request("GET", f"http://api.test/{number}"), response, timing=timing))
    path = folder / "alone.json"
    playhead.save(Cassette(exchanges), path)
    return path


def trace(path: Path, program: Callable[[Callable[[int], object]], object], *, debug: bool) -> list[tuple[int, float]]:
    seen: list[tuple[int, float]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with (
            playhead.use_cassette(path, timing="virtual", intercept=False) as deck,
            httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client,
        ):

            async def get(number: int) -> None:
                async with client.stream("GET", f"http://api.test/{number}") as response:
                    seen.append((number, loop.time()))
                    async for _ in response.aiter_raw():
                        seen.append((number, loop.time()))
                seen.append((number, loop.time()))

            await program(get)  # type: ignore[misc]

    with asyncio.Runner(loop_factory=VirtualClock, debug=debug) as runner:
        runner.run(main())
    return seen


spans = st.tuples(st.integers(0, 50), st.integers(0, 30))
steps = st.lists(
    st.tuples(st.integers(0, REQUESTS - 1), st.integers(0, 40), st.booleans()),
    max_size=6,
    unique_by=lambda each: each[0],
)


@given(spans=st.lists(spans, min_size=REQUESTS, max_size=REQUESTS), tasks=st.lists(steps, min_size=1, max_size=3))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_as_if_the_loop_had_turned(
    tmp_path: Path, spans: list[tuple[int, int]], tasks: list[list[tuple[int, int, bool]]]
) -> None:
    path = saved(tmp_path, spans)
    numbers = {number for task in tasks for number, _, _ in task}

    async def program(get: Callable[[int], object]) -> None:
        left = set(numbers)

        async def act(task: list[tuple[int, int, bool]]) -> None:
            for number, pause_us, patient in task:
                await asyncio.sleep(pause_us / 1e6)
                if number not in left:
                    continue
                left.discard(number)
                try:
                    async with asyncio.timeout(None if patient else 11e-6):
                        await get(number)  # type: ignore[misc]
                except TimeoutError:
                    pass

        await asyncio.gather(*map(act, tasks))

    # In debug mode, the loop always turns.
    assert trace(path, program, debug=False) == trace(path, program, debug=True)


def test_a_program_that_is_alone_makes_no_turns(tmp_path: Path) -> None:
    path = saved(tmp_path, [(number * 100, 60) for number in range(REQUESTS)])
    turns = 0

    async def program(get: Callable[[int], object]) -> None:
        nonlocal turns
        loop = asyncio.get_running_loop()
        selector = loop._selector  # type: ignore[attr-defined]
        select = selector.select

        def counted(timeout: float | None = None) -> object:
            nonlocal turns
            turns += 1
            return select(timeout)

        selector.select = counted
        for number in range(REQUESTS):
            await get(number)  # type: ignore[misc]
        selector.select = select

    idle = len(sys._current_frames()) > 1  # other threads, also a test runner's own, are looked at
    seen = trace(path, program, debug=False)
    assert seen[-1] == (REQUESTS - 1, 60e-6 * REQUESTS)
    assert turns == 0 or idle


@contextmanager
def a_callback(loop: VirtualClock) -> Iterator[None]:
    loop.call_soon(int)
    yield


@contextmanager
def a_timer(loop: VirtualClock) -> Iterator[None]:
    loop.call_at(1.0, int)
    yield


@contextmanager
def a_thread(loop: VirtualClock) -> Iterator[None]:
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait)
    thread.start()
    yield
    go_on.set()
    thread.join()


@contextmanager
def debug_mode(loop: VirtualClock) -> Iterator[None]:
    loop.set_debug(True)
    yield


@contextmanager
def a_cancellation(loop: VirtualClock) -> Iterator[None]:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    yield
    task.uncancel()


@pytest.mark.parametrize(
    "what", [a_callback, a_timer, lambda loop: loop.clock.hold(), a_thread, debug_mode, a_cancellation]
)
def test_what_else_may_happen_comes_first(what: Callable[[VirtualClock], AbstractContextManager[None]]) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualClock)
        with what(loop):
            assert not loop.advance(1.0)
            assert loop.time() < 0.9
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=VirtualClock) as runner:
        runner.run(main())


ENDLESS = """
import asyncio, signal, sys, httpx, playhead

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored by what it runs in the background

async def main():
    if sys.argv[2] == "SIGTERM":
        task = asyncio.current_task()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with playhead.use_cassette(sys.argv[1], timing="virtual", repeat=True), httpx.AsyncClient() as client:
        print("ready", flush=True)
        while True:
            await client.get("http://api.test/0")

with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_program_that_never_waits_for_anything_else_can_be_ended(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-c", ENDLESS, str(saved(tmp_path, [(0, 10)])), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.kill(process.pid, getattr(signal, name))
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert ("KeyboardInterrupt" if name == "SIGINT" else "CancelledError") in errors


def test_a_synchronous_client_makes_the_loop_that_it_blocks_late(tmp_path: Path) -> None:
    path, late = saved(tmp_path, [(0, 60), (100, 90)]), list[float]()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        with (
            playhead.use_cassette(path, timing="virtual", intercept=False) as deck,
            httpx.Client(transport=playhead.httpx.Transport(deck)) as client,
        ):
            loop.call_later(20e-6, lambda: late.append(loop.time()))
            client.get("http://api.test/0")
            assert loop.time() == 60e-6
            for _ in range(2):
                await asyncio.sleep(0)
            assert late == [60e-6]
            with pytest.raises(httpx.ReadTimeout):
                client.get("http://api.test/1", timeout=10e-6)
            assert loop.time() == 70e-6

    with asyncio.Runner(loop_factory=VirtualClock) as runner:
        runner.run(main())


def test_a_thread_may_make_the_first_request_of_a_deck(tmp_path: Path) -> None:
    with (
        playhead.use_cassette(saved(tmp_path, [(0, 60)]), timing="virtual", intercept=False) as deck,
        httpx.Client(transport=playhead.httpx.Transport(deck)) as client,
        asyncio.Runner(loop_factory=VirtualClock) as runner,
    ):
        assert runner.run(asyncio.to_thread(client.get, "http://api.test/0")).status_code == 200
