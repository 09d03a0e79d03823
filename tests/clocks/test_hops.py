"""Threads that do a job for the loop and wait in it for that same loop: the clock jumps for them, whatever else there
is beside."""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import anyio
import anyio.from_thread
import anyio.to_thread
import httpx
import pytest
import trio
import uvicorn

from playhead.clocks.trio import TrioVirtualClock
from tests.clocks.support import no_time, now, run

HOURS_S = 3 * 3600


@contextmanager
def a_thread_that_serves() -> Iterator[str]:
    """A real server on an event loop in another thread of the process."""

    async def app(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def a_thread_that_waits() -> Iterator[str]:
    """A thread that sits in a socket, as a connection pool's might."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=ours.recv, args=(1,))
    thread.start()
    try:
        yield ""
    finally:
        theirs.send(b"x")
        thread.join()
        ours.close()
        theirs.close()


@contextmanager
def nothing() -> Iterator[str]:
    yield ""


async def by_anyio() -> None:
    await anyio.to_thread.run_sync(lambda: anyio.from_thread.run(anyio.sleep, HOURS_S))


async def by_to_thread() -> None:
    loop = asyncio.get_running_loop()

    def hop() -> None:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(HOURS_S / 3), loop).result()

    await asyncio.wait_for(asyncio.to_thread(hop), HOURS_S)
    await asyncio.gather(loop.run_in_executor(None, hop), loop.run_in_executor(None, hop))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        await asyncio.shield(loop.run_in_executor(pool, hop))


@pytest.mark.parametrize("beside", [nothing, a_thread_that_waits, a_thread_that_serves])
@pytest.mark.parametrize("way", [by_anyio, by_to_thread])
def test_a_hop_through_a_thread_takes_no_time(
    way: Callable[[], Awaitable[None]],
    beside: Callable[[], contextmanager[str]],  # type: ignore[type-arg]
) -> None:
    async def main() -> None:
        await way()
        assert HOURS_S <= now() < HOURS_S + 30

    with beside(), no_time():
        run(main)


def test_a_hop_beside_an_idle_connection_takes_no_time() -> None:
    async def main(url: str) -> None:
        async with httpx.AsyncClient() as client:
            for _ in range(3):
                assert (await client.get(url)).text == "ok"
                await by_anyio()
        ours, theirs = socket.socketpair()
        with theirs:
            _, writer = await asyncio.open_connection(sock=ours)
            await by_to_thread()
            writer.close()

    with a_thread_that_serves() as url, no_time():
        run(lambda: main(url))


def test_what_a_hop_asks_for_may_be_real() -> None:
    async def main() -> None:
        with anyio.fail_after(30):
            await anyio.to_thread.run_sync(lambda: anyio.from_thread.run(anyio.to_thread.run_sync, time.sleep, 0.1))
        assert now() >= 0.05  # it stands still until the thread is seen

    with a_thread_that_waits():
        run(main)


def test_a_job_beside_a_hop_takes_its_time() -> None:
    async def main() -> None:
        hop = asyncio.create_task(by_anyio())
        async with asyncio.timeout(30):
            await anyio.to_thread.run_sync(time.sleep, 0.1)
            await asyncio.to_thread(time.sleep, 0.1)
        await hop

    with a_thread_that_waits(), no_time():
        run(main)


def test_a_thread_that_waits_for_another_loop_is_no_hop() -> None:
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()

    async def main() -> None:
        def ask() -> None:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1), other).result()

        async with asyncio.timeout(30):
            await asyncio.to_thread(ask)

    try:
        run(main)
    finally:
        other.call_soon_threadsafe(other.stop)
        thread.join()
        other.close()


@pytest.mark.parametrize("beside", [nothing, a_thread_that_waits, a_thread_that_serves])
@pytest.mark.parametrize("abandon", [False, True])
def test_a_hop_takes_no_time_under_trio(
    abandon: bool,
    beside: Callable[[], contextmanager[str]],  # type: ignore[type-arg]
) -> None:
    async def main() -> None:
        def hop() -> None:
            trio.from_thread.run(trio.sleep, HOURS_S)

        await trio.to_thread.run_sync(hop, abandon_on_cancel=abandon)
        await by_anyio()
        assert 2 * HOURS_S <= trio.current_time() < 2 * HOURS_S + 30
        with trio.fail_after(30):
            await trio.to_thread.run_sync(trio.from_thread.run, trio.to_thread.run_sync, time.sleep, 0.1)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(by_anyio)
                await trio.to_thread.run_sync(time.sleep, 0.1)
                nursery.cancel_scope.deadline = trio.current_time() + 1

    with beside(), no_time():
        trio.run(main, clock=TrioVirtualClock())


async def later() -> str:
    await asyncio.sleep(HOURS_S)
    return "done"


def waits_at_most_20_s(loop: asyncio.AbstractEventLoop) -> str:
    return asyncio.run_coroutine_threadsafe(later(), loop).result(20)


WAYS_TO_WAIT: dict[str, Callable[[concurrent.futures.Future[str]], object]] = {
    "exception": lambda future: future.exception(20),
    "wait": lambda future: concurrent.futures.wait([future], timeout=20),
    "wait for good": lambda future: concurrent.futures.wait([future]),
    "as completed": lambda future: list(concurrent.futures.as_completed([future], timeout=20)),
}


@pytest.mark.parametrize("way", WAYS_TO_WAIT)
def test_there_are_several_ways_to_wait_for_what_was_asked_for(way: str) -> None:
    def ask(loop: asyncio.AbstractEventLoop) -> str:
        future = asyncio.run_coroutine_threadsafe(later(), loop)
        WAYS_TO_WAIT[way](future)
        return future.result()

    async def main() -> str:
        return await asyncio.to_thread(ask, asyncio.get_running_loop())

    with no_time():
        assert run(main) == "done"


@pytest.mark.parametrize(
    ("through", "beside"),
    [
        ("executor", a_thread_that_serves),
        ("to_thread", a_thread_that_waits),
        ("anyio", a_thread_that_serves),
        ("thread", lambda: nullcontext("")),
    ],
)
def test_a_thread_that_sets_a_limit_waits_in_no_time_too(
    through: str, beside: Callable[[], AbstractContextManager[str]]
) -> None:
    async def main() -> tuple[str, float]:
        loop, began = asyncio.get_running_loop(), now()
        match through:
            case "executor":
                got = await loop.run_in_executor(None, waits_at_most_20_s, loop)
            case "to_thread":
                got = await asyncio.to_thread(waits_at_most_20_s, loop)
            case "anyio":
                got = await anyio.to_thread.run_sync(waits_at_most_20_s, loop)
            case _:
                done: asyncio.Future[str] = loop.create_future()
                tell = lambda: loop.call_soon_threadsafe(done.set_result, waits_at_most_20_s(loop))  # noqa: E731
                thread = threading.Thread(target=tell)
                thread.start()
                got = await done
                thread.join()
        return got, now() - began

    with beside(), no_time():
        got, took_s = run(main)
    assert got == "done"
    assert HOURS_S <= took_s < HOURS_S + 60
