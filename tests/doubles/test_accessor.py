"""`playhead.mock_of` returns doubles and their methods as they are, and refuses everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, call

import pytest

import playhead
from playhead import mock_of
from tests.doubles.support import recorded, replayed, twice
from tests.doubles.things import Database, Query, User

ADA = {"name": "Ada"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


async def test_methods_have_their_assertions(path: Path) -> None:
    async def use(db: Database) -> None:
        await db.create_user(ADA, notify=True)
        db.count()
        mock_of(db.create_user).assert_awaited_once_with(ADA, notify=True)
        assert mock_of(db.create_user).await_count == 1
        assert mock_of(db.create_user) is db.create_user
        mock_of(db.count).assert_called_once_with()
        assert isinstance(mock_of(db.create_user), AsyncMock)
        assert isinstance(mock_of(db.count), MagicMock)
        with pytest.raises(AssertionError):
            mock_of(db.create_user).assert_awaited_once_with({"name": "Bob"})

    await twice(path, Database, Database, use)


async def test_a_side_effect_is_set_through_it(path: Path) -> None:
    async def use(db: Database) -> User:
        mock_of(db.create_user).side_effect = [ConnectionError("gone"), playhead.PLAY]
        with pytest.raises(ConnectionError):
            await db.create_user(ADA)
        return await db.create_user(ADA)

    assert (await twice(path, Database, Database, use)).name == "Ada"


async def test_the_double_itself_and_returned_objects_are_mocks(path: Path) -> None:
    async def use(db: Database) -> list[str]:
        query = db.query().where("a").where("b")
        found = await query.all()
        mock_of(query).assert_has_calls([call.all()])
        mock_of(query.all).assert_awaited_once_with()
        assert mock_of(db).mock_calls == [call.query()]
        return found

    assert await twice(path, Database, Database, use) == ["a", "b"]


async def test_a_function_has_one(path: Path) -> None:
    async def fetch(number: int) -> int:
        return number + 1

    async def use(fetch: Callable[[int], Any]) -> Any:
        found = await fetch(1)
        mock_of(fetch).assert_awaited_once_with(1)
        return found

    assert await twice(path, fetch, lambda: fetch, use) == 2


@pytest.mark.parametrize(
    "other",
    [Database.create_user, Database(), Query().all, AsyncMock(), None, "db.create_user", asyncio.sleep],
    ids=lambda other: type(other).__name__,
)
def test_what_is_not_a_double_is_refused(other: object) -> None:
    with pytest.raises(playhead.UsageError, match=rf"not an object of type {type(other).__name__}:"):
        mock_of(other)


async def test_the_value_of_an_attribute_is_refused(path: Path) -> None:
    async def use(db: Any) -> None:
        with pytest.raises(playhead.UsageError, match="mock_of takes a double or a method of one"):
            mock_of(db.version)

    await recorded(path, Database, Database, use)
    await replayed(path, Database, use)
