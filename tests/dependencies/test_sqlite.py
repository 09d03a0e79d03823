"""SQLite through aiosqlite: recorded from a file, replayed when the file is gone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

import playhead
from tests.dependencies.tapes import Program, Tapes

PEOPLE = "create table people (id integer primary key, name text unique, note text)"


def database_of(deck: playhead.Deck, path: str) -> Any:
    """A double of a connection: aiosqlite opens it as a context manager."""
    return deck.double("database", aiosqlite.Connection, lambda: aiosqlite.connect(path))


async def rows_and_a_duplicate(deck: playhead.Deck, path: str) -> Any:
    database = database_of(deck, path)
    await database.execute(PEOPLE)
    cursor = await database.execute("insert into people (name) values (?)", ("Ada",))
    await database.commit()
    assert (cursor.lastrowid, cursor.rowcount) == (1, 1)
    with pytest.raises(aiosqlite.IntegrityError) as caught:
        await database.execute("insert into people (name) values (?)", ("Ada",))
    assert type(caught.value) is sqlite3.IntegrityError
    database.commit.assert_awaited_once_with()
    async with database.execute("select id, name, note from people") as found:
        row = await found.fetchone()
    assert row == (1, "Ada", None)
    return str(caught.value), caught.value.sqlite_errorname, row


async def rows_by_column(deck: playhead.Deck, path: str) -> Any:
    database = database_of(deck, path)
    database.row_factory = aiosqlite.Row
    await database.execute("create table colours (id integer primary key, name text)")
    await database.executemany("insert into colours (name) values (?)", [("red",), ("green",), ("blue",)])
    async with database.execute("select * from colours order by id") as cursor:
        names = [row["name"] async for row in cursor]
    assert names == ["red", "green", "blue"]
    rows = await database.execute_fetchall("select * from colours where id > ?", (1,))
    assert [tuple(row) for row in rows] == [(2, "green"), (3, "blue")]
    return names, [dict(row) for row in rows]


async def a_database_opened_by_the_program(deck: playhead.Deck, path: str) -> Any:
    connect = deck.double("connect", aiosqlite.connect, lambda: aiosqlite.connect)
    async with connect(path) as database:
        await database.execute("create table numbers (n integer)")
        await asyncio.gather(*(database.execute("insert into numbers values (?)", (n,)) for n in range(4)))
        async with database.execute("select sum(n) from numbers") as cursor:
            total = await cursor.fetchone()
    assert total == (6,)
    return total


PROGRAMS: Sequence[Program] = (rows_and_a_duplicate, rows_by_column, a_database_opened_by_the_program)


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    folder = tmp_path_factory.mktemp("sqlite")
    database = folder / "people.db"
    made = Tapes(folder, str(database)).record(PROGRAMS)
    database.unlink()
    return made


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_file(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
    assert not Path(tapes.address).exists()
