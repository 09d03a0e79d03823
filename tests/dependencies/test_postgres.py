"""PostgreSQL through asyncpg: recorded from a real server, replayed when it is stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import call

import pytest

import playhead
from tests.dependencies.servers import postgres
from tests.dependencies.tapes import Program, Tapes

asyncpg = pytest.importorskip("asyncpg", reason="recording needs asyncpg: pip install asyncpg")

UTC = dt.UTC
VALUES = (
    uuid.UUID("6d3f2e9c-5b1a-4c8d-9e0f-1a2b3c4d5e6f"),
    decimal.Decimal("12.50"),
    dt.datetime(2026, 11, 25, 21, 55, 30, 123456, tzinfo=UTC),
    dt.date(2026, 11, 25),
    dt.timedelta(days=2, seconds=3),
    b"\x00\xff",
    ["red", "green"],
    None,
)
COLUMNS = "id uuid, price numeric, made timestamptz, day date, term interval, image bytea, tags text[], note text"


def pool_of(deck: playhead.Deck, dsn: str) -> Any:
    """A double of a pool."""
    return deck.double("pool", asyncpg.Pool, lambda: asyncpg.create_pool(dsn, min_size=1, max_size=3))


async def values_of_every_kind(deck: playhead.Deck, dsn: str) -> Any:
    pool = pool_of(deck, dsn)
    await pool.execute(f"create table kinds ({COLUMNS})")
    added = await pool.execute("insert into kinds values ($1, $2, $3, $4, $5, $6, $7, $8)", *VALUES)
    row = await pool.fetchrow("select * from kinds")
    assert tuple(row) == VALUES
    assert all(isinstance(each, type(value)) for each, value in zip(row, VALUES, strict=True))
    assert (row["price"], row.get("price"), row[1]) == (VALUES[1],) * 3
    assert list(row.keys())[:2] == ["id", "price"]
    assert await pool.fetchrow("select * from kinds where price > 99") is None
    assert await pool.fetchval("select count(*) from kinds") == 1
    pool.fetchval.assert_awaited_once_with("select count(*) from kinds")
    return added, dict(row)


async def an_acquired_connection(deck: playhead.Deck, dsn: str) -> Any:
    pool = pool_of(deck, dsn)
    async with pool.acquire() as connection:
        await connection.execute("create table people (id serial primary key, name text unique)")
        async with connection.transaction():
            first = await connection.fetchval("insert into people (name) values ($1) returning id", "Ada")
            with pytest.raises(asyncpg.UniqueViolationError) as caught:
                async with connection.transaction():
                    await connection.execute("insert into people (name) values ($1)", "Ada")
            assert isinstance(caught.value, asyncpg.PostgresError)
        statement = await connection.prepare("select name from people where id = $1")
        name = await statement.fetchval(first)
    error = caught.value
    assert error.sqlstate == "23505"
    assert error.constraint_name == "people_name_key"
    return name, str(error), error.detail, error.table_name


async def a_cursor(deck: playhead.Deck, dsn: str) -> Any:
    pool = pool_of(deck, dsn)
    async with pool.acquire() as connection, connection.transaction():
        seen = [row["n"] async for row in connection.cursor("select n from generate_series(1, 5) as n", prefetch=2)]
        cursor = await connection.cursor("select n from generate_series(1, 9) as n")
        first = await cursor.fetchrow()
        await cursor.forward(2)
        more = await cursor.fetch(3)
    assert seen == [1, 2, 3, 4, 5]
    return seen, first["n"], [row["n"] for row in more]


async def concurrent_connections(deck: playhead.Deck, dsn: str) -> Any:
    pool = pool_of(deck, dsn)

    async def slow(number: int) -> Any:
        async with pool.acquire() as connection:
            await connection.execute("select pg_sleep($1::float8)", (4 - number) / 50)
            finished.append(number)
            return await connection.fetchval("select $1::int * 10", number)

    finished: list[int] = []
    found = await asyncio.gather(*map(slow, (1, 2, 3)))
    assert found == [10, 20, 30]
    return found, finished


async def a_repository(deck: playhead.Deck, dsn: str) -> Any:
    from tests.dependencies.users import User, Users

    @asynccontextmanager
    async def real() -> AsyncIterator[Users]:
        async with asyncpg.create_pool(dsn) as pool:
            await pool.execute(
                "create table users (id uuid, name text unique, credit numeric, joined timestamptz, note text)"
            )
            yield Users(pool)

    users = deck.double("users", Users, real)
    ada, grace = (
        User(uuid.UUID(int=number), name, decimal.Decimal("9.90"), dt.datetime(2026, 11, 25, tzinfo=UTC))
        for number, name in enumerate(("Ada", "Grace"))
    )
    added = await asyncio.gather(users.add(ada), users.add(grace))
    assert added == [ada, grace]
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await users.add(ada)
    assert await users.named("Ada") == ada
    assert await users.named("Nobody") is None
    assert [user async for user in users.all()] == [ada, grace]
    rows = await users.rows()
    assert [(row["name"], row["credit"]) for row in rows] == [("Ada", ada.credit), ("Grace", grace.credit)]
    async with users.locked() as connection:
        counted = await connection.fetchval("select count(*) from users")
    users.add.assert_has_awaits([call(ada), call(grace), call(ada)])
    assert isinstance(users, Users)
    return counted, caught.value.detail


async def a_pool_opened_elsewhere(deck: playhead.Deck, dsn: str) -> Any:
    @asynccontextmanager
    async def real() -> AsyncIterator[Any]:
        async with asyncpg.create_pool(dsn) as pool:
            yield pool

    pool = deck.double("pool", asyncpg.Pool, real)
    async with pool.acquire() as connection:
        one = await connection.fetchval("select 1")
    borrowed = await pool.acquire()
    two = await borrowed.fetchval("select 2")
    await pool.release(borrowed)
    return one, two


PROGRAMS: Sequence[Program] = (
    values_of_every_kind,
    an_acquired_connection,
    a_cursor,
    concurrent_connections,
    a_repository,
    a_pool_opened_elsewhere,
)


@pytest.fixture(scope="module")
def tapes(cluster: Path, tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    with postgres(cluster) as dsn:
        return Tapes(tmp_path_factory.mktemp("postgres"), dsn).record(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_server(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
