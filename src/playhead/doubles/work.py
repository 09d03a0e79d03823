"""A call under way (`Work`), and the double or object that it is made on (`Target`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playhead.deck.suspension import suspended
from playhead.doubles.channel import Channel
from playhead.doubles.spec import Member
from playhead.engine.decisions import ForwardCall, PlayCall
from playhead.model.call import Invocation, Raised, Returned

__all__ = ["Target", "Work"]


class Target:
    """A double, or an object that a call returned and that has a `label`."""

    def __init__(self, channel: Channel, label: str | None) -> None:
        self.channel = channel
        self.label = label

    @property
    def live(self) -> object:
        """The real object that a call returned, while recording."""
        return self.channel.live_of(self.label)

    async def open(self, method: str) -> object:
        """Return the real object for a call in a coroutine, opened if it is not open yet."""
        # A returned object may be older than the opening of what it came from: open that all the same.
        real = await self.channel.real.open(method if self.label is None else "")
        return real if self.label is None else self.live

    def open_sync(self, method: str) -> object:
        """Return the real object for a synchronous call."""
        return self.channel.real.open_sync(method) if self.label is None else self.live

    def comes_early(self, member: Member) -> bool:
        """Return True if a synchronous call of this member comes before the real object is open."""
        return self.label is None and self.channel.real.opens_later(member.name)

    def set(self, name: str, value: object) -> None:
        """Set an attribute of the real object as well, now or when it is open."""
        if self.label is None:
            self.channel.real.once_open(lambda real: setattr(real, name, value))
        else:
            setattr(self.live, name, value)

    def begin(self, member: Member, args: tuple[object, ...], kwargs: Mapping[str, object]) -> PlayCall | ForwardCall:
        """Return what a call of a member gets."""
        return self.channel.begin(self.label, member, args, kwargs)

    def outcome(self, invocation: Invocation) -> object:
        """Return or raise what a played call did."""
        outcome = invocation.outcome
        if isinstance(outcome, Returned):
            return self.channel.replayed(outcome.value)
        if isinstance(outcome, Raised):
            raise self.channel.error(outcome)
        raise self.channel.deck.cut_call(invocation.call)


class Work:
    """One call under way, with its arguments and the decision of the deck."""

    __slots__ = ("_args", "_kwargs", "channel", "decision", "deck", "member", "target")

    def __init__(
        self,
        target: Target,
        member: Member,
        decision: PlayCall | ForwardCall,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> None:
        self.channel = target.channel
        self.deck = target.channel.deck
        self.target = target
        self.member = member
        self.decision = decision
        self._args = args
        self._kwargs = kwargs

    async def open(self, forward: ForwardCall) -> object:
        """Return the real object for a call in a coroutine. Time is counted from here."""
        real = await self.target.open(self.member.name)
        forward.take.started(self.deck.now_us())
        return real

    def open_sync(self, forward: ForwardCall) -> object:
        """Return the real object for a synchronous call."""
        real = self.target.open_sync(self.member.name)
        forward.take.started(self.deck.now_us())
        return real

    def call(self, real: Any) -> object:
        """Call the real object. HTTP requests that it makes are not recorded: the call is."""
        channel, name = self.channel, self.member.name
        args = [channel.live(each) for each in self._args]
        kwargs = {each: channel.live(value) for each, value in self._kwargs.items()}
        with suspended():
            if name == "__call__":
                return real(*args, **kwargs)
            if name == "__await__":
                return real
            member = getattr(real, name)
            return member if self.member.how == "get" else member(*args, **kwargs)

    def returned(self, forward: ForwardCall, value: object) -> object:
        """Record a result, and return it as the program gets it."""
        plain, live = self.channel.result(value, self.member, forward)
        with self.deck.lock:
            forward.take.returned(plain, self.deck.now_us())
        return live

    def item(self, forward: ForwardCall, value: object, asked_us: int) -> object:
        """Record an item of a generator that was asked for at `asked_us`, and return it as the program gets it."""
        plain, live = self.channel.result(value, self.member, forward)
        now = self.deck.now_us()
        with self.deck.lock:
            forward.take.item(plain, now, now - asked_us)
        return live

    def failed(self, forward: ForwardCall, error: BaseException, *, yields: bool = False) -> None:
        """Record an exception as the outcome. A cancelled or interrupted call is recorded without one."""
        with self.deck.lock:
            if isinstance(error, Exception):
                forward.take.raised(self.channel.raised(error), self.deck.now_us(), yields=yields)
            else:
                forward.take.abandon(self.deck.now_us())

    def ended(self, forward: ForwardCall) -> None:
        """Record the end of a generator."""
        with self.deck.lock:
            forward.take.ended(self.deck.now_us())

    def outcome(self, invocation: Invocation) -> object:
        """Return or raise what a played call did."""
        return self.target.outcome(invocation)

    def when_open(self, act: Callable[[object], object]) -> None:
        """Do this with the real object, now or when it is open."""
        self.channel.real.once_open(act)
