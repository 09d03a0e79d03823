"""Every front-end behind one face, so that a scenario is written once: httpx and httpx2, async and sync, asyncio and
trio, as explicit transports and by interception."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

import playhead


@dataclass(frozen=True)
class Front:
    """One way to reach playhead."""

    library: str
    backend: str  # "asyncio", "trio" or "sync"
    explicit: bool

    @property
    def module(self) -> Any:
        return importlib.import_module(self.library)

    @property
    def is_sync(self) -> bool:
        return self.backend == "sync"

    def __str__(self) -> str:
        return f"{self.library}-{self.backend}-{'explicit' if self.explicit else 'intercepted'}"

    @asynccontextmanager
    async def deck(self, path: Path, **options: Any) -> AsyncIterator[Session]:
        with playhead.use_cassette(path, intercept=not self.explicit, **options) as deck:
            async with self._client(deck) as client:
                yield Session(self, deck, client)

    @asynccontextmanager
    async def _client(self, deck: playhead.Deck) -> AsyncIterator[Any]:
        arguments: dict[str, Any] = {"timeout": 5}
        doors = importlib.import_module(f"playhead.{self.library}")
        if self.is_sync:
            if self.explicit:
                arguments["transport"] = doors.Transport(deck)
            with self.module.Client(**arguments) as client:
                yield _Asynchronous(client)
        else:
            if self.explicit:
                arguments["transport"] = doors.AsyncTransport(deck)
            async with self.module.AsyncClient(**arguments) as client:
                yield client

    def run(self, scenario: Callable[[], Awaitable[None]], *, virtual: bool = False) -> None:
        """Run a scenario to its end."""
        if self.is_sync:
            coroutine: Any = scenario()
            try:
                coroutine.send(None)
            except StopIteration:
                return
            raise AssertionError("a scenario on a synchronous client must not suspend")
        clocks: dict[str, Any] = {"asyncio": {"loop_factory": playhead.VirtualClock}}
        if virtual and self.backend == "trio":
            clocks["trio"] = {"clock": playhead.TrioVirtualClock()}
        anyio.run(scenario, backend=self.backend, backend_options=clocks[self.backend] if virtual else {})


@dataclass(frozen=True)
class Session:
    """A client on a deck."""

    front: Front
    deck: playhead.Deck
    client: Any

    async def chunks(self, url: str, most: int | None = None, **options: Any) -> list[bytes]:
        """The raw chunks of a streamed response, `most` of them."""
        found = []
        async with self.client.stream("GET", url, **options) as response:
            async for chunk in response.aiter_raw():
                found.append(chunk)
                if most is not None and len(found) == most:
                    break
        return found


class _Asynchronous:
    """A synchronous client with the asynchronous names; nothing in it suspends."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            return member(*args, **kwargs)

        return call

    @asynccontextmanager
    async def stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        with self._client.stream(*args, **kwargs) as response:
            yield _AsynchronousResponse(response)


class _AsynchronousResponse:
    def __init__(self, response: Any) -> None:
        self._response = response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)

    async def aread(self) -> Any:
        return self._response.read()

    async def aiter_raw(self) -> AsyncIterator[bytes]:
        for chunk in self._response.iter_raw():
            yield chunk


FRONTS = [
    Front(library, backend, explicit)
    for library in ("httpx", "httpx2")
    for backend in ("asyncio", "trio", "sync")
    for explicit in (True, False)
]

CORNERS = [
    Front("httpx", "asyncio", explicit=True),
    Front("httpx", "sync", explicit=False),
    Front("httpx2", "asyncio", explicit=False),
    Front("httpx2", "trio", explicit=True),
]
"""Each library by both doors, and each backend: every scenario runs over these."""


def chosen(how: str, scenario: str) -> list[Front]:
    """Return the front-ends that a scenario runs over.

    Args:
        how: "all", the "corner" that most people use, or a "covering" set: the corners, and six in which every pair of
            library, backend and door occurs. There are two such halves. The scenario's name says which one is taken, so
            that the suite runs over every front-end.
        scenario: The name of its test.
    """
    if how == "corner":
        return CORNERS[:1]
    if how == "all":
        return FRONTS
    half = zlib.crc32(scenario.encode()) % 2
    return [front for front in FRONTS if front in CORNERS or _half(front) == half]


def _half(front: Front) -> int:
    return ((front.library == "httpx2") + (front.backend == "trio") + front.explicit) % 2
