"""A repository over a pool of asyncpg, as services have it."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

__all__ = ["User", "Users"]


@dataclass(frozen=True)
class User:
    """One user."""

    id: uuid.UUID
    name: str
    credit: decimal.Decimal
    joined: dt.datetime
    note: str | None = None


class Users:
    """The users in a database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, user: User) -> User:
        """Add a user. UniqueViolationError if there is one of the name."""
        async with self._pool.acquire() as connection, connection.transaction():
            statement = await connection.prepare("insert into users values ($1, $2, $3, $4, $5) returning *")
            row = await statement.fetchrow(user.id, user.name, user.credit, user.joined, user.note)
        return User(**row)

    async def named(self, name: str) -> User | None:
        """The user of this name."""
        row = await self._pool.fetchrow("select * from users where name = $1", name)
        return None if row is None else User(**row)

    async def rows(self) -> list[asyncpg.Record]:
        """Rows as they come from the database."""
        return await self._pool.fetch("select name, credit from users order by name")

    async def all(self) -> AsyncIterator[User]:
        """All users, one after the other."""
        async with self._pool.acquire() as connection, connection.transaction():
            async for row in connection.cursor("select * from users order by name"):
                yield User(**row)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection in a transaction."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection
