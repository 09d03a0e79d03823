"""The types of doubles and their mocks, checked by pyright and mypy in strict mode. This module is never run."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable
from typing import Any, Protocol, assert_type
from unittest.mock import AsyncMock, MagicMock, NonCallableMock

from playhead import PLAY, Deck, double_fixture, mock_of


class Database:
    async def create_user(self, name: str) -> int:
        return len(name)

    def acquire(self) -> Awaitable[Database]:
        return asyncio.Future()

    def count(self) -> int:
        return 0

    async def names(self) -> AsyncIterator[str]:
        yield "Ada"


class Mailer(Protocol):
    async def send(self, to: str) -> None: ...


class Store(ABC):
    @abstractmethod
    async def get(self, key: str) -> bytes: ...


async def fetch(url: str) -> bytes:
    return url.encode()


async def a_double_has_the_methods_of_its_spec(deck: Deck) -> None:
    db = deck.double("db", Database, real=lambda: Database())
    assert_type(db, Database)
    assert_type(await db.create_user("Ada"), int)
    assert_type([name async for name in db.names()], list[str])
    await db.create_user(7)  # type: ignore[arg-type]  # the arguments are checked


async def a_double_of_a_function_has_its_parameters(deck: Deck) -> None:
    double = deck.double("fetch", fetch, real=lambda: fetch)
    assert_type(await double("https://api.test"), bytes)
    mock_of(double).assert_awaited_once_with("https://api.test")
    await double(7)  # type: ignore[arg-type]


def protocols_and_abstract_classes_are_specs_too(deck: Deck) -> None:
    mailer: Mailer = deck.double("mailer", Mailer)
    store: Store = deck.double("store", Store)
    mock_of(mailer.send).assert_not_awaited()
    mock_of(store.get).assert_not_awaited()


def without_a_spec_it_is_anything(deck: Deck) -> None:
    deck.double("db").create_user.assert_awaited_once_with("Ada")
    deck.double("db", real=Database).create_user.assert_awaited_once_with("Ada")
    deck.double("db", None, Database).create_user.assert_awaited_once_with("Ada")


def members_have_the_assertions_of_their_mocks(db: Database) -> None:
    assert_type(mock_of(db.create_user), AsyncMock)
    mock_of(db.create_user).assert_awaited_once_with("Ada")
    assert_type(mock_of(db.create_user).await_count, int)
    mock_of(db.create_user).side_effect = [ConnectionError("gone"), PLAY]
    mock_of(db.create_user).return_value = 3
    assert_type(mock_of(db.acquire), AsyncMock)
    assert_type(mock_of(db.count), MagicMock)
    mock_of(db.count).assert_called_once_with()
    assert_type(mock_of(db.names), MagicMock)
    assert_type(mock_of(db), NonCallableMock)
    mock_of(db).reset_mock()


def the_plain_spelling_needs_a_double_that_is_any(deck: Deck) -> None:
    db = deck.double("db", Database)
    db.create_user.assert_awaited_once_with("Ada")  # type: ignore[attr-defined]
    plain: Any = deck.double("db", Database)
    plain.create_user.assert_awaited_once_with("Ada")


@double_fixture(spec=Database)
async def database() -> AsyncIterator[Database]:
    yield Database()


@double_fixture(spec=Mailer, name="mail")
def mailer() -> object:
    return Database()


@double_fixture(spec=fetch)
def fetching() -> object:
    return fetch


@double_fixture
async def anything() -> object:
    return Database()


def fixtures_are_typed_as_their_functions() -> None:
    assert_type(database(), AsyncIterator[Database])
    assert_type(mailer(), object)
    assert_type(fetching(), object)
