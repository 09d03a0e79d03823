"""Redis through redis.asyncio: recorded from a real server, replayed when it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

import playhead
from tests.dependencies.servers import redis_server
from tests.dependencies.tapes import Program, Tapes

redis = pytest.importorskip("redis.asyncio", reason="recording needs redis: pip install redis")


def client_of(deck: playhead.Deck, url: str, **options: Any) -> Any:
    """A double of a client."""
    return deck.double("redis", redis.Redis, lambda: redis.Redis.from_url(url, **options))


async def plain_commands(deck: playhead.Deck, url: str) -> Any:
    client = client_of(deck, url)
    assert await client.set("name", "Ada", ex=60) is True
    assert await client.get("name") == b"Ada"
    assert await client.get("nothing") is None
    assert await client.hset("user:1", mapping={"name": "Ada", "age": 36}) == 2
    found = await client.hgetall("user:1")
    assert found == {b"name": b"Ada", b"age": b"36"}
    assert await client.sadd("colours", "red", "green") == 2
    assert await client.smembers("colours") == {b"red", b"green"}
    with pytest.raises(redis.ResponseError) as caught:
        await client.incr("name")
    client.get.assert_has_awaits([((("name",), {})), ((("nothing",), {}))])
    return found, str(caught.value)


async def a_pipeline(deck: playhead.Deck, url: str) -> Any:
    client = client_of(deck, url)
    async with client.pipeline(transaction=True) as pipeline:
        pipeline.set("hits", 1)
        pipeline.incr("hits").incrby("hits", 5)
        found = await pipeline.execute()
    assert found == [True, 2, 7]
    return found


async def messages(deck: playhead.Deck, url: str) -> Any:
    client = client_of(deck, url, decode_responses=True)
    seen = []
    async with client.pubsub() as subscription:
        await subscription.subscribe("news")
        listening = subscription.listen()
        assert (await anext(listening))["type"] == "subscribe"
        for text in ("one", "two", "three"):
            await client.publish("news", text)
        async for message in listening:
            seen.append(message["data"])
            if message["data"] == "three":
                break
    assert seen == ["one", "two", "three"]
    return seen


async def concurrent_commands(deck: playhead.Deck, url: str) -> Any:
    client = client_of(deck, url)
    finished: list[str] = []

    async def wait_for(name: str) -> Any:
        found = await client.blpop([name], timeout=5)
        finished.append(name)
        return found

    async def push() -> None:
        for name in ("c", "a", "b"):
            await asyncio.sleep(0.02)
            await client.rpush(name, name.upper())

    found = await asyncio.gather(*map(wait_for, "abc"), push())
    return found[:3], finished


PROGRAMS: Sequence[Program] = (plain_commands, a_pipeline, messages, concurrent_commands)


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    with redis_server() as url:
        return Tapes(tmp_path_factory.mktemp("redis"), url).record(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_server(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
