"""Answers one request of a client: translate it, ask the deck, do as told. Async first; sync below, step by step alike.

`front` translates between the client library and the model, and `send` is what would have sent the request.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from playhead.caller import note_caller, warn_caller
from playhead.clients.front import AsyncFront, Front, SyncFront
from playhead.clients.listening import wait_for_more, wait_for_more_sync
from playhead.clients.playback import Playback
from playhead.clients.recording import Recorder
from playhead.deck.ports import ClientDeck
from playhead.deck.routes.overrides import NOTHING, response_of
from playhead.deck.suspension import accounted
from playhead.deck.waiting import pass_async, pass_sync
from playhead.engine.decisions import Decision, Discard, Forward, PassThrough, Play, Refuse
from playhead.engine.hints import told_alone
from playhead.engine.seen import SeenRequest
from playhead.errors import PlayheadError, PlayheadWarning, RequestDrift, UsageError
from playhead.model.http import Failure, Request, Response

__all__ = ["handle", "handle_async"]

SWITCHING_PROTOCOLS = 101

Native = TypeVar("Native")
Answer = TypeVar("Answer")


async def handle_async(
    deck: ClientDeck,
    native: Native,
    send: Callable[[Native], Awaitable[Answer]],
    front: AsyncFront[Native, Answer],
) -> Answer:
    """Answer a request of an asynchronous client."""
    __tracebackhide__ = True  # pytest shows the line of the test instead
    front.load(deck)
    body = await front.held(deck, native)
    decision: Decision | None = deck.aside(front.request_of(native, b"")) if body is None else None
    if decision is None:
        if body is None:
            body = await front.read(deck, native)
        live = front.request_of(native, body)
        if deck.overrides and (answer := await _overridden_async(deck, live, front)) is not None:
            return answer
        decision = await deck.decide_beside(live)
    match decision:
        case Play() as play:
            playback = front.playback(deck, play, front.timeouts_of(native))
            if not playback.at_once:
                await _wait_async(playback, play)
            playback.begin()
            return front.respond(playback)
        case Forward() as forward:
            return await _record_async(deck, forward, native, send, front)
        case PassThrough():
            with accounted():
                return await send(native)
        case other:
            raise _refusal(deck, other, front)


def handle(
    deck: ClientDeck, native: Native, send: Callable[[Native], Answer], front: SyncFront[Native, Answer]
) -> Answer:
    """Answer a request of a synchronous client."""
    __tracebackhide__ = True  # pytest shows the line of the test instead
    body = front.held(deck, native)
    decision: Decision | None = deck.aside(front.request_of(native, b"")) if body is None else None
    if decision is None:
        if body is None:
            body = front.read(deck, native)
        live = front.request_of(native, body)
        if deck.overrides and (answer := _overridden(deck, live, front)) is not None:
            return answer
        decision = deck.decide(live)
    match decision:
        case Play() as play:
            playback = front.playback(deck, play, front.timeouts_of(native))
            if not playback.at_once:
                _wait(playback, play)
            playback.begin()
            return front.respond(playback)
        case Forward() as forward:
            return _record(deck, forward, native, send, front)
        case PassThrough():
            with accounted():
                return send(native)
        case other:
            raise _refusal(deck, other, front)


async def _record_async(
    deck: ClientDeck,
    forward: Forward,
    native: Native,
    send: Callable[[Native], Awaitable[Answer]],
    front: AsyncFront[Native, Answer],
) -> Answer:
    __tracebackhide__ = True
    recorder = Recorder(deck, forward.take, forward.call, front.transport_error, front.timeouts_of(native))
    try:
        with accounted():
            answer = await send(front.forwarded(native, recorder))
    except BaseException as error:
        await recorder.beside(recorder.unanswered, error)
        raise
    head = front.head_of(answer)
    if head.status == SWITCHING_PROTOCOLS:
        await front.close(answer)
        raise recorder.upgraded()
    recorder.head(head.status, head.headers, reason=head.reason, http=head.http)
    return front.teed(answer, recorder)


def _record(
    deck: ClientDeck,
    forward: Forward,
    native: Native,
    send: Callable[[Native], Answer],
    front: SyncFront[Native, Answer],
) -> Answer:
    __tracebackhide__ = True
    recorder = Recorder(deck, forward.take, forward.call, front.transport_error, front.timeouts_of(native))
    try:
        with accounted():
            answer = send(front.forwarded(native, recorder))
    except BaseException as error:
        recorder.unanswered(error)
        raise
    head = front.head_of(answer)
    if head.status == SWITCHING_PROTOCOLS:
        front.close(answer)
        raise recorder.upgraded()
    recorder.head(head.status, head.headers, reason=head.reason, http=head.http)
    return front.teed(answer, recorder)


async def _wait_async(playback: Playback, play: Play) -> None:
    """Wait for the turn of the head, or of the failure in its place."""
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


async def _overridden_async(deck: ClientDeck, live: Request, front: Front[Any, Answer]) -> Answer | None:
    """Return what a test put in place of a recording, or `None` if the request goes its usual way."""
    call = SeenRequest(live, deck.now_us())
    outcome = deck.overrides.outcome_for(call)
    if inspect.isawaitable(outcome):
        try:
            outcome = await outcome
        except Exception as error:  # noqa: BLE001  # the side effect's own, which is what the request gets
            outcome = error
    return None if _goes_on(outcome) else front.answer(_delivered(deck, call, outcome, front))


def _overridden(deck: ClientDeck, live: Request, front: Front[Any, Answer]) -> Answer | None:
    call = SeenRequest(live, deck.now_us())
    outcome = deck.overrides.outcome_for(call)
    return None if _goes_on(outcome) else front.answer(_delivered(deck, call, outcome, front))


def _goes_on(outcome: object) -> bool:
    """Return True if the request goes on to the recording: nothing overrides it, or `playhead.PLAY` says so."""
    from unittest.mock import DEFAULT  # with asyncio and all: only a program with overrides has to load it

    return outcome is NOTHING or outcome is DEFAULT


def _delivered(deck: ClientDeck, call: SeenRequest, outcome: object, front: Front[object, Any]) -> Response:
    """Return the response that an override gives, or raise what it makes a request fail with."""
    call.awaited = True
    with deck.lock:
        deck.answered(call, deck.now_us())
    if isinstance(outcome, int) and not isinstance(outcome, bool):
        outcome = response_of(outcome, None, None, None)
    if isinstance(outcome, Failure):
        raise front.error(outcome)
    if isinstance(outcome, BaseException) or (isinstance(outcome, type) and issubclass(outcome, BaseException)):
        raise outcome
    response = outcome if isinstance(outcome, Response) else front.response_of(outcome)
    if response is None:
        raise UsageError(
            f"A side effect of a route was {outcome!r}: it takes exceptions, playhead.PLAY, status codes and responses."
        )
    call.answer = response
    return response


def _refusal(deck: ClientDeck, decision: Decision, front: Front[Any, Any]) -> Exception:
    match decision:
        case Refuse(error):
            if isinstance(error, PlayheadError):
                deck.explain(error)
                note_caller(error)
            return error
        case Discard():
            return front.error(Failure("ConnectError", "All connection attempts failed"))
        case _:
            raise AssertionError(f"not a refusal: {decision}")


def _warn(deck: ClientDeck, drift: RequestDrift) -> None:
    if deck.options.on_request_drift == "warn":
        warn_caller(PlayheadWarning(told_alone(drift)))
