"""`Front`: the seam to a client library. Everything that `handling` needs to know of one stands here.

To add a client library, make a folder beside `httpx` with an implementation of `AsyncFront`, `SyncFront` or both, and
something that calls `handling.handle_async` or `handle` in place of the library's own sending. Nothing else has to know
of it.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeVar

from playhead.clients.playback import Playback
from playhead.clients.recording import Recorder
from playhead.deck.ports import ClientDeck
from playhead.engine.decisions import Play
from playhead.engine.pacing import Timeouts
from playhead.model.http import BodyFile, Failure, Headers, Request, Response

__all__ = ["AsyncFront", "Front", "Head", "SyncFront"]

Native = TypeVar("Native")
"""A request of the client library."""
Answer = TypeVar("Answer")
"""A response of the client library."""


class Head(NamedTuple):
    """The head of a live response, as a take stores it."""

    status: int
    headers: Headers
    reason: str
    http: str


class Front(Protocol[Native, Answer]):
    """Translates between a client library and the model. An async and a sync side of a library are one each."""

    @property
    def transport_error(self) -> type[Exception]:
        """The root of the errors that a failed exchange raises, and that are recorded."""
        ...

    def request_of(self, native: Native, body: bytes | BodyFile) -> Request:
        """Return a native request as the model has it, without credentials in the URL or a fragment."""
        ...

    def timeouts_of(self, native: Native) -> Timeouts:
        """Return the timeouts that the client allows for this request."""
        ...

    def error(self, failure: Failure) -> Exception:
        """Return a recorded failure as the library's own exception."""
        ...

    def playback(self, deck: ClientDeck, play: Play, timeouts: Timeouts) -> Playback:
        """Return what plays a recorded exchange to this kind of client."""
        ...

    def respond(self, playback: Playback) -> Answer:
        """Return the native response whose body comes from a playback."""
        ...

    def answer(self, response: Response) -> Answer:
        """Return a whole response, which a test put in place of a recording, as a native one."""
        ...

    def response_of(self, value: object) -> Response | None:
        """Return a native response that a test made as the model has it; `None` if it is not one."""
        ...

    def forwarded(self, native: Native, recorder: Recorder) -> Native:
        """Return the request as it goes to the service, with whatever tells the recorder of its events."""
        ...

    def head_of(self, answer: Answer) -> Head:
        """Return the head of a live response."""
        ...

    def teed(self, answer: Answer, recorder: Recorder) -> Answer:
        """Return a live response whose body also goes to the recorder."""
        ...


class SyncFront(Front[Native, Answer], Protocol[Native, Answer]):
    """The synchronous side of a client library."""

    def held(self, deck: ClientDeck, native: Native) -> bytes | BodyFile | None:
        """Return the body of a request that has it in memory; `None` if it has to be read."""
        ...

    def read(self, deck: ClientDeck, native: Native) -> bytes | BodyFile:
        """Read the body of a request, which can still be sent afterwards."""
        ...

    def close(self, answer: Answer) -> None:
        """Close a live response without reading it."""
        ...


class AsyncFront(Front[Native, Answer], Protocol[Native, Answer]):
    """The asynchronous side of a client library."""

    def load(self, deck: ClientDeck) -> None:
        """Import what the library loads at its first request, if that would pass for waiting on the service."""
        ...

    async def held(self, deck: ClientDeck, native: Native) -> bytes | BodyFile | None:
        """Return the body of a request that has it in memory; `None` if it has to be read."""
        ...

    async def read(self, deck: ClientDeck, native: Native) -> bytes | BodyFile:
        """Read the body of a request, which can still be sent afterwards."""
        ...

    async def close(self, answer: Answer) -> None:
        """Close a live response without reading it."""
        ...
