"""Plain methods whose results are awaited, like the commands of redis and the queries of aiosqlite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import call

import pytest

import playhead


class Result(Coroutine[Any, Any, int]):
    """A coroutine with further methods."""

    def __init__(self, work: Coroutine[Any, Any, int]) -> None:
        self._work = work

    def send(self, value: Any) -> Any:
        return self._work.send(value)

    def throw(self, *error: Any) -> Any:
        return self._work.throw(*error)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, None, int]:
        return self._work.__await__()

    async def __aenter__(self) -> int:
        return await self._work

    async def __aexit__(self, *error: object) -> None:
        return None


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that hides a coroutine function."""

    @wraps(function)
    def called(*args: Any) -> Any:
        return function(*args)

    return called


class Store:
    """A client whose methods return coroutines without being coroutine functions."""

    async def _twice(self, number: int) -> int:
        await asyncio.sleep(0)
        if number < 0:
            raise ValueError(number)
        return 2 * number

    def get(self, number: int) -> Awaitable[int] | int:
        return number if number > 99 else self._twice(number)

    @plain
    async def decorated(self, number: int) -> int:
        return await self._twice(number)

    def undeclared(self, number):  # type: ignore[no-untyped-def]  # nothing is said of what it returns
        return self._twice(number)

    def future(self, number: int) -> asyncio.Future[int]:
        return asyncio.ensure_future(self._twice(number))

    def query(self, number: int) -> Result:
        return Result(self._twice(number))


METHODS = ("get", "decorated", "undeclared", "future", "query")


async def on_tape(path: Path, program: Callable[[Any], Awaitable[None]]) -> None:
    for record in ("all", "none"):
        async with playhead.use_cassette(path, record=record) as deck:
            await program(deck.double("store", Store, Store))


@pytest.mark.parametrize("method", METHODS)
async def test_results_and_errors_come_when_it_is_awaited(tmp_path: Path, method: str) -> None:
    async def program(store: Any) -> None:
        called = getattr(store, method)
        assert await called(2) == 4
        assert await asyncio.gather(called(3), called(4)) == [6, 8]
        late = called(-1)
        with pytest.raises(ValueError, match="-1"):
            await late

    await on_tape(tmp_path / "a.json", program)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "undeclared"])
async def test_awaits_count(tmp_path: Path, method: str) -> None:
    async def program(store: Any) -> None:
        called = getattr(store, method)
        await called(2)
        called.assert_awaited_once_with(2)
        await called(3)
        assert called.await_args_list == called.call_args_list == [call(2), call(3)]
        called.assert_has_awaits([call(2), call(3)])

    await on_tape(tmp_path / "a.json", program)


@pytest.mark.parametrize("method", METHODS)
async def test_a_task_may_be_the_first_to_call(tmp_path: Path, method: str) -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        await asyncio.sleep(0)
        yield Store()

    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            called = getattr(deck.double("store", Store, opened), method)
            tasks = [asyncio.ensure_future(called(3)), asyncio.create_task(_awaiting(called(4)))]
            assert await asyncio.gather(*tasks, called(5)) == [6, 8, 10]
            assert called.call_count == 3


async def _awaiting(result: Awaitable[Any]) -> Any:
    return await result


async def test_it_is_a_coroutine_to_a_task(tmp_path: Path) -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        yield Store()

    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            assert await asyncio.create_task(deck.double("store", Store, opened).get(3)) == 6


async def test_a_coroutine_is_one_call_on_the_cassette(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        await deck.double("store", Store, Store).undeclared(2)
        (made,) = deck.interactions
    assert (made.call.method, made.call.how, made.returned) == ("undeclared", "await", 4)


async def test_what_comes_at_once_comes_at_once(tmp_path: Path) -> None:
    async def program(store: Any) -> None:
        assert store.get(100) == 100
        assert store.get.await_count == 0

    await on_tape(tmp_path / "a.json", program)


async def test_a_query_is_entered_too(tmp_path: Path) -> None:
    async def program(store: Any) -> None:
        async with store.query(5) as found:
            assert found == 10

    await on_tape(tmp_path / "a.json", program)


async def test_a_test_overrides_it_with_a_value(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        store = deck.double("store", Store, Store)
        store.get.side_effect = [7, TimeoutError(), playhead.PLAY]
        assert await store.get(1) == 7
        with pytest.raises(TimeoutError):
            await store.get(1)
        assert await store.get(1) == 2
        assert store.get.await_count == 2
        assert len(deck.interactions) == 1


async def test_a_call_that_nobody_awaits_any_more_replays_as_such(tmp_path: Path) -> None:
    class Slow:
        async def _never(self) -> None:
            await asyncio.Event().wait()

        def wait(self) -> Awaitable[None]:
            return self._never()

    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(deck.double("slow", Slow, Slow).wait(), 0.05)
    (made,) = playhead.load(tmp_path / "a.json").interactions
    assert made.abandoned
