"""Answers calls of doubles: from the cassette in its time, or by the real object while recording.

There is a function for each way in which a member is used. Each begins its call at once, so that recordings are taken
in the order of the calls. The rest is done when the result is awaited or iterated.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from types import CoroutineType
from typing import Any, TypeGuard, cast

from playhead.deck.context import left_behind
from playhead.deck.ports import DoublesDeck
from playhead.deck.suspension import suspended
from playhead.deck.waiting import pass_async, sleep_forever, wait_async
from playhead.doubles.promise import Promise, can_be_promised
from playhead.doubles.spec import Member
from playhead.doubles.work import Target, Work
from playhead.engine.decisions import ForwardCall, PlayCall
from playhead.engine.gate import Passage
from playhead.model.call import Yielded

__all__ = ["answer"]

_END = object()
_NOT_EARLY = object()


def answer(target: Target, member: Member) -> Callable[..., Any]:
    """Return the function that answers calls of a member; for a member that is awaited, a coroutine function."""
    if member.how == "await":
        return _awaited(target, member)
    work = _WORK[member.how]

    def answered(*args: object, **kwargs: object) -> object:
        return work(Work(target, member, target.begin(member, args, kwargs), args, kwargs))

    return answered


def _awaited(target: Target, member: Member) -> Callable[..., Any]:
    deck, begin, outcome = target.channel.deck, target.begin, target.outcome

    async def awaited(*args: object, **kwargs: object) -> object:
        decision = begin(member, args, kwargs)
        if isinstance(decision, PlayCall):
            passage = deck.enter_call(decision)
            if passage is not None or decision.invocation.outcome is None:
                await _passed(deck, decision, passage)
            return outcome(decision.invocation)
        return await _forwarded(Work(target, member, decision, args, kwargs), decision)

    return awaited


async def _passed(deck: DoublesDeck, play: PlayCall, passage: Passage | None) -> None:
    """Wait for the turn of the outcome. If the recorded caller was cancelled, wait to be cancelled too."""
    invocation = play.invocation
    try:
        if invocation.abandoned:
            await _wait_for_the_end(deck)
        await pass_async(deck, passage, invocation.timing.last_us, play.slot, None)
    except BaseException:
        deck.leave(passage)
        raise


async def _forwarded(work: Work, forward: ForwardCall) -> object:
    try:
        real = await work.open(forward)
        result = work.call(real)
        with suspended():
            value = await result if inspect.isawaitable(result) else result
    except BaseException as error:
        work.failed(forward, error)
        raise
    return work.returned(forward, value)


def _called(work: Work) -> object:
    """Answer a synchronous call at once, since it cannot wait. If it returns a coroutine, that waits."""
    match work.decision:
        case PlayCall(invocation) as play:
            if invocation.call.how == "await":
                return _played(work, play)
            work.deck.leave(work.deck.enter_call(play))
            return work.outcome(invocation)
        case ForwardCall() as forward:
            early = _early(work, forward)
            if early is not _NOT_EARLY:
                return early
            try:
                real = work.open_sync(forward)
            except BaseException as error:
                work.failed(forward, error)
                raise
            return _made(work, forward, real)


def _early(work: Work, forward: ForwardCall) -> object:
    """Return the result of a call that comes before the real object is open: None, or something to wait for.

    `_NOT_EARLY` if the object is open, or the method is said to return anything else.
    """
    if not work.target.comes_early(work.member):
        return _NOT_EARLY
    returns = work.member.returns
    if returns is type(None):
        work.when_open(lambda real: _made(work, forward, real))
        return None
    if work.member.may_wait or can_be_promised(returns):
        return Promise(forward.take.call.path, lambda: _kept_promise(work, forward))
    return _NOT_EARLY


async def _played(work: Work, play: PlayCall) -> object:
    await _passed(work.deck, play, work.deck.enter_call(play))
    return work.outcome(play.invocation)


def _made(work: Work, forward: ForwardCall, real: object) -> object:
    try:
        value = work.call(real)
    except BaseException as error:
        work.failed(forward, error)
        raise
    return _finished(work, forward, value) if _is_coroutine(value) else work.returned(forward, value)


async def _kept_promise(work: Work, forward: ForwardCall) -> object:
    try:
        real = await work.open(forward)
    except BaseException as error:
        work.failed(forward, error)
        raise
    return _made(work, forward, real)


def _is_coroutine(value: object) -> TypeGuard[Awaitable[object]]:
    """Return True for a bare coroutine or future.

    Awaitables with more behaviour, such as a pool's context manager, are recorded as objects.
    """
    return type(value) is CoroutineType or isinstance(value, asyncio.Future)


async def _finished(work: Work, forward: ForwardCall, result: Awaitable[object]) -> object:
    """Await the coroutine that a plain function has returned: its outcome is that of the call."""
    forward.take.awaited()
    try:
        await work.open(forward)
        with suspended():
            value = await result
    except BaseException as error:
        work.failed(forward, error)
        raise
    return work.returned(forward, value)


async def _items(work: Work) -> AsyncIterator[object]:
    match work.decision:
        case PlayCall() as play:
            async for item in _played_items(work, play):
                yield item
        case ForwardCall() as forward:
            iterator: AsyncIterator[object] | None = None
            try:
                real = await work.open(forward)
                iterator = aiter(cast(AsyncIterable[object], work.call(real)))
                while True:
                    item = await _next_item(work, forward, iterator)
                    if item is _END:
                        return
                    yield item
            except (Exception, GeneratorExit) as error:
                if iterator is not None and hasattr(iterator, "aclose"):
                    with suspended():
                        await iterator.aclose()
                work.failed(forward, error, yields=True)
                raise


async def _next_item(work: Work, forward: ForwardCall, iterator: AsyncIterator[object]) -> object:
    asked_us = work.deck.now_us()
    forward.take.ask(asked_us)
    try:
        with suspended():
            value = await anext(iterator, _END)
    except BaseException as error:
        work.failed(forward, error, yields=True)
        raise
    if value is _END:
        work.ended(forward)
        return _END
    return work.item(forward, value, asked_us)


async def _wait_for_the_end(deck: DoublesDeck) -> None:
    """Wait to be cancelled. Raises `NetworkBlocked` if the deck closes first."""
    await wait_async(None, deck.on_close)
    raise left_behind(deck.name)


async def _played_items(work: Work, play: PlayCall) -> AsyncIterator[object]:
    invocation, deck = play.invocation, work.deck
    passage = deck.enter_call(play)
    timing, outcome = invocation.timing, invocation.outcome
    try:
        if not isinstance(outcome, Yielded):
            if invocation.abandoned:
                await _wait_for_the_end(deck)
            work.outcome(invocation)
            return
        instants = [chunk.at_us for chunk in timing.chunks] or [timing.last_us] * len(outcome.items)
        end_us = None if invocation.waiting else timing.last_us
        for item, at_us, next_us in zip(outcome.items, instants, [*instants[1:], end_us], strict=False):
            await pass_async(deck, passage, at_us, play.slot, next_us)
            yield work.channel.replayed(item)
        if invocation.waiting:
            deck.leave(passage)
            await sleep_forever()
        await pass_async(deck, passage, timing.last_us, play.slot, None)
        if outcome.raised is not None:
            raise work.channel.error(outcome.raised)
        if not outcome.complete:
            raise deck.cut_call(invocation.call)
    finally:
        deck.leave(passage)


def _each(work: Work) -> Iterator[object]:
    match work.decision:
        case PlayCall(invocation) as play:
            work.deck.leave(work.deck.enter_call(play))
            outcome = invocation.outcome
            if not isinstance(outcome, Yielded):
                work.outcome(invocation)
                return
            yield from map(work.channel.replayed, outcome.items)
            if outcome.raised is not None:
                raise work.channel.error(outcome.raised)
            if not outcome.complete:
                raise work.deck.cut_call(invocation.call)
        case ForwardCall() as forward:
            try:
                for value in cast(Iterable[object], work.call(work.open_sync(forward))):
                    yield work.item(forward, value, work.deck.now_us())
            except (Exception, GeneratorExit) as error:
                work.failed(forward, error, yields=True)
                raise
            work.ended(forward)


_WORK: dict[str, Callable[[Work], Any]] = {
    "call": _called,
    "items": _items,
    "each": _each,
    "get": _called,
}
