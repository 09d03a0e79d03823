"""Every assertion of `AsyncMock` works on doubles, recording and replaying, and so do side effects and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import ANY, AsyncMock, MagicMock, Mock, call, patch, seal

import pytest

import playhead
from tests.doubles.support import recorded, replayed, twice
from tests.doubles.things import Database, TakenError, User

ADA = {"name": "Ada"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


@pytest.mark.asyncio
async def test_awaits_are_asserted_as_on_an_async_mock(path: Path) -> None:
    async def use(db: Any) -> None:
        db.create_user.assert_not_called()
        db.create_user.assert_not_awaited()
        await db.create_user(ADA, notify=True)
        db.create_user.assert_called()
        db.create_user.assert_called_once()
        db.create_user.assert_called_once_with(ADA, notify=True)
        db.create_user.assert_awaited()
        db.create_user.assert_awaited_once()
        db.create_user.assert_awaited_once_with(ADA, notify=True)
        db.create_user.assert_awaited_once_with(user=ADA, notify=True)
        db.create_user.assert_awaited_with(ANY, notify=True)
        await db.find("Ada", default=7)
        await db.find("Bob")
        db.find.assert_any_call("Ada", 7)
        db.find.assert_any_await("Ada", default=7)
        db.find.assert_has_awaits([call("Ada", default=7), call("Bob")])
        db.find.assert_has_calls([call("Bob"), call("Ada", default=7)], any_order=True)
        assert db.find.await_count == db.find.call_count == 2
        assert db.find.await_args == call("Bob")
        assert db.find.await_args.args == ("Bob",)
        assert db.find.call_args_list == db.find.await_args_list == [call("Ada", default=7), call("Bob")]
        assert db.mock_calls == [
            call.create_user(ADA, notify=True),
            call.find("Ada", default=7),
            call.find("Bob"),
        ]
        assert db.method_calls == db.mock_calls
        db.assert_has_calls([call.create_user(ADA, notify=True), call.find("Ada", default=7)])
        for wrong in (
            lambda: db.find.assert_awaited_once_with("Bob"),
            lambda: db.find.assert_any_await("Eve"),
            lambda: db.create_user.assert_not_awaited(),
            lambda: db.create_user.assert_awaited_once_with({"name": "Bob"}, notify=True),
        ):
            with pytest.raises(AssertionError):
                wrong()

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_plain_methods_are_asserted_as_on_a_mock(path: Path) -> None:
    async def use(db: Any) -> None:
        assert db.add(1, right=2) == 3
        db.add.assert_called_once_with(1, 2)
        assert [each async for each in db.stream(2)][1][0] == 1
        db.stream.assert_called_once_with(2)
        assert list(db.each(2)) == [0, 1]
        db.each.assert_called_once_with(count=2)
        assert db.mock_calls == [call.add(1, right=2), call.stream(2), call.each(2)]

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_a_failed_call_was_awaited(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user(ADA)
        with pytest.raises(TakenError):
            await db.create_user(ADA)
        assert db.create_user.await_count == 2

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_reset_mock_forgets_calls_and_replays_on(path: Path) -> None:
    async def use(db: Any) -> None:
        await db.find("a")
        db.reset_mock()
        assert db.mock_calls == []
        assert db.find.await_count == 0
        db.find.assert_not_awaited()
        await db.find("b")
        db.find.assert_awaited_once_with("b")
        db.find.side_effect = ValueError
        db.find.reset_mock(return_value=True, side_effect=True)
        await db.find("c")
        db.find.assert_awaited_once_with("c")

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_doubles_are_attached_to_a_manager(path: Path) -> None:
    async def use(db: Any) -> None:
        manager = Mock()
        manager.attach_mock(db, "db")
        mail = AsyncMock()
        manager.attach_mock(mail, "mail")
        await db.find("a")
        await mail.send("b")
        await db.find("c")
        assert manager.mock_calls == [call.db.find("a"), call.mail.send("b"), call.db.find("c")]

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_a_member_is_attached_to_a_manager(path: Path) -> None:
    async def use(db: Any) -> None:
        manager = MagicMock()
        manager.attach_mock(db.find, "find")
        await db.find("a")
        assert manager.mock_calls == [call.find("a")]

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_configure_mock_and_seal(path: Path) -> None:
    async def use(db: Any) -> None:
        db.configure_mock(**{"count.return_value": 99, "find.side_effect": KeyError("x")})
        assert db.count() == 99
        with pytest.raises(KeyError):
            await db.find("a")
        await db.create_user(ADA)
        seal(db)
        await db.create_user({"name": "Bob"})
        with pytest.raises(AttributeError):
            db.nothing  # noqa: B018

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_a_sealed_double_still_plays_members_that_were_not_used_before(path: Path) -> None:
    async def use(db: Any) -> None:
        seal(db)
        await db.create_user(ADA)
        db.create_user.assert_awaited_once_with(ADA)

    await twice(path, Database, Database, use)


class Service:
    db: Any = None

    async def register(self, name: str) -> User:
        user: User = await self.db.create_user({"name": name})
        return user


@pytest.mark.asyncio
async def test_a_double_is_patched_in(path: Path) -> None:
    async def use(db: Any) -> User:
        with patch.object(Service, "db", new=db):
            made = await Service().register("Ada")
        db.create_user.assert_awaited_once_with(ADA)
        return made

    assert await twice(path, Database, Database, use) == User(1, "Ada")


@pytest.mark.asyncio
async def test_one_member_is_overridden_while_the_rest_replays(path: Path) -> None:
    async def plain(db: Any) -> None:
        await db.create_user(ADA)
        await db.find("Ada")

    await recorded(path, Database, Database, plain)

    async def overridden(db: Any) -> None:
        db.create_user.side_effect = [ConnectionError("gone"), playhead.PLAY]
        with pytest.raises(ConnectionError):
            await db.create_user(ADA)
        assert await db.create_user(ADA) == User(1, "Ada")
        db.find.return_value = None
        assert await db.find("whoever") is None
        db.count.side_effect = lambda: 5
        assert db.count() == 5
        db.stream.return_value.__aiter__.return_value = [1, 2]
        assert [each async for each in db.stream(9)] == [1, 2]
        db.create_user.side_effect = None
        db.find.side_effect = lambda name: playhead.PLAY
        del db.find.return_value

    await replayed(path, Database, overridden)


@pytest.mark.asyncio
async def test_a_side_effect_may_give_way_to_the_recording(path: Path) -> None:
    async def plain(db: Any) -> None:
        await db.find("Ada", 4)

    await recorded(path, Database, Database, plain)

    async def overridden(db: Any) -> None:
        db.find.side_effect = lambda name, default=None: playhead.PLAY if name == "Ada" else 9
        assert await db.find("Eve") == 9
        assert await db.find("Ada", 4) == 4

    await replayed(path, Database, overridden)


@pytest.mark.asyncio
async def test_an_overridden_member_is_not_recorded(path: Path) -> None:
    async def use(db: Any) -> None:
        db.find.return_value = 3
        assert await db.find("Ada") == 3
        db.create_user = AsyncMock(return_value=4)
        assert await db.create_user(ADA) == 4
        assert db.mock_calls == [call.find("Ada"), call.create_user(ADA)]
        assert db.count() == 0

    await twice(path, Database, Database, use)
    assert [each.call.method for each in playhead.load(path).interactions] == ["count"]


@pytest.mark.asyncio
async def test_what_is_not_in_the_spec_is_refused(path: Path) -> None:
    async def use(db: Any) -> None:
        assert isinstance(db, Database)
        with pytest.raises(AttributeError):
            db.remove_user  # noqa: B018
        with pytest.raises(AttributeError):
            db.create_user.assert_awaited_ones()
        with pytest.raises(TypeError):
            await db.create_user()
        with pytest.raises(TypeError):
            await db.find("a", "b", "c")
        with pytest.raises(TypeError):
            db.add(1, 2, wrong=3)
        with pytest.raises(TypeError):
            db.stream()
        db.create_user.assert_not_awaited()
        assert not hasattr(db, "anything")
        assert db.count() == 0

    await twice(path, Database, Database, use)


@pytest.mark.asyncio
async def test_arguments_are_those_of_the_call(path: Path) -> None:
    async def use(db: Any) -> None:
        user = {"name": "Ada", "tags": ["a"]}
        await db.create_user(user)
        user["tags"].append("b")
        user["name"] = "Eve"
        db.create_user.assert_awaited_once_with({"name": "Ada", "tags": ["a"]})

    await twice(path, Database, Database, use)
    (interaction,) = playhead.load(path).interactions
    assert interaction.call.args == ({"name": "Ada", "tags": ["a"]},)


@pytest.mark.asyncio
async def test_results_are_nobody_elses(path: Path) -> None:
    async def use(db: Any) -> None:
        found = await db.find("x", [1])
        found.append(2)
        assert await db.find("x", [1]) == [1]

    await twice(path, Database, Database, use)
