"""Each kind of member behaves like that of the real object, recorded and replayed."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import call

import pytest

import playhead
from tests.doubles.support import recorded, replayed, twice
from tests.doubles.things import Database, Feed, Mailer, RealMailer, TakenError, Transaction, User


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


@pytest.mark.asyncio
async def test_async_generators_give_each_item(path: Path) -> None:
    async def use(db: Any) -> list[Any]:
        return [each async for each in db.stream(3)]

    assert await twice(path, Database, Database, use) == [(number, Decimal(number) / 3) for number in range(3)]
    (interaction,) = playhead.load(path).interactions
    assert len(interaction.timing.chunks) == 3


@pytest.mark.asyncio
async def test_an_async_generator_may_be_left_early(path: Path) -> None:
    async def use(db: Any) -> list[int]:
        seen = []
        async with contextlib.aclosing(db.stream(5)) as stream:
            async for number, _ in stream:
                seen.append(number)
                if number == 1:
                    break
        return seen

    assert await twice(path, Database, Database, use) == [0, 1]
    (interaction,) = playhead.load(path).interactions
    assert not interaction.outcome.complete

    async def further(db: Any) -> None:
        async for _ in db.stream(5):
            pass

    with pytest.raises(playhead.Exhausted, match="left early"):
        await replayed(path, Database, further)


@pytest.mark.asyncio
async def test_an_async_generator_that_is_left_by_a_break_alone(path: Path) -> None:
    async def use(db: Any) -> int:
        async for number, _ in db.stream(5):
            if number == 1:
                return int(number)
        return 9

    assert await twice(path, Database, Database, use) == 1


@pytest.mark.asyncio
async def test_an_async_generator_that_is_never_started_is_no_call(path: Path) -> None:
    async def use(db: Any) -> int:
        made = db.stream(2)
        del made
        return int(db.count())

    assert await twice(path, Database, Database, use) == 0


@pytest.mark.asyncio
async def test_an_exception_in_the_middle_of_a_generator(path: Path) -> None:
    async def use(db: Any) -> list[int]:
        seen = []
        with pytest.raises(TakenError) as caught:  # noqa: PT012
            async for number, _ in db.stream(5, fail=2):
                seen.append(number)
        assert caught.value.name == "stream"
        return seen

    assert await twice(path, Database, Database, use) == [0, 1]


@pytest.mark.asyncio
async def test_sync_generators(path: Path) -> None:
    async def use(db: Any) -> list[int]:
        first = next(iter(db.each(4)))
        return [first, *db.each(3)]

    assert await twice(path, Database, Database, use) == [0, 0, 1, 2]


@pytest.mark.asyncio
async def test_async_context_managers_and_the_objects_they_give(path: Path) -> None:
    log: list[str] = []

    def real() -> Database:
        database = Database()
        database.log = log
        return database

    async def use(db: Any) -> list[int]:
        async with db.transaction() as transaction:
            first = await transaction.insert(1)
        assert isinstance(transaction, Transaction)
        with pytest.raises(KeyError):  # noqa: PT012
            async with db.transaction() as other:
                await other.insert(5)
                raise KeyError("x")
        async with db.acquire() as connection:
            second = await connection.insert(2)
        connection.insert.assert_awaited_once_with(2)
        with db.locked("a") as lock:
            assert lock == "lock of a"
        return [first, second]

    assert await recorded(path, Database, real, use) == [2, 3]
    assert log == ["begin", "commit", "begin", "rollback"]
    assert await replayed(path, Database, use) == [2, 3]
    assert log == ["begin", "commit", "begin", "rollback"]


@pytest.mark.asyncio
async def test_builders(path: Path) -> None:
    async def use(db: Any) -> list[list[str]]:
        query = db.query().where("a").where("b")
        other = db.query().where("c")
        return [await query.all(), await other.all()]

    assert await twice(path, Database, Database, use) == [["a", "b"], ["c"]]


@pytest.mark.asyncio
async def test_objects_that_are_iterated(path: Path) -> None:
    async def use(db: Any) -> list[int]:
        return [each async for each in db.feed()]

    assert await twice(path, Database, Database, use) == [1, 2]


@pytest.mark.asyncio
async def test_a_double_that_is_iterated_itself(path: Path) -> None:
    async def use(feed: Any) -> list[int]:
        return [each async for each in feed]

    assert await twice(path, Feed, lambda: Feed([4, 5]), use) == [4, 5]


@pytest.mark.asyncio
async def test_properties_and_attributes(path: Path) -> None:
    async def use(db: Any) -> tuple[Any, ...]:
        before = db.size
        await db.create_user({"name": "Ada"})
        return before, db.size, db.version, db.address, db.users["Ada"]

    expected = (0, 1, 3, "memory", User(1, "Ada"))
    assert await twice(path, Database, Database, use) == expected


@pytest.mark.asyncio
async def test_an_attribute_may_be_set_by_a_test(path: Path) -> None:
    async def use(db: Any) -> None:
        db.address = "other"
        db.size = 7
        assert (db.address, db.size) == ("other", 7)

    await twice(path, Database, Database, use)
    assert not path.exists() or not playhead.load(path).interactions


@pytest.mark.asyncio
async def test_class_methods_static_methods_and_operators(path: Path) -> None:
    async def use(db: Any) -> list[Any]:
        await db.create_user({"name": "Ada"})
        return [db.name(), db.add(1, 2), await db(4), len(db), db["Ada"], "Ada" in db, "Bob" in db]

    expected = ["Database", 3, 8, 1, User(1, "Ada"), True, False]
    assert await twice(path, Database, Database, use) == expected


@pytest.mark.asyncio
async def test_a_double_that_is_called_has_assertions_of_its_own(path: Path) -> None:
    async def use(db: Any) -> None:
        assert await db(4) == 8
        db.assert_awaited_once_with(4)
        db.assert_called_once_with(value=4)
        assert db.await_count == db.call_count == 1
        assert db.mock_calls == [call(4)]
        with pytest.raises(TypeError):
            await db(1, 2)

    await twice(path, Database, Database, use)


async def fetch(url: str, *, retries: int = 3) -> dict[str, Any]:
    """Fetch."""
    return {"url": url, "retries": retries}


def parse(text: str) -> int:
    return int(text)


@pytest.mark.asyncio
async def test_an_async_function(path: Path) -> None:
    async def use(double: Any) -> dict[str, Any]:
        assert asyncio.iscoroutinefunction(double)
        waiting = double("http://a", retries=1)
        double.assert_called_once_with("http://a", retries=1)
        double.assert_not_awaited()
        found: dict[str, Any] = await waiting
        double.assert_awaited_once_with(url="http://a", retries=1)
        with pytest.raises(TypeError):
            await double()
        assert double.__name__ == "fetch"
        return found

    assert await twice(path, fetch, lambda: fetch, use) == {"url": "http://a", "retries": 1}


@pytest.mark.asyncio
async def test_a_sync_function(path: Path) -> None:
    async def use(double: Any) -> int:
        found = double("12")
        double.assert_called_once_with("12")
        with pytest.raises(ValueError, match="invalid literal"):
            double("x")
        return int(found)

    assert await twice(path, parse, lambda: parse, use) == 12


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


@pytest.mark.asyncio
async def test_an_async_generator_function(path: Path) -> None:
    async def use(double: Any) -> list[int]:
        return [each async for each in double(3)]

    assert await twice(path, numbers, lambda: numbers, use) == [0, 1, 2]


@pytest.mark.asyncio
async def test_a_bound_method_and_a_callable_object(path: Path) -> None:
    mailer = RealMailer()

    async def use(double: Any) -> str:
        return str(await double("ada", text="x"))

    assert await twice(path, mailer.send, lambda: mailer.send, use) == "sent to ada"
    database = Database()

    async def double_it(double: Any) -> int:
        return int(await double(3))

    assert await twice(path, database, lambda: database, double_it) == 6


@pytest.mark.asyncio
async def test_a_protocol_as_spec(path: Path) -> None:
    async def use(mail: Any) -> str:
        with pytest.raises(AttributeError):
            mail.receive  # noqa: B018
        return str(await mail.send("ada"))

    assert await twice(path, Mailer, RealMailer, use) == "sent to ada"


class Store(ABC):
    @abstractmethod
    async def load(self, key: str) -> bytes: ...

    @property
    @abstractmethod
    def ready(self) -> bool: ...


class FileStore(Store):
    async def load(self, key: str) -> bytes:
        return key.encode()

    @property
    def ready(self) -> bool:
        return True


@pytest.mark.asyncio
async def test_an_abstract_class_as_spec(path: Path) -> None:
    async def use(store: Any) -> tuple[bytes, bool]:
        assert isinstance(store, Store)
        return await store.load("a"), store.ready

    assert await twice(path, Store, FileStore, use) == (b"a", True)


@pytest.mark.asyncio
async def test_without_a_spec_a_double_has_what_was_called(path: Path) -> None:
    async def use(db: Any) -> list[Any]:
        await db.create_user({"name": "Ada"})
        return [db.count(), db.address, [each async for each in db.stream(1)]]

    assert await twice(path, None, Database, use) == [1, "memory", [(0, Decimal(0))]]

    async def other(db: Any) -> None:
        db.remove_user  # noqa: B018

    with pytest.raises(AttributeError, match="no member 'remove_user'"):
        await replayed(path, None, other)


@pytest.mark.asyncio
async def test_two_doubles_and_objects_of_one_as_arguments(path: Path) -> None:
    async def use(db: Any) -> Any:
        async with db.transaction() as transaction:
            return await db.find("nobody", transaction) is transaction

    assert await twice(path, Database, Database, use) is True


@pytest.mark.asyncio
async def test_callbacks_are_marks_in_the_file(path: Path) -> None:
    seen: list[str] = []

    async def use(db: Any) -> int:
        await db.create_user({"name": "Ada"})
        return int(await db.visit(seen.append))

    assert await twice(path, Database, Database, use) == 1
    assert seen == ["Ada"]
    visit = playhead.load(path).interactions[1]
    assert visit.call.args == ({"$": "any", "v": "builtins.builtin_function_or_method"},)


@pytest.mark.asyncio
async def test_one_name_is_one_double(path: Path) -> None:
    async with playhead.use_cassette(path, record="all") as deck:
        db = deck.double("db", Database, real=Database)
        assert deck.double("db", Database) is db
        with pytest.raises(playhead.UsageError, match="another spec"):
            deck.double("db", RealMailer)


@pytest.mark.asyncio
@pytest.mark.parametrize("spec", [asyncio, 7, "Database", Database()][:3])
async def test_what_is_no_spec_is_refused(path: Path, spec: Any) -> None:
    async with playhead.use_cassette(path, record="all") as deck:
        with pytest.raises(playhead.UsageError, match="class or a function"):
            deck.double("db", spec, real=Database)


@pytest.mark.asyncio
async def test_real_is_opened_in_the_ways_that_objects_are(path: Path) -> None:
    closed: list[str] = []

    @contextlib.asynccontextmanager
    async def managed() -> AsyncIterator[Database]:
        yield Database()
        closed.append("managed")

    async def made() -> Database:
        return Database()

    async def use(db: Any) -> int:
        await db.create_user({"name": "Ada"})
        return int(db.count())

    for real in (managed, made, Database):
        assert await twice(path, Database, real, use) == 1
    assert closed == ["managed"]
