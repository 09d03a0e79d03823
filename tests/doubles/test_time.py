"""Concurrent calls end in recorded order at every speed, in one timeline with HTTP, on asyncio and trio."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

import playhead
from tests.clocks.support import no_time, run
from tests.doubles.support import recorded, replayed
from tests.support.wire import Wire


class Work:
    async def do(self, number: int) -> int:
        await asyncio.sleep(0.06 - number * 0.02)
        return number

    async def ticks(self, count: int) -> AsyncIterator[int]:
        for number in range(count):
            await asyncio.sleep(0.02)
            yield number


async def _order(work: Any) -> list[int]:
    ended: list[int] = []

    async def one(number: int) -> None:
        ended.append(await work.do(number))

    await asyncio.gather(*(one(number) for number in range(3)))
    return ended


@pytest.mark.asyncio
@pytest.mark.parametrize("timing", ["instant", 10, "recorded"])
async def test_concurrent_calls_end_in_recorded_order(tmp_path: Path, timing: Any) -> None:
    path = tmp_path / "c.json"
    first = await recorded(path, Work, Work, _order)
    assert sorted(first) == [0, 1, 2]
    assert await replayed(path, Work, _order, timing=timing) == first


@pytest.mark.asyncio
@pytest.mark.parametrize("timing", ["instant", 10])
async def test_calls_and_requests_are_on_one_timeline(tmp_path: Path, server: Wire, timing: Any) -> None:
    path = tmp_path / "c.json"

    async def use(work: Any) -> list[str]:
        ended: list[str] = []
        answered = asyncio.Event()

        async def call() -> None:
            await asyncio.sleep(0)
            ended.append(f"call {await work.do(0)}")

        async def request() -> None:
            async with httpx.AsyncClient() as client:
                await client.get(server.url + "/json/a")
            ended.append("request")
            answered.set()

        await asyncio.gather(call(), request())
        return ended

    class Later(Work):
        async def do(self, number: int) -> int:
            await asyncio.sleep(0.3)
            return number

    first = await recorded(path, Work, Later, use)
    assert first == ["request", "call 0"]
    assert await replayed(path, Work, use, timing=timing) == first
    kinds = [type(each).__name__ for each in playhead.load(path).interactions]
    assert sorted(kinds) == ["Exchange", "Invocation"]


def test_an_hour_of_calls_in_virtual_time(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    first = asyncio.run(recorded(path, Work, Work, _order))
    text = path.read_text()
    for each in playhead.load(path).interactions:
        text = text.replace(f'"end_us": {each.timing.end_us}', f'"end_us": {3_600_000_000 + each.timing.end_us}')
    path.write_text(text)

    async def use() -> list[int]:
        return await replayed(path, Work, _order, timing="virtual")

    with no_time():
        assert run(use) == first


@pytest.mark.asyncio
async def test_items_keep_their_offsets(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    async def use(work: Any) -> list[int]:
        return [each async for each in work.ticks(3)]

    await recorded(path, Work, Work, use)
    (call,) = playhead.load(path).interactions
    instants = [chunk.at_us - call.timing.start_us for chunk in call.timing.chunks]
    assert instants == sorted(instants)
    assert instants[0] >= 15_000
    async with playhead.use_cassette(path, timing="recorded") as deck:
        work = deck.double("db", Work)
        with deck.clock.elapsed() as took:
            assert await use(work) == [0, 1, 2]
    assert took.seconds >= 0.045


def test_trio(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    class TrioWork(Work):
        async def do(self, number: int) -> int:
            await trio.sleep(0.06 - number * 0.02)
            return number

        async def ticks(self, count: int) -> AsyncIterator[int]:
            for number in range(count):
                await trio.sleep(0.001)
                yield number

    async def use(work: Any) -> list[int]:
        ended: list[int] = []

        async def one(number: int) -> None:
            ended.append(await work.do(number))

        async with trio.open_nursery() as nursery:
            for number in range(3):
                nursery.start_soon(one, number)
        async with contextlib.aclosing(work.ticks(2)) as ticks:
            return [*ended, *[each async for each in ticks]]

    async def main() -> None:
        first = await recorded(path, Work, TrioWork, use)
        assert sorted(first[:3]) == [0, 1, 2]
        assert await replayed(path, Work, use) == first
        assert await replayed(path, Work, use, timing=10) == first

    trio.run(main)
