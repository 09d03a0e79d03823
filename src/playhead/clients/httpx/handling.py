"""The front-end for httpx and httpx2: it translates a request, asks the deck, and does as told. Async first, sync
below it with the same names; both serve the explicit transports and the interception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from playhead.clients.httpx.dialect import Dialect, dialect_of, limits_of, request_of
from playhead.clients.httpx.listening import wait_for_more, wait_for_more_sync
from playhead.clients.httpx.recording import Recorder, load_backend
from playhead.clients.httpx.replaying import Playback
from playhead.clients.httpx.requests import held, held_async, read_async, read_sync
from playhead.deck.caller import note_caller, warn_caller
from playhead.deck.expiry import note_expiry
from playhead.deck.routes.overrides import overridden, overridden_async
from playhead.deck.waiting import pass_async, pass_sync
from playhead.engine.decisions import Decision, Discard, Forward, PassThrough, Play, Refuse
from playhead.engine.hints import told_alone
from playhead.errors import PlayheadError, PlayheadWarning, RequestDrift
from playhead.guard.unrecorded import accounted
from playhead.model.http import Failure

if TYPE_CHECKING:
    from playhead.deck.session import Deck

__all__ = ["handle", "handle_async"]

SWITCHING_PROTOCOLS = 101

AsyncSend = Callable[[Any], Awaitable[Any]]
Send = Callable[[Any], Any]


async def handle_async(deck: Deck, request: Any, send: AsyncSend) -> Any:
    """Answer a request of an `AsyncClient`; `send` is the inner transport's."""
    __tracebackhide__ = True  # pytest shows the line of the test instead
    dialect = dialect_of(request)
    load_backend(deck)
    body = await held_async(deck, request, dialect)
    decision: Decision | None = deck.aside(request_of(request, b"")) if body is None else None
    if decision is None:
        if body is None:
            body = await read_async(deck, request, dialect)
        live = request_of(request, body)
        if deck.overrides and (answer := await overridden_async(deck, live, dialect)) is not None:
            return answer
        decision = await deck.decide_beside(live)
    match decision:
        case Play() as play:
            playback: Playback = dialect.async_replay(deck, play, dialect, limits_of(request))
            if not playback.at_once:
                await _wait_async(playback, play)
            return playback.head()
        case Forward() as forward:
            return await _record_async(deck, forward, request, send, dialect)
        case PassThrough():
            with accounted():
                return await send(request)
        case other:
            raise _refusal(deck, other, dialect)


def handle(deck: Deck, request: Any, send: Send) -> Any:
    """Answer a request of a `Client`; `send` is the inner transport's."""
    __tracebackhide__ = True  # pytest shows the line of the test instead
    dialect = dialect_of(request)
    body = held(deck, request, dialect)
    decision: Decision | None = deck.aside(request_of(request, b"")) if body is None else None
    if decision is None:
        if body is None:
            body = read_sync(deck, request, dialect)
        live = request_of(request, body)
        if deck.overrides and (answer := overridden(deck, live, dialect)) is not None:
            return answer
        decision = deck.decide(live)
    match decision:
        case Play() as play:
            playback: Playback = dialect.sync_replay(deck, play, dialect, limits_of(request))
            if not playback.at_once:
                _wait(playback, play)
            return playback.head()
        case Forward() as forward:
            return _record(deck, forward, request, send, dialect)
        case PassThrough():
            with accounted():
                return send(request)
        case other:
            raise _refusal(deck, other, dialect)


async def _record_async(deck: Deck, forward: Forward, request: Any, send: AsyncSend, dialect: Dialect) -> Any:
    __tracebackhide__ = True
    recorder = Recorder(deck, forward.take, forward.call, dialect, limits_of(request))
    try:
        with accounted():
            response = await send(_forwarded(request, recorder, asynchronous=True))
    except BaseException as error:
        await recorder.beside(recorder.unanswered, error)
        raise
    if response.status_code == SWITCHING_PROTOCOLS:
        await response.aclose()
        raise recorder.upgraded()
    recorder.head(response)
    return _teed(response, dialect.async_tee, dialect, recorder)


def _record(deck: Deck, forward: Forward, request: Any, send: Send, dialect: Dialect) -> Any:
    __tracebackhide__ = True
    recorder = Recorder(deck, forward.take, forward.call, dialect, limits_of(request))
    try:
        with accounted():
            response = send(_forwarded(request, recorder, asynchronous=False))
    except BaseException as error:
        recorder.unanswered(error)
        raise
    if response.status_code == SWITCHING_PROTOCOLS:
        response.close()
        raise recorder.upgraded()
    recorder.head(response)
    return _teed(response, dialect.sync_tee, dialect, recorder)


async def _wait_async(playback: Playback, play: Play) -> None:
    """Wait until it is the turn of the head, or of the failure in its place."""
    __tracebackhide__ = True
    if play.drift is not None:
        _warn(playback.deck, play.drift)
    try:
        if play.exchange.abandoned and not playback.fails:
            raise await wait_for_more(playback)
        if playback.passage is not None:
            at_us, following = playback.head_event()
            await pass_async(playback.deck, playback.passage, at_us, play.slot, following)
    except BaseException:
        playback.leave()
        raise


def _wait(playback: Playback, play: Play) -> None:
    __tracebackhide__ = True
    if play.drift is not None:
        _warn(playback.deck, play.drift)
    try:
        if play.exchange.abandoned and not playback.fails:
            raise wait_for_more_sync(playback)
        if playback.passage is not None:
            at_us, following = playback.head_event()
            pass_sync(playback.deck, playback.passage, at_us, play.slot, following)
    except BaseException:
        playback.leave()
        raise


def _forwarded(request: Any, recorder: Recorder, *, asynchronous: bool) -> Any:
    """The request as the inner transport gets it: the caller's own object stays as it is."""
    forwarded = object.__new__(type(request))  # copy.copy leaves the stream behind, as pickling does
    vars(forwarded).update(vars(request), extensions=recorder.extensions(request, asynchronous=asynchronous))
    return forwarded


def _teed(response: Any, tee: Callable[..., Any], dialect: Dialect, recorder: Recorder) -> Any:
    stream = tee(response.stream, recorder)
    if not response.is_stream_consumed and not response.is_closed:
        response.stream = stream
    else:
        # Built by an in-process transport with its body read already: the client would never ask the tee for it.
        response = dialect.module.Response(
            response.status_code, headers=response.headers.raw, stream=stream, extensions=response.extensions
        )
    stream.response = response
    return response


def _refusal(deck: Deck, decision: Decision, dialect: Dialect) -> Exception:
    match decision:
        case Refuse(error):
            if isinstance(error, PlayheadError):
                note_expiry(deck, error)
                note_caller(error)
            return error
        case Discard():
            return dialect.error(Failure("ConnectError", "All connection attempts failed"))
        case _:
            raise AssertionError(f"not a refusal: {decision}")


def _warn(deck: Deck, drift: RequestDrift) -> None:
    if deck.options.on_request_drift == "warn":
        warn_caller(PlayheadWarning(told_alone(drift)))
