"""Replay of one awaited call, against a bare autospecced `AsyncMock` with a `side_effect` in the same run.

    python -m benchmarks doubles

Each turn is ten calls, each of another recording; it is timed in seconds of the processor, all in turn. "Once" is a
cassette that has just been opened: each recording is played for the first time, and read for that.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import playhead
from benchmarks.measure import Row, in_turns, medians, print_table, ratio, scaled
from playhead.model.call import Call, Invocation, Returned
from playhead.model.cassette import Cassette
from playhead.model.timing import Timing

__all__ = ["main"]

BATCH = 10
TURNS = scaled(400, 3)
SIZES = (10, scaled(1_000, 20), scaled(100_000, 30))


class Users:
    """The dependency: one method, a few plain values in and out."""

    async def create(self, user: dict[str, Any], *, notify: bool = False) -> dict[str, Any]:
        """Give a user an id."""
        raise NotImplementedError


def _user(number: int) -> dict[str, Any]:
    return {"name": f"user {number}", "email": f"user{number}@example.test"}


def saved(folder: Path, size: int, suffix: str) -> Path:
    """A cassette of so many calls, one after another."""
    path = folder / f"calls-{size}{suffix}"
    if not path.exists():
        calls = (Call("users", "create", (_user(number),), {"notify": True}) for number in range(size))
        invocations = [
            Invocation(
                number + 1, call, Returned({"id": number, **_user(number)}), Timing(number * 9, end_us=number * 9 + 5)
            )
            for number, call in enumerate(calls)
        ]
        playhead.save(Cassette(tuple(invocations)), path)
    return path


def calls(users: Any, size: int) -> Callable[[int], Awaitable[None]]:
    """A turn: the next ten recordings."""

    async def run(turn: int) -> None:
        for number in range(turn * BATCH, turn * BATCH + BATCH):
            await users.create(_user(number % size), notify=True)

    return run


class Once:
    """A double that plays each recording once, on a deck that is opened afresh when all are played."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._context: AbstractContextManager[playhead.Deck] | None = None
        self._users: Any = None

    def prepare(self, turn: int) -> None:
        """Open the deck if this turn begins a new round."""
        if turn * BATCH % self._size == 0:
            self.close()
            self._context = playhead.use_cassette(self._path)
            self._users = self._context.__enter__().double("users", Users)
            _ = self._users.create  # made when it is first asked for; those of an autospecced mock all at once

    async def run(self, turn: int) -> None:
        """The calls of one turn."""
        await calls(self._users, self._size)(turn)

    def close(self) -> None:
        """Leave the deck."""
        if self._context is not None:
            self._context.__exit__(None, None, None)


def _bare() -> Any:
    async def create(user: dict[str, Any], *, notify: bool = False) -> dict[str, Any]:
        return {"id": int(notify), **user}

    users = create_autospec(Users, instance=True)
    users.create.side_effect = create
    return users


async def _column(folder: Path, size: int) -> dict[str, str]:
    once = {suffix: Once(saved(folder, size, suffix), size) for suffix in (".json", ".msgpack")}
    bare = _bare()

    def prepare(turn: int) -> None:
        bare.reset_mock()  # its list of calls grows like that of a deck opened afresh
        for each in once.values():
            each.prepare(turn)

    with playhead.use_cassette(saved(folder, size, ".msgpack"), repeat=True) as deck:
        again = deck.double("users", Users)
        heard = min(size, 1_000)
        for turn in range(heard // BATCH):
            await calls(again, heard)(turn)
        contenders: dict[str, Callable[[int], Awaitable[None]]] = {
            "AsyncMock": calls(bare, size),
            "playhead, again": calls(again, heard),
            **{f"playhead, once {suffix}": each.run for suffix, each in once.items()},
        }
        found = medians(await in_turns(contenders, TURNS, between=prepare, clock=time.process_time))
    for each in once.values():
        each.close()
    base = found.pop("AsyncMock")
    return {"AsyncMock": f"{base / BATCH * 1e6:.0f} us"} | {name: ratio(each, base) for name, each in found.items()}


def main() -> None:
    """Print the table."""
    columns: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        columns += [asyncio.run(_column(Path(folder), size)) for size in SIZES]
    rows: list[Row] = [(name, *(column[name] for column in columns)) for name in columns[0]]
    head = ("one call", *(f"{size:,} recordings" for size in SIZES))
    print_table("Replay of one call, in multiples of a bare autospecced `AsyncMock` with a `side_effect`", head, rows)
