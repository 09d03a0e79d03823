"""Readers that were waiting for more when their program cancelled them, or closed the body: they wait again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

import playhead
from tests.doubles.support import twice
from tests.support.lasting import outlasts
from tests.support.wire import Wire, wire

PATH = "/stream?n=1&gap=2"  # an event, and then nothing for longer than anybody listens


@pytest.fixture
def server() -> Iterator[Wire]:
    with wire() as serving:
        yield serving


@pytest.fixture(params=["json", "msgpack"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"listened.{request.param}"


async def listened(url: str, *, pause_s: float = 0.05, **options: Any) -> list[str]:
    """Return what a listener hears, and what becomes of it when its program cancels it."""
    heard, ready = [], anyio.Event()

    async def listen() -> None:
        try:
            async with client.stream("GET", url + PATH, **options) as response:
                async for line in response.aiter_lines():
                    if line:
                        heard.append(line)
                        ready.set()
            heard.append("the end")
        except httpx.HTTPError as error:
            heard.append(type(error).__name__)
        except anyio.get_cancelled_exc_class():
            heard.append("cancelled")
            raise

    async with httpx.AsyncClient() as client, anyio.create_task_group() as group:
        group.start_soon(listen)
        await ready.wait()
        await anyio.sleep(pause_s)
        group.cancel_scope.cancel()
    return heard


async def on_deck(path: Path, url: str, listening: dict[str, Any], **options: Any) -> list[str]:
    async with playhead.use_cassette(path, **options):
        with anyio.fail_after(5):
            return await listened(url, **listening)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_listener_waits_again(server: Wire, path: Path, backend: str) -> None:
    def run(**options: Any) -> list[str]:
        return anyio.run(lambda: on_deck(path, server.url, {}, **options), backend=backend)

    recorded = run(record="all")
    assert recorded == ["data: 0", "cancelled"]
    for timing in ("instant", "recorded", 10):
        assert run(timing=timing) == recorded


def test_under_virtual_time_it_waits_in_that(server: Wire, path: Path) -> None:
    asyncio.run(on_deck(path, server.url, {}, record="all"))

    async def main(**listening: Any) -> list[str]:
        return await on_deck(path, server.url, listening, timing="virtual")

    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        assert runner.run(main(pause_s=3)) == ["data: 0", "cancelled"]
        assert runner.run(main(pause_s=4, timeout=2)) == ["data: 0", "ReadTimeout"]


def test_its_own_read_timeout_ends_the_wait_in_the_time_of_the_program(server: Wire, path: Path) -> None:
    asyncio.run(on_deck(path, server.url, {}, record="all"))
    for timing, least_s in (("instant", 0.15), (4, 0.04)):
        program = on_deck(path, server.url, {"pause_s": 1, "timeout": 0.2}, timing=timing)
        seen = asyncio.run(outlasts(least_s, program))
        assert seen == ["data: 0", "ReadTimeout", *seen[2:]]


async def closed_while_it_is_read(url: str) -> str:
    async with httpx.AsyncClient() as client:
        response = await client.send(client.build_request("GET", url + PATH), stream=True)

        async def read() -> str:
            try:
                return str([chunk async for chunk in response.aiter_raw()])
            except httpx.ReadError:
                return "closed"

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        await response.aclose()
        return await asyncio.wait_for(reading, 5)


async def test_a_body_that_another_task_closes_ends_the_wait(server: Wire, path: Path) -> None:
    async with playhead.use_cassette(path, record="all"):
        recorded = await closed_while_it_is_read(server.url)
    assert recorded == "closed"
    async with playhead.use_cassette(path):
        assert await closed_while_it_is_read(server.url) == recorded


def test_a_thread_waits_until_its_deck_closes(server: Wire, path: Path) -> None:
    def run(**options: Any) -> list[str]:
        heard: list[str] = []
        with playhead.use_cassette(path, **options):
            client, ready = httpx.Client(timeout=None), threading.Event()

            def listen() -> None:
                with client.stream("GET", server.url + PATH) as response:
                    for line in response.iter_lines():
                        if line:
                            heard.append(line)
                            ready.set()

            def quietly() -> None:
                try:
                    listen()
                except httpx.ReadError as error:
                    heard.append(type(error).__name__)

            thread = threading.Thread(target=quietly)
            thread.start()
            assert ready.wait(5)
            time.sleep(0.05)
        thread.join(5)
        assert not thread.is_alive()
        client.close()
        return heard

    assert run(record="all")[0] == "data: 0"
    assert run() == ["data: 0", "ReadError"]


async def test_a_long_poll_waits_for_its_read_timeout(server: Wire, path: Path) -> None:
    async with playhead.use_cassette(path, record="all"), httpx.AsyncClient() as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.get(f"{server.url}/slow-head?delay=2"), 0.05)
    async with playhead.use_cassette(path), httpx.AsyncClient() as client:
        poll = client.get(f"{server.url}/slow-head?delay=2", timeout=0.2)
        with pytest.raises(httpx.ReadTimeout):
            await outlasts(0.15, poll)


async def test_a_reader_that_asked_for_no_more_is_not_waiting(server: Wire, path: Path) -> None:
    async with (
        playhead.use_cassette(path, record="all"),
        httpx.AsyncClient() as client,
        client.stream("GET", server.url + PATH) as response,
    ):
        async for _ in response.aiter_raw():
            break
    (interaction,) = playhead.load(path).interactions
    assert interaction.timing.end_waited_us is None
    with pytest.raises(playhead.Exhausted):
        async with playhead.use_cassette(path), httpx.AsyncClient() as client:
            await client.get(server.url + PATH)


class Feed:
    async def events(self) -> AsyncIterator[int]:
        yield 1
        yield 2
        await asyncio.sleep(60)


async def test_a_listener_on_a_double_waits_again(tmp_path: Path) -> None:
    async def use(feed: Any) -> list[Any]:
        heard: list[Any] = []

        async def listen() -> None:
            async for event in feed.events():
                heard.append(event)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.05)
        listening.cancel()
        ended = await asyncio.gather(listening, return_exceptions=True)
        return [*heard, type(ended[0]).__name__]

    assert await twice(tmp_path / "feed.json", Feed, Feed, use) == [1, 2, "CancelledError"]
