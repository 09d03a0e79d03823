"""Work that was started by work which outlives its deck is told too, however far down the line; so is whoever waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from pathlib import Path

import httpx
import pytest
import trio

import playhead
from playhead import NetworkBlocked, use_cassette
from tests.support.wire import Wire

Ask = Callable[[], None]
AskAsync = Callable[[], Awaitable[None]]
PAUSE_S = 0.03


class Got:
    """Return what became of the request of the last in the line."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/json/a"
        self.result: object = None
        self.done = threading.Event()

    def ask(self) -> None:
        try:
            self.result = httpx.get(self.url).status_code
        except NetworkBlocked as error:
            self.result = error
        self.done.set()

    async def ask_async(self) -> None:
        try:
            async with httpx.AsyncClient() as client:
                self.result = (await client.get(self.url)).status_code
        except NetworkBlocked as error:
            self.result = error
        self.done.set()


@pytest.fixture
def path(tmp_path: Path, server: Wire) -> Path:
    path = tmp_path / "a.json"
    with use_cassette(path, record="all"):
        httpx.get(f"{server.url}/json/a")
    return path


def later(act: Ask) -> threading.Timer:
    timer = threading.Timer(PAUSE_S, act)
    timer.start()
    return timer


THREADS: dict[str, Callable[[Ask, ThreadPool], object]] = {
    "a thread of a thread": lambda ask, _: later(lambda: later(ask)),
    "a timer that starts itself anew": lambda ask, _: later(lambda: later(lambda: later(ask))),
    "a job of a thread": lambda ask, _: later(lambda: ThreadPoolExecutor(1).submit(later, ask)),
    "a job of multiprocessing's pool": lambda ask, pool: pool.apply_async(lambda: (time.sleep(PAUSE_S), ask())),
    "jobs of multiprocessing's pool": lambda ask, pool: pool.map_async(lambda _: (time.sleep(PAUSE_S), ask()), [1]),
}


@pytest.mark.parametrize("kind", THREADS)
def test_what_threads_start_is_told(server: Wire, path: Path, kind: str) -> None:
    got, before = Got(server.url), server.seen["/json/a"]
    with ThreadPool(1) as pool:
        with use_cassette(path):
            THREADS[kind](got.ask, pool)
        assert got.done.wait(5)
        pool.close()
        pool.join()
    assert isinstance(got.result, NetworkBlocked)
    assert server.seen["/json/a"] == before


async def through_a_task(ask: AskAsync) -> None:
    async def first() -> None:
        await asyncio.sleep(PAUSE_S)
        kept.append(asyncio.create_task(slowly(ask)))

    kept: list[object] = [asyncio.create_task(first())]
    kept_alive.append(kept)
    await asyncio.sleep(0)


async def through_a_timer(ask: AskAsync) -> None:
    asyncio.get_running_loop().call_later(PAUSE_S, lambda: kept_alive.append(asyncio.create_task(ask())))


async def through_a_task_and_a_timer(ask: AskAsync) -> None:
    async def first() -> None:
        await asyncio.sleep(PAUSE_S)
        await through_a_timer(ask)

    kept_alive.append(asyncio.create_task(first()))
    await asyncio.sleep(0)


async def slowly(ask: AskAsync) -> None:
    await asyncio.sleep(PAUSE_S)
    await ask()


kept_alive: list[object] = []


@pytest.mark.parametrize("start", [through_a_task, through_a_timer, through_a_task_and_a_timer])
def test_what_tasks_start_is_told(server: Wire, path: Path, start: Callable[[AskAsync], Awaitable[None]]) -> None:
    got, before = Got(server.url), server.seen["/json/a"]

    async def main() -> None:
        async with use_cassette(path):
            await start(got.ask_async)
        while not got.done.is_set():
            await asyncio.sleep(0.01)

    patched = httpx.AsyncHTTPTransport.handle_async_request
    asyncio.run(asyncio.wait_for(main(), 5))
    kept_alive.clear()
    assert isinstance(got.result, NetworkBlocked)
    assert server.seen["/json/a"] == before
    assert httpx.AsyncHTTPTransport.handle_async_request is patched


def test_what_a_task_of_trio_starts_is_told(server: Wire, path: Path) -> None:
    got, before = Got(server.url), server.seen["/json/a"]

    async def first() -> None:
        await trio.sleep(PAUSE_S)
        async with trio.open_nursery() as inner:
            inner.start_soon(trio.sleep, PAUSE_S)
        async with trio.open_nursery() as inner:
            inner.start_soon(got.ask_async)

    async def main() -> None:
        async with trio.open_nursery() as nursery, use_cassette(path):
            nursery.start_soon(first)
            await trio.sleep(0)

    trio.run(main)
    assert isinstance(got.result, NetworkBlocked)
    assert server.seen["/json/a"] == before


@pytest.mark.parametrize("timing", ["instant", "recorded", 10])
def test_whoever_waits_for_an_answer_when_the_deck_closes_is_told(server: Wire, tmp_path: Path, timing: object) -> None:
    async def main(**options: object) -> int:
        async with httpx.AsyncClient(timeout=None) as client:
            async with use_cassette(tmp_path / "slow.json", **options):  # type: ignore[arg-type]
                task = asyncio.create_task(client.get(f"{server.url}/slow-head"))
                await asyncio.sleep(0.1)
            return (await asyncio.wait_for(task, 5)).status_code

    assert asyncio.run(main(record="all")) == 200
    server.close()
    with pytest.raises(NetworkBlocked, match="which has closed"):
        asyncio.run(main(timing=timing))


class Slow:
    async def value(self) -> int:
        await asyncio.sleep(0.3)
        return 3

    async def values(self) -> AsyncIterator[int]:
        await asyncio.sleep(0.3)
        yield 3


@pytest.mark.parametrize("member", ["value", "values"])
def test_so_is_whoever_waits_for_a_double(tmp_path: Path, member: str) -> None:
    async def ask(double: Slow) -> int:
        if member == "value":
            return await double.value()
        return await anext(aiter(double.values()))

    async def main(**options: object) -> int:
        async with use_cassette(tmp_path / "slow.json", **options) as deck:  # type: ignore[arg-type]
            task = asyncio.create_task(ask(deck.double("slow", spec=Slow, real=Slow)))
            await asyncio.sleep(0.1)
        return await asyncio.wait_for(task, 5)

    assert asyncio.run(main(record="all")) == 3
    with pytest.raises(NetworkBlocked, match="which has closed"):
        asyncio.run(main())


def test_what_a_double_does_in_threads_stays_behind_it(server: Wire, tmp_path: Path) -> None:
    def get() -> int:
        return httpx.get(f"{server.url}/json/a").status_code

    class Api:
        async def in_executor(self) -> int:
            return await asyncio.get_running_loop().run_in_executor(None, get)

        def in_thread(self) -> int:
            found: list[int] = []
            thread = threading.Thread(target=lambda: found.append(get()))
            thread.start()
            thread.join()
            return found[0]

        def in_pool(self) -> int:
            with ThreadPool(1) as pool:
                return pool.apply(get)

    async def main(**options: object) -> tuple[list[int], playhead.Deck]:
        async with use_cassette(tmp_path / "a.json", **options) as deck:  # type: ignore[arg-type]
            api = deck.double("api", spec=Api, real=Api)
            return [await api.in_executor(), api.in_thread(), api.in_pool()], deck

    asyncio.run(main(record="all"))
    server.close()
    statuses, deck = asyncio.run(main())
    assert statuses == [200, 200, 200]
    assert not deck.unplayed
    assert deck.played == 3


@pytest.mark.parametrize("record", ["all", "none"])
def test_a_double_is_not_called_after_its_deck(tmp_path: Path, record: str) -> None:
    calls: list[str] = []

    class Api:
        def get(self) -> int:
            calls.append("real")
            return 3

    with use_cassette(tmp_path / "a.json", record="all") as deck:
        deck.double("api", spec=Api, real=Api).get()
    with use_cassette(tmp_path / "a.json", record=record) as deck:
        api = deck.double("api", spec=Api, real=Api)
        api.get()
    before = len(calls)
    with pytest.raises(NetworkBlocked, match="which has closed"):
        api.get()
    assert len(calls) == before
