"""The seam to a client library: a small one of the test's own is recorded and replayed through `SyncFront` alone."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from playhead import NoMatch, load, use_cassette
from playhead.clients.front import Head, SyncFront
from playhead.clients.handling import handle
from playhead.clients.playback import Playback
from playhead.clients.recording import Recorder
from playhead.deck.context import resolve
from playhead.deck.ports import ClientDeck
from playhead.engine.decisions import Play
from playhead.engine.pacing import NO_TIMEOUTS, Timeouts
from playhead.model.http import BodyFile, Failure, Request, Response
from tests.support.wire import wire


class MiniError(Exception):
    """The error of the client library."""


@dataclass
class MiniRequest:
    """A request of the client library."""

    method: str
    url: str
    body: bytes = b""


@dataclass
class MiniResponse:
    """A response of the client library, whose body is read in pieces."""

    status: int
    headers: list[tuple[str, str]]
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))


def send(request: MiniRequest) -> MiniResponse:
    split = urlsplit(request.url)
    connection = http.client.HTTPConnection(split.hostname or "", split.port, timeout=10)
    try:
        connection.request(request.method, split.path, request.body or None)
        answer = connection.getresponse()
    except OSError as error:
        raise MiniError(str(error)) from error
    body = answer.read()
    connection.close()
    return MiniResponse(answer.status, answer.getheaders(), iter([body[:3], body[3:]]))


class MiniFront:
    """The whole of a front-end."""

    transport_error = MiniError

    def request_of(self, native: MiniRequest, body: bytes | BodyFile) -> Request:
        return Request(native.method, native.url, (), body)

    def timeouts_of(self, native: MiniRequest) -> Timeouts:
        return NO_TIMEOUTS

    def error(self, failure: Failure) -> Exception:
        return MiniError(failure.message)

    def playback(self, deck: ClientDeck, play: Play, timeouts: Timeouts) -> Playback:
        return Playback(deck, play, self.error, timeouts)

    def respond(self, playback: Playback) -> MiniResponse:
        recorded = playback.exchange.response
        assert recorded is not None
        return MiniResponse(recorded.status, list(playback.fields(recorded)), _played(playback))

    def answer(self, response: Response) -> MiniResponse:
        assert isinstance(response.body, bytes)
        return MiniResponse(response.status, list(response.headers), iter([response.body]))

    def response_of(self, value: object) -> Response | None:
        return Response(value.status, headers=tuple(value.headers)) if isinstance(value, MiniResponse) else None

    def forwarded(self, native: MiniRequest, recorder: Recorder) -> MiniRequest:
        return native

    def head_of(self, answer: MiniResponse) -> Head:
        return Head(answer.status, tuple(answer.headers), "", "HTTP/1.1")

    def teed(self, answer: MiniResponse, recorder: Recorder) -> MiniResponse:
        return MiniResponse(answer.status, answer.headers, _recorded(answer.pieces, recorder))

    def held(self, deck: ClientDeck, native: MiniRequest) -> bytes:
        return native.body

    def read(self, deck: ClientDeck, native: MiniRequest) -> bytes:
        return native.body

    def close(self, answer: MiniResponse) -> None:
        pass


def _recorded(pieces: Iterator[bytes], recorder: Recorder) -> Iterator[bytes]:
    recorder.ask()
    for piece in pieces:
        recorder.chunk(piece)
        yield piece
        recorder.ask()
    recorder.ended()


def _played(playback: Playback) -> Iterator[bytes]:
    for event in playback.events():
        if event.error is not None:
            raise event.error
        if event.data:
            yield event.data
    playback.whole = True
    playback.close()


FRONT: SyncFront[MiniRequest, MiniResponse] = MiniFront()


def fetch(request: MiniRequest) -> MiniResponse:
    """Send a request as the client library does where a deck may be open."""
    session = resolve()
    return send(request) if session is None else handle(session, request, send, FRONT)


def test_a_client_library_of_its_own_is_recorded_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "mini.json"
    with wire() as server:
        asked = MiniRequest("GET", f"{server.url}/json/a")
        dead = MiniRequest("GET", "http://127.0.0.1:1/nothing")
        with use_cassette(path, record="missing"):
            live = fetch(asked)
            live_body = b"".join(live.pieces)
            with pytest.raises(MiniError) as failed:
                fetch(dead)
    assert len(load(path).interactions) == 2
    with use_cassette(path) as deck:
        deck.route("GET", "/laid/over").respond(418, content=b"short")
        answer = fetch(asked)
        assert (answer.status, b"".join(answer.pieces)) == (live.status, live_body)
        with pytest.raises(MiniError, match=str(failed.value)[:12].replace("[", r"\[")):
            fetch(dead)
        over = fetch(MiniRequest("GET", "http://api.test/laid/over"))
        assert (over.status, b"".join(over.pieces)) == (418, b"short")
        deck.route("GET", "/json/a").assert_awaited_once()
        with pytest.raises(NoMatch) as missed:
            fetch(MiniRequest("GET", "http://api.test/never"))
        deck.acknowledge(missed.value)
