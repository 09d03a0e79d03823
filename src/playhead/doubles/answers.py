"""How a call of a double is answered: from the cassette in its time, or by the real object, being recorded.

One function for each way in which a member is used; each begins its call at once, so that slots are taken in the order
of calls, and does the rest when it is awaited or iterated.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import CoroutineType
from typing import Any

from playhead.deck.context import left_behind
from playhead.deck.ports import DoublesDeck
from playhead.deck.suspension import suspended
from playhead.deck.waiting import pass_async, sleep_forever, wait_async
from playhead.doubles.channel import Channel
from playhead.doubles.promise import Promise, can_be_promised
from playhead.doubles.spec import Member
from playhead.engine.decisions import CallDecision, ForwardCall, PlayCall
from playhead.engine.gate import Passage
from playhead.model.call import Invocation, Raised, Returned, Yielded

__all__ = ["Target", "answer"]

_END = object()
_NOT_EARLY = object()


class Target:
    """What calls are made on: the double itself, or an object that a call returned, with its `label`."""

    def __init__(self, channel: Channel, label: str | None) -> None:
        self.channel = channel
        self.label = label

    @property
    def live(self) -> Any:
        """The real object that a call returned, while recording."""
        return self.channel.live_of(self.label)

    async def open(self, method: str) -> Any:
        """The real object, for a call in a coroutine. An object may be older than the opening of what it is from."""
        real = await self.channel.real.open(method if self.label is None else "")
        return real if self.label is None else self.live

    def open_sync(self, method: str) -> Any:
        """The real object, for a synchronous call."""
        return self.channel.real.open_sync(method) if self.label is None else self.live

    def comes_early(self, member: Member) -> bool:
        """Whether a synchronous call of this member comes before the real object is open."""
        return self.label is None and self.channel.real.opens_later(member.name)

    def set(self, name: str, value: Any) -> None:
        """An attribute was set: the real object gets it too, if there will be one."""
        if self.label is None:
            self.channel.real.once_open(lambda real: setattr(real, name, value))
        else:
            setattr(self.live, name, value)

    def begin(self, member: Member, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> CallDecision:
        """What a call of a member gets."""
        return self.channel.begin(self.label, member, args, kwargs)

    def outcome(self, invocation: Invocation) -> Any:
        """What a played call returns or raises."""
        outcome = invocation.outcome
        if isinstance(outcome, Returned):
            return self.channel.replayed(outcome.value)
        if isinstance(outcome, Raised):
            raise self.channel.error(outcome)
        raise self.channel.deck.cut_call(invocation.call)


def answer(target: Target, member: Member) -> Callable[..., Any]:
    """The function that answers calls of a member, a coroutine function if it is awaited: see `member.new_member`."""
    if member.how == "await":
        return _awaited(target, member)
    work = _WORK[member.how]

    def answered(*args: Any, **kwargs: Any) -> Any:
        return work(_Work(target, member, target.begin(member, args, kwargs), args, kwargs))

    return answered


class _Work:
    """One call under way."""

    __slots__ = ("_args", "_kwargs", "_member", "_target", "channel", "decision", "deck")

    def __init__(
        self,
        target: Target,
        member: Member,
        decision: CallDecision,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        self.channel = target.channel
        self.deck = target.channel.deck
        self._target = target
        self._member = member
        self.decision = decision
        self._args = args
        self._kwargs = kwargs

    async def open(self, forward: ForwardCall) -> Any:
        real = await self._target.open(self._member.name)
        forward.take.started(self.deck.now_us())
        return real

    def open_sync(self, forward: ForwardCall) -> Any:
        real = self._target.open_sync(self._member.name)
        forward.take.started(self.deck.now_us())
        return real

    def early(self, forward: ForwardCall) -> Any:
        """What a call gives that comes too early: nothing, if it returns nothing, or what can be waited for. Else
        `_NOT_EARLY`."""
        if not self._target.comes_early(self._member):
            return _NOT_EARLY
        returns = self._member.returns
        if returns is type(None):
            self.channel.real.once_open(lambda real: _made(self, forward, real))
            return None
        if self._member.may_wait or can_be_promised(returns):
            return Promise(forward.take.call.path, lambda: _kept_promise(self, forward))
        return _NOT_EARLY

    def call(self, real: Any) -> Any:
        """Call the real object, its HTTP requests being its own business."""
        channel, name = self.channel, self._member.name
        args = [channel.live(each) for each in self._args]
        kwargs = {each: channel.live(value) for each, value in self._kwargs.items()}
        with suspended():
            if name == "__call__":
                return real(*args, **kwargs)
            if name == "__await__":
                return real
            member = getattr(real, name)
            return member if self._member.how == "get" else member(*args, **kwargs)

    def returned(self, forward: ForwardCall, value: Any) -> Any:
        plain, live = self.channel.result(value, self._member, forward)
        with self.deck.lock:
            forward.take.returned(plain, self.deck.now_us())
        return live

    def item(self, forward: ForwardCall, value: Any, asked_us: int) -> Any:
        plain, live = self.channel.result(value, self._member, forward)
        now = self.deck.now_us()
        with self.deck.lock:
            forward.take.item(plain, now, now - asked_us)
        return live

    def failed(self, forward: ForwardCall, error: BaseException, *, yields: bool = False) -> None:
        """An exception is an outcome; a cancellation, or an interrupt, is none."""
        with self.deck.lock:
            if isinstance(error, Exception):
                forward.take.raised(self.channel.raised(error), self.deck.now_us(), yields=yields)
            else:
                forward.take.abandon(self.deck.now_us())

    def ended(self, forward: ForwardCall) -> None:
        with self.deck.lock:
            forward.take.ended(self.deck.now_us())

    def outcome(self, invocation: Invocation) -> Any:
        """What a played call returns or raises."""
        return self._target.outcome(invocation)


def _awaited(target: Target, member: Member) -> Callable[..., Any]:
    deck, begin, outcome = target.channel.deck, target.begin, target.outcome

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        decision = begin(member, args, kwargs)
        if isinstance(decision, PlayCall):
            passage = deck.enter_call(decision)
            if passage is not None or decision.invocation.outcome is None:
                await _passed(deck, decision, passage)
            return outcome(decision.invocation)
        assert isinstance(decision, ForwardCall)  # a refusal was raised
        return await _forwarded(_Work(target, member, decision, args, kwargs), decision)

    return awaited


async def _passed(deck: DoublesDeck, play: PlayCall, passage: Passage | None) -> None:
    """Wait until it is the turn of the outcome; for ever, if the recorded caller gave up waiting."""
    invocation = play.invocation
    try:
        if invocation.abandoned:
            await _wait_for_the_end(deck)
        await pass_async(deck, passage, invocation.timing.last_us, play.slot, None)
    except BaseException:
        deck.leave(passage)
        raise


async def _forwarded(work: _Work, forward: ForwardCall) -> Any:
    try:
        real = await work.open(forward)
        result = work.call(real)
        with suspended():
            value = await result if inspect.isawaitable(result) else result
    except BaseException as error:
        work.failed(forward, error)
        raise
    return work.returned(forward, value)


def _called(work: _Work) -> Any:
    """A synchronous call is answered at once: nothing can wait in it. It may return a coroutine, which can."""
    match work.decision:
        case PlayCall(invocation) as play:
            if invocation.call.how == "await":
                return _played(work, play)
            work.deck.leave(work.deck.enter_call(play))
            return work.outcome(invocation)
        case ForwardCall() as forward:
            early = work.early(forward)
            if early is not _NOT_EARLY:
                return early
            try:
                real = work.open_sync(forward)
            except BaseException as error:
                work.failed(forward, error)
                raise
            return _made(work, forward, real)


async def _played(work: _Work, play: PlayCall) -> Any:
    await _passed(work.deck, play, work.deck.enter_call(play))
    return work.outcome(play.invocation)


def _made(work: _Work, forward: ForwardCall, real: Any) -> Any:
    try:
        value = work.call(real)
    except BaseException as error:
        work.failed(forward, error)
        raise
    return _finished(work, forward, value) if _is_coroutine(value) else work.returned(forward, value)


async def _kept_promise(work: _Work, forward: ForwardCall) -> Any:
    try:
        real = await work.open(forward)
    except BaseException as error:
        work.failed(forward, error)
        raise
    return _made(work, forward, real)


def _is_coroutine(value: Any) -> bool:
    """Whether it is good for nothing but being awaited: what is more than that is an object."""
    return type(value) is CoroutineType or isinstance(value, asyncio.Future)


async def _finished(work: _Work, forward: ForwardCall, result: Any) -> Any:
    """A plain function returned a coroutine: what comes of that is what comes of the call."""
    forward.take.awaited()
    try:
        await work.open(forward)
        with suspended():
            value = await result
    except BaseException as error:
        work.failed(forward, error)
        raise
    return work.returned(forward, value)


async def _items(work: _Work) -> AsyncIterator[Any]:
    match work.decision:
        case PlayCall() as play:
            async for item in _played_items(work, play):
                yield item
        case ForwardCall() as forward:
            iterator = None
            try:
                real = await work.open(forward)
                iterator = aiter(work.call(real))
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


async def _next_item(work: _Work, forward: ForwardCall, iterator: AsyncIterator[Any]) -> Any:
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
    """Wait to be cancelled; whoever still waits when the deck has closed is told."""
    await wait_async(None, deck.on_close)
    raise left_behind(deck.name)


async def _played_items(work: _Work, play: PlayCall) -> AsyncIterator[Any]:
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


def _each(work: _Work) -> Iterator[Any]:
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
                for value in work.call(work.open_sync(forward)):
                    yield work.item(forward, value, work.deck.now_us())
            except (Exception, GeneratorExit) as error:
                work.failed(forward, error, yields=True)
                raise
            work.ended(forward)


_WORK: dict[str, Callable[[_Work], Any]] = {
    "call": _called,
    "items": _items,
    "each": _each,
    "get": _called,
}
