"""Calls that cannot be answered or recorded: the errors, and the recordings that are kept."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest

import playhead
from playhead.deck.deck import session_of
from tests.doubles.support import recorded, replayed
from tests.doubles.things import Database, TakenError

ADA, BOB = {"name": "Ada"}, {"name": "Bob"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


def _told(error: BaseException) -> str:
    return "\n".join([str(error), *error.__notes__])


@pytest.mark.asyncio
async def test_a_call_that_was_never_recorded_names_the_nearest(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user(ADA)

    await recorded(path, Database, Database, use)
    async with playhead.use_cassette(path) as deck:
        db = deck.double("db", Database)
        with pytest.raises(playhead.NoMatch, match=r"db\.find\(\"x\"\) was never recorded") as never:
            await db.find("x")
        with pytest.raises(playhead.RequestDrift) as drift:
            await db.create_user(BOB)
        assert 'call.db.create_user.args[0].name recorded "Ada"   called "Bob"' in _told(drift.value)
        await db.create_user(ADA)
        with pytest.raises(playhead.Exhausted, match="more often than it was recorded"):
            await db.create_user(ADA)
        with pytest.raises(playhead.NoMatch) as differing:
            await db.create_user(BOB)
        assert "nearest   #1 db.create_user" in _told(differing.value)
        for miss in list(session_of(deck).misses):
            deck.acknowledge(miss)
    assert "test_refusals.py" in _told(never.value)
    for error in (never, drift, differing):
        assert all(len(line) <= 80 for note in error.value.__notes__ for line in note.splitlines()), error.value


@pytest.mark.asyncio
async def test_a_swallowed_miss_reaches_the_person(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user(ADA)

    await recorded(path, Database, Database, use)

    async def swallows(db: Any) -> None:
        with contextlib.suppress(Exception):
            await db.find("x")

    with pytest.raises(playhead.NoMatch):
        await replayed(path, Database, swallows)


@pytest.mark.asyncio
async def test_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(playhead.CassetteMissing):
        await replayed(tmp_path / "none.json", Database, lambda db: db.find("x"))


@pytest.mark.asyncio
async def test_drift_may_be_ignored_and_calls_repeated(path: Path) -> None:
    async def use(db: Any) -> Any:
        return await db.find("x", 1)

    await recorded(path, Database, Database, use)

    async def other(db: Any) -> Any:
        return await db.find("y", 1)

    async def often(db: Any) -> Any:
        return [await db.find("x", 1) for _ in range(3)]

    assert await replayed(path, Database, other, on_request_drift="ignore") == 1
    with pytest.warns(playhead.PlayheadWarning, match="no longer the call"):
        assert await replayed(path, Database, other, on_request_drift="warn") == 1
    assert await replayed(path, Database, often, repeat=True) == [1, 1, 1]
    with pytest.raises(playhead.Exhausted):
        await replayed(path, Database, often)


@pytest.mark.asyncio
async def test_record_new_plays_what_is_known_and_records_the_rest(path: Path) -> None:
    async def one(db: Any) -> None:
        await db.find("x", 1)

    await recorded(path, Database, Database, one)
    async with playhead.use_cassette(path, record="new") as deck:
        db = deck.double("db", Database, real=Database)
        assert await db.find("x", 1) == 1
        assert await db.find("y", 2) == 2
    assert [each.call.args for each in playhead.load(path).interactions] == [("x", 1), ("y", 2)]
    async with playhead.use_cassette(path, record="missing") as deck:
        db = deck.double("db", Database, real=Database)
        with pytest.raises(playhead.PlayheadError):
            await db.find("z", 3)
        deck.acknowledge(session_of(deck).misses[0])


@pytest.mark.asyncio
async def test_recording_without_a_real_object(path: Path) -> None:
    async with playhead.use_cassette(path, record="all") as deck:
        db = deck.double("db", Database)
        with pytest.raises(playhead.UsageError, match=r'"db" has nothing to record: give it real='):
            await db.find("x")


class Odd:
    async def lock(self) -> Any:
        return object()

    async def fine(self) -> int:
        return 1

    async def take(self, value: Any) -> int:
        return 1


@pytest.mark.asyncio
async def test_a_result_that_cannot_be_recorded(path: Path) -> None:
    with pytest.raises(playhead.PlayheadError) as caught:  # noqa: PT012
        async with playhead.use_cassette(path, record="all", keep_on_error=True) as deck:
            odd = deck.double("odd", Odd, real=Odd)
            assert await odd.fine() == 1
            await odd.lock()
    told = _told(caught.value)
    assert "odd.lock" in told
    assert "builtins.object" in told
    assert "playhead.register(" in told
    assert 'ignore=["call.odd.lock.returned"]' in told
    assert path.with_name(path.name + ".journal").exists() or path.exists()


@pytest.mark.asyncio
async def test_a_result_may_be_left_out(path: Path) -> None:
    options = {"ignore": ["call.db.lock.returned"]}

    async def use(odd: Any) -> bool:
        return await odd.lock() is not None

    assert await recorded(path, Odd, Odd, use, **options) is True
    assert await replayed(path, Odd, use, **options) is False


@pytest.mark.asyncio
async def test_arguments_that_cannot_be_compared_are_explicit(path: Path) -> None:
    async def use(odd: Any) -> int:
        return int(await odd.take(threading.Lock()))

    assert await recorded(path, Odd, Odd, use) == 1
    assert await replayed(path, Odd, use) == 1
    assert playhead.load(path).interactions[0].call.args == ({"$": "any", "v": "_thread.lock"},)


@pytest.mark.asyncio
async def test_a_cancelled_call_is_abandoned(path: Path) -> None:
    class Slow:
        async def wait(self) -> None:
            await asyncio.sleep(60)

    async def use(slow: Any) -> str:
        waiting = asyncio.create_task(slow.wait())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return "cancelled"

    assert await recorded(path, Slow, Slow, use) == "cancelled"
    assert playhead.load(path).interactions[0].abandoned
    assert await replayed(path, Slow, use) == "cancelled"


@pytest.mark.asyncio
async def test_a_real_object_that_raises_cancelled_error_records_no_outcome(path: Path) -> None:
    class Cancels:
        async def wait(self) -> None:
            raise asyncio.CancelledError

    async def use(double: Any) -> None:
        with pytest.raises(asyncio.CancelledError):
            await double.wait()

    await recorded(path, Cancels, Cancels, use)
    assert playhead.load(path).interactions[0].abandoned


@pytest.mark.asyncio
async def test_exceptions_come_back_as_themselves(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user(ADA)
        with pytest.raises(TakenError) as caught:
            await db.create_user(ADA)
        assert (str(caught.value), caught.value.args, caught.value.name) == ("Ada is taken", ("Ada is taken",), "Ada")
        with pytest.raises(KeyError):
            db["nobody"]

    await recorded(path, Database, Database, use)
    await replayed(path, Database, use)


@pytest.mark.asyncio
async def test_an_exception_of_nowhere_carries_its_name(path: Path) -> None:
    kind = type("StrangeError", (Exception,), {"__module__": "elsewhere"})

    class Raises:
        async def call(self) -> None:
            error = kind("a", 1)
            error.code = 7
            raise error

    async def use(double: Any) -> None:
        with pytest.raises(kind):
            await double.call()

    await recorded(path, Raises, Raises, use)

    async def again(double: Any) -> None:
        with pytest.raises(playhead.RecordedError) as caught:
            await double.call()
        assert caught.value.kind == "elsewhere.StrangeError"
        assert caught.value.args == ("a", 1)
        assert caught.value.code == 7

    await replayed(path, Raises, again)


@pytest.mark.asyncio
async def test_exception_groups_and_causes(path: Path) -> None:
    class Raises:
        async def call(self) -> None:
            raise ExceptionGroup("several", [ValueError("a"), KeyError("b")])

    async def use(double: Any) -> None:
        with pytest.raises(ExceptionGroup) as caught:
            await double.call()
        assert [type(each) for each in caught.value.exceptions] == [ValueError, KeyError]

    await recorded(path, Raises, Raises, use)
    await replayed(path, Raises, use)


@pytest.mark.asyncio
async def test_os_errors_keep_their_number(path: Path) -> None:
    class Raises:
        async def call(self) -> None:
            Path("/nowhere/at/all").read_text()

    async def use(double: Any) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            await double.call()
        assert (caught.value.errno, caught.value.filename) == (2, "/nowhere/at/all")
        assert "No such file" in str(caught.value)

    await recorded(path, Raises, Raises, use)
    await replayed(path, Raises, use)


@pytest.mark.asyncio
async def test_spec_drift_is_told_when_the_double_is_made(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user(ADA, notify=True)

    await recorded(path, Database, Database, use)

    class Gone:
        async def make_user(self, user: dict[str, str]) -> None: ...

    class Narrower:
        async def create_user(self, user: dict[str, str]) -> None: ...

    async with playhead.use_cassette(path) as deck:
        with pytest.raises(playhead.SpecDrift, match="has no create_user any more") as gone:
            deck.double("db", Gone)
        assert (gone.value.double, gone.value.method) == ("db", "create_user")
        with pytest.raises(playhead.SpecDrift, match="notify"):
            deck.double("db", Narrower)
    async with playhead.use_cassette(path, record="all") as deck:
        deck.double("db", Gone, real=Gone)


@pytest.mark.asyncio
async def test_without_a_spec_isinstance_is_told_what_to_do(path: Path) -> None:
    async with playhead.use_cassette(path, record="all") as deck:
        db = deck.double("db", real=Database)
        with pytest.warns(playhead.PlayheadWarning, match=r'isinstance is true with deck\.double\("db", spec='):
            assert not isinstance(db, Database)
