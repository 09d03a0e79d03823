"""The types of the public names, checked by pyright and mypy in strict mode. This module is never run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import assert_type

import httpx
import httpx2

import playhead
import playhead.httpx
import playhead.httpx2
from playhead import Cassette, Deck, Interaction, Route, use_cassette


def blocks() -> None:
    with use_cassette("a.json", record="missing", timing=10, ignore=["query.page"]) as deck:
        assert_type(deck, Deck)
        assert_type(deck.recording, bool)
        assert_type(deck.played, int)
        assert_type(deck.unplayed, tuple[Interaction, ...])
        assert_type(deck.interactions, tuple[Interaction, ...])
        assert_type(deck.request_drift, list[playhead.RequestDrift])
    assert_type(playhead.current_deck(), Deck | None)


async def async_blocks() -> None:
    async with use_cassette(Path("a.json"), origins={"users": "http://127.0.0.1:8000"}) as deck:
        assert_type(deck, Deck)


@use_cassette("a.json")
def plain(number: int) -> str:
    return str(number)


@use_cassette("a.json")
async def coroutine(number: int) -> str:
    return str(number)


@use_cassette("a.json")
async def generator() -> AsyncIterator[int]:
    yield 1


@use_cassette("a.json")
class TestShop:
    def test_one(self) -> None: ...


async def decorated_functions_stay_what_they_are() -> None:
    assert_type(plain(1), str)
    assert_type(await coroutine(1), str)
    async for number in generator():
        assert_type(number, int)
    assert_type(TestShop(), TestShop)


def transports(deck: Deck) -> None:
    httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck))
    httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck, inner=httpx.ASGITransport(app=_app)))
    httpx.Client(transport=playhead.httpx.Transport(deck))
    httpx2.AsyncClient(transport=playhead.httpx2.AsyncTransport(deck))
    httpx2.Client(transport=playhead.httpx2.Transport(deck, inner=httpx2.HTTPTransport()))


async def _app(scope: object, receive: object, send: object) -> None: ...


def times(deck: Deck) -> None:
    with deck.clock.elapsed() as took:
        assert_type(took.seconds, float)
    assert_type(deck.max_concurrency, int)
    assert_type([call.path for call in deck.completions], list[str])
    assert_type(playhead.clock.virtual, bool)
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        assert_type(runner.run(coroutine(1)), str)


def routes(deck: Deck) -> None:
    route = deck.route("GET", "/users/{id}", host="api.test")
    assert_type(route, Route)
    assert_type(route.await_count, int)
    assert_type(route.called, bool)
    route.assert_awaited_once_with(params={"page": "2"}, json={"name": "Ada"})
    route.assert_has_calls([{"path": "/users/1"}], any_order=True)
    call = route.calls[-1]
    assert_type(call.method, str)
    assert_type(call.headers, dict[str, str])
    if call.response is not None:
        assert_type(call.response.status, int)


def values() -> None:
    cassette = playhead.load("a.json")
    assert_type(cassette, Cassette)
    assert_type(cassette.interactions, Sequence[Interaction])
    for interaction in cassette.interactions:
        if isinstance(interaction, playhead.Invocation):
            assert_type(interaction.call.method, str)
        else:
            assert_type(interaction.request.url, str)
        assert_type(interaction.timing.start_us, int)
        assert_type(interaction.origin, str | None)
    playhead.save(cassette, Path("a.msgpack"))
    for finding in playhead.diff(cassette, "b.json"):
        assert_type(finding.rule, str)
        assert_type(finding.evidence, str)


def errors(error: playhead.RequestDrift) -> None:
    assert_type(error.differences, tuple[tuple[str, str, str], ...])
    assert_type(error.nearest, int | None)
