"""Synchronous calls before the real object is open: many pools are opened by asking for a connection."""

from __future__ import annotations

import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest

import playhead


class Connection:
    """A connection that a pool lends."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Self:
        assert self._pool.is_open
        return self

    async def __aexit__(self, *error: object) -> None:
        return None

    def __aiter__(self) -> AsyncIterator[int]:
        async def numbers() -> AsyncIterator[int]:
            yield 1
            yield 2

        return numbers()

    async def fetch(self) -> str:
        return self._pool.colour


class Pool:
    """A pool that is opened by `async with`, and can be asked for a connection before."""

    def __init__(self) -> None:
        self.is_open = False
        self.colour = "grey"

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(self, *error: object) -> None:
        self.is_open = False

    def acquire(self) -> Connection:
        return Connection(self)

    def lend(self):  # type: ignore[no-untyped-def]  # nothing is said of what it returns
        return Connection(self)

    def size(self) -> int:
        return 3

    def paint(self, colour: str) -> None:
        if not colour:
            raise ValueError("no colour")
        self.colour = colour

    async def fetch(self) -> str:
        return self.colour


@asynccontextmanager
async def open_pool() -> AsyncIterator[Pool]:
    async with Pool() as pool:
        yield pool


def refused() -> Any:
    raise AssertionError("it was to be replayed")


@pytest.mark.parametrize("real", [Pool, open_pool])
@pytest.mark.parametrize("method", ["acquire", "lend"])
async def test_the_first_call_may_be_one_that_lends_a_connection(tmp_path: Path, real: Any, method: str) -> None:
    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            pool = deck.double("pool", Pool, real if record == "all" else refused)
            async with getattr(pool, method)() as connection:
                assert await connection.fetch() == "grey"
            assert [number async for number in getattr(pool, method)()] == [1, 2]
            assert getattr(pool, method).call_count == 2
            assert deck.unplayed == ()


async def test_both_ways_of_opening_give_the_same_cassette(tmp_path: Path) -> None:
    made = []
    for real in (Pool, open_pool):
        async with playhead.use_cassette(tmp_path / f"{real.__name__}.json", record="all") as deck:
            async with deck.double("pool", Pool, real).acquire() as connection:
                await connection.fetch()
            made.append([(each.call, each.outcome) for each in deck.interactions])
    assert made[0] == made[1]


async def test_what_returns_nothing_is_done_when_it_is_open(tmp_path: Path) -> None:
    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            pool = deck.double("pool", Pool, open_pool if record == "all" else refused)
            pool.paint("red")
            pool.paint("blue")
            assert await pool.fetch() == "blue"
            assert deck.unplayed == ()
    made = playhead.load(tmp_path / "a.json").interactions
    assert [(each.call.method, each.returned) for each in made] == [("paint", None), ("paint", None), ("fetch", "blue")]


async def test_an_error_of_it_comes_with_the_opening(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        pool = deck.double("pool", Pool, open_pool)
        pool.paint("")
        with pytest.raises(ValueError, match="no colour"):
            await pool.fetch()


async def test_a_value_cannot_be_waited_for(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        pool = deck.double("pool", Pool, open_pool)
        with pytest.raises(playhead.UsageError, match="await a coroutine of the double first"):
            pool.size()
        with pytest.raises(playhead.UsageError, match=r"\.fetch was asked of the result"):
            pool.acquire().fetch()
        assert await pool.fetch() == "grey"
        assert pool.size() == 3


async def test_a_client_that_is_what_is_opened_answers_before(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        assert deck.double("pool", Pool, Pool).size() == 3


async def test_what_a_program_sets_is_set_on_the_real_object(tmp_path: Path) -> None:
    for record in ("all", "none"):
        async with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
            pool = deck.double("pool", Painted, Painted if record == "all" else refused)
            pool.colour = "red"
            assert await pool.fetch() == "red"
            pool.colour = "green"
            assert await pool.fetch() == "green"
            assert pool.colour == "green"


class Painted(Pool):
    """A class whose annotation declares an attribute."""

    colour: str


async def test_nothing_real_is_held_when_the_deck_is_closed(tmp_path: Path) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        pool = deck.double("pool", Pool, Pool)
        connection = pool.acquire()
        await connection.fetch()
        held = weakref.ref(connection._playhead_real())
        assert held() is not None
    gc.collect()
    assert held() is None
    pool.acquire.assert_called_once_with()
