"""A replayed body that lies ready is taken at once, and read in the library's own way where that is not certain."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from httpx._client import BoundAsyncStream, BoundSyncStream

import playhead
import playhead.httpx
from playhead.clients.httpx import front
from playhead.clients.httpx.responses import response_class
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response

URL = "http://api.test/a"


@pytest.fixture
def deck_path(tmp_path: Path) -> Path:
    path = tmp_path / "one.json"
    playhead.save(Cassette((Exchange(1, Request("GET", URL), Response(200, body=b"one")),)), path)
    return path


@pytest.fixture
def fresh_fronts() -> Any:
    """The front-ends of this test are made for it."""
    front._front.cache_clear()
    front._async_front.cache_clear()
    yield
    front._front.cache_clear()
    front._async_front.cache_clear()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-gzip"])
def test_what_was_decoded_is_not_decoded_again(deck_path: Path, coding: str) -> None:
    body = b"some text, some text and some more text"
    headers = (("content-encoding", coding), ("content-length", "9"))
    playhead.save(
        Cassette(
            [
                Exchange(number, Request("GET", URL), Response(200, headers=headers, body=body, coding=coding))
                for number in (1, 2)
            ]
        ),
        deck_path,
    )
    with playhead.use_cassette(deck_path), httpx.Client() as client:
        at_once = client.get(URL)
        with client.stream("GET", URL) as piece_by_piece:
            read = b"".join(piece_by_piece.iter_bytes())
    assert at_once.content == read
    assert at_once.num_bytes_downloaded == piece_by_piece.num_bytes_downloaded
    assert at_once.headers["content-length"] == str(at_once.num_bytes_downloaded)


def _never(self: object) -> Any:
    raise AssertionError("read piece by piece")


def test_it_is_taken_at_once(deck_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundSyncStream, "__iter__", _never)
    with playhead.use_cassette(deck_path):
        assert httpx.get(URL).content == b"one"


async def test_it_is_taken_at_once_by_an_asynchronous_client(deck_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundAsyncStream, "__aiter__", _never)
    with playhead.use_cassette(deck_path):
        async with httpx.AsyncClient() as client:
            assert (await client.get(URL)).content == b"one"


def test_it_is_read_where_the_client_is_another_than_known(
    deck_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_fronts: None
) -> None:
    monkeypatch.setitem(sys.modules, "httpx._client", ModuleType("httpx._client"))
    with playhead.use_cassette(deck_path):
        response = httpx.get(URL)
    assert (response.content, response.is_closed) == (b"one", True)


def test_a_response_without_the_known_names_is_the_librarys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(self: Any) -> bytes:
        return b""

    monkeypatch.setattr(httpx.Response, "read", read)
    assert response_class(httpx) is httpx.Response  # type: ignore[arg-type]  # a module, as `Library` describes one


@pytest.mark.parametrize("timing", ["instant", "recorded"])
def test_a_method_that_a_hook_wraps_on_the_response_is_called(deck_path: Path, timing: Any) -> None:
    called: list[str] = []

    def wrap(response: httpx.Response) -> None:
        own = response.read

        def read() -> bytes:
            called.append("read")
            return own()

        response.read = read  # type: ignore[method-assign]

    with playhead.use_cassette(deck_path, timing=timing), httpx.Client(event_hooks={"response": [wrap]}) as client:
        assert client.get(URL).content == b"one"
    assert called == ["read"]


def test_what_takes_the_place_of_a_method_that_reads_is_called(
    deck_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def noting(name: str) -> None:
        own = getattr(httpx.Response, name)

        def method(self: httpx.Response, *args: object) -> object:
            called.append(name)
            return own(self, *args)

        monkeypatch.setattr(httpx.Response, name, method)

    with playhead.use_cassette(deck_path, repeat=True):
        httpx.get(URL)
        for name in ("read", "iter_bytes", "iter_raw", "close"):
            noting(name)
        assert httpx.get(URL).content == b"one"
    assert called == ["read", "iter_bytes", "iter_raw", "close"]


def test_a_class_that_a_hook_derives_from_that_of_a_response_stays(deck_path: Path) -> None:
    def derive(response: httpx.Response) -> None:
        response.__class__ = type("Mine", (type(response),), {"mine": lambda self: self.text.upper()})

    with playhead.use_cassette(deck_path), httpx.Client(event_hooks={"response": [derive]}) as client:
        response: Any = client.get(URL)
    assert (type(response).__name__, response.mine()) == ("Mine", "ONE")


async def test_a_transport_around_the_deck_sees_the_bytes(deck_path: Path) -> None:
    seen: list[bytes] = []

    class Counted(httpx.AsyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self._stream:
                seen.append(chunk)
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    class Around(httpx.AsyncBaseTransport):
        def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
            self._inner = inner

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await self._inner.handle_async_request(request)
            response.stream = Counted(response.stream)
            return response

    with playhead.use_cassette(deck_path, intercept=False) as deck:
        async with httpx.AsyncClient(transport=Around(playhead.httpx.AsyncTransport(deck))) as client:
            assert (await client.get(URL)).content == b"one"
    assert seen == [b"one"]
