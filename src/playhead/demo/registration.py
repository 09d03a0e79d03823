"""A program that registers a user in a database and sends a mail. It does not use playhead."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib
import aiosqlite
import httpx

__all__ = ["Mail", "Registration", "User", "Users", "opened", "register"]

_TABLE = """create table if not exists users (
    id integer primary key, name text, email text unique, joined text default current_timestamp)"""
_FOUND = "select id, name, email, joined from users where email = ?"


@dataclass(frozen=True, slots=True)
class User:
    """A registered user; `joined` is set by the database."""

    id: int
    name: str
    email: str
    joined: datetime


class Users:
    """The users in a database."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def create(self, name: str, email: str) -> int:
        """Add a user, and return its number.

        Raises:
            sqlite3.IntegrityError: There is a user with this address.
        """
        cursor = await self._connection.execute("insert into users (name, email) values (?, ?)", (name, email))
        await self._connection.commit()
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    async def find(self, email: str) -> User | None:
        """Return the user with an address, or `None`."""
        async with self._connection.execute(_FOUND, (email,)) as cursor:
            row = await cursor.fetchone()
        return None if row is None else User(row[0], row[1], row[2], datetime.fromisoformat(row[3]))


@asynccontextmanager
async def opened(path: str) -> AsyncIterator[Users]:
    """Open the database at `path`, creating it if needed."""
    async with aiosqlite.connect(path) as connection:
        await connection.execute(_TABLE)
        yield Users(connection)


class Mail:
    """A client for the mail server at `host` and `port`."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def send(self, to: str, subject: str, text: str) -> str:
        """Send a mail, and return the server's answer."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "shop@shop.example", to, subject
        message.set_content(text)
        _, answer = await aiosmtplib.send(message, hostname=self._host, port=self._port)
        return answer


@dataclass(frozen=True, slots=True)
class Registration:
    """The outcome: the user, the mail server's answer, and the error of the second attempt."""

    user: User | None
    answer: str
    refused: str


async def register(users: Users, mail: Mail, shop: str) -> Registration:
    """Register Ada, send her a mail about a product of the shop, read her back, and try to register her again."""
    await users.create("Ada", "ada@shop.example")
    async with httpx.AsyncClient(base_url=shop) as client:
        gift = (await client.get("/products/6")).json()["name"]
    answer = await mail.send("ada@shop.example", "Welcome, Ada", f"There is a {gift} waiting for you.")
    user = await users.find("ada@shop.example")
    try:
        await users.create("Ada", "ada@shop.example")
    except sqlite3.IntegrityError as error:
        return Registration(user, answer, f"{type(error).__name__}: {error}")
    raise AssertionError("the database accepted the same address twice")
