"""A dependency with every kind of member, and its types."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from typing import Any, Protocol, Self


class Color(enum.Enum):
    RED = "r"


@dataclasses.dataclass
class User:
    id: int
    name: str
    born: dt.date = dt.date(2000, 1, 2)
    color: Color = Color.RED


class TakenError(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is taken")
        self.name = name


class Transaction:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def __aenter__(self) -> Self:
        self.database.log.append("begin")
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        self.database.log.append("rollback" if kind else "commit")

    async def insert(self, row: int) -> int:
        return row + 1


class Query:
    """A query builder: each step returns an object."""

    def __init__(self, parts: tuple[str, ...] = ()) -> None:
        self.parts = parts

    def where(self, part: str) -> Query:
        return Query((*self.parts, part))

    async def all(self) -> list[str]:
        return list(self.parts)


class Feed:
    """An object that is iterated itself."""

    def __init__(self, items: list[int]) -> None:
        self.items = items

    def __aiter__(self) -> AsyncIterator[int]:
        return self._items()

    async def _items(self) -> AsyncIterator[int]:
        for item in self.items:
            yield item

    async def close(self) -> None: ...


class Database:
    version = 3
    log: list[str]

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.address = "memory"
        self.log = []

    @property
    def size(self) -> int:
        return len(self.users)

    async def create_user(self, user: dict[str, Any], *, notify: bool = False) -> User:
        if user["name"] in self.users:
            raise TakenError(user["name"])
        made = self.users[user["name"]] = User(len(self.users) + 1, user["name"])
        return made

    async def find(self, name: str, default: Any = None) -> Any:
        return self.users.get(name, default)

    def count(self) -> int:
        return len(self.users)

    async def stream(self, count: int, fail: int | None = None) -> AsyncIterator[tuple[int, Decimal]]:
        for number in range(count):
            if number == fail:
                raise TakenError("stream")
            yield number, Decimal(number) / 3

    def each(self, count: int) -> Iterator[int]:
        yield from range(count)

    def transaction(self) -> Transaction:
        return Transaction(self)

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[Transaction]:
        yield Transaction(self)

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[str]:
        yield f"lock of {name}"

    def query(self) -> Query:
        return Query()

    def feed(self) -> Feed:
        return Feed([1, 2])

    async def visit(self, seen: Callable[[str], None]) -> int:
        for name in self.users:
            seen(name)
        return len(self.users)

    async def __call__(self, value: int) -> int:
        return value * 2

    def __len__(self) -> int:
        return len(self.users)

    def __getitem__(self, name: str) -> User:
        return self.users[name]

    def __contains__(self, name: str) -> bool:
        return name in self.users

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    @staticmethod
    def add(left: int, right: int) -> int:
        return left + right


class Mailer(Protocol):
    async def send(self, to: str, text: str = "") -> str: ...


class RealMailer:
    async def send(self, to: str, text: str = "") -> str:
        return f"sent to {to}"
