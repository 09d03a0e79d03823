"""Makes doubles: mocks with the spec of a class or function, whose members answer from a deck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from unittest.mock import NonCallableMock

from playhead.deck.ports import DoublesDeck
from playhead.doubles.answers import answer
from playhead.doubles.channel import Channel
from playhead.doubles.drift import expect_no_drift
from playhead.doubles.member import new_member
from playhead.doubles.mocks import new_mock
from playhead.doubles.real import Real
from playhead.doubles.spec import Member, Spec, spec_of
from playhead.doubles.work import Target
from playhead.errors import UsageError
from playhead.model.call import Call

__all__ = ["make_double"]


class _ClosesReals(DoublesDeck, Protocol):
    def closes(self, real: Real) -> None:
        """Close a real object with the deck."""


def make_double(deck: _ClosesReals, name: str, spec: object, real: Callable[[], object] | None) -> object:
    """Return the double called `name`; see `Deck.double`."""
    if not isinstance(name, str) or not name or any(each in name for each in ".[]"):
        raise UsageError(f'{name!r} is not the name of a double: use a word such as "db", without dots and brackets.')
    if real is not None and not callable(real):
        raise UsageError(
            f'real of the double "{name}" is {type(real).__name__}, and should be a function that returns it: '
            "real=lambda: ..."
        )
    members = Spec() if spec is None else spec_of(spec)
    channel = Channel(deck, name, members, Real(name, real, members.kind), _of_object)
    recorded = list(deck.recorded_calls(name))
    expect_no_drift(name, channel.spec, recorded)
    deck.on_close(channel.release)
    deck.closes(channel.real)
    channel.root = _double(channel, None, channel.spec, recorded)
    return channel.root


def _of_object(channel: Channel, label: str | None, kind: type[Any] | None) -> object:
    """Return the double of an object that a call returned."""
    recorded = list(channel.deck.recorded_calls(channel.name, label))
    return _double(channel, label, Spec() if kind is None else spec_of(kind), recorded)


def _double(channel: Channel, label: str | None, spec: Spec, recorded: list[Call]) -> NonCallableMock:
    target = Target(channel, label)
    if spec.function is not None:
        member = spec.members["__call__"]
        named = spec.function if hasattr(spec.function, "__name__") else type(spec.function)
        double = new_member(member, answer(target, member), channel.copied, name=channel.name)
        return _with_identity(_with_name(double, named), target)
    members = dict(spec.members)
    members |= {call.method: Member(call.method, call.how) for call in recorded if call.method not in members}
    return _with_identity(new_mock(target, spec.kind, members), target)


def _with_name(double: NonCallableMock, function: object) -> NonCallableMock:
    """Copy the attributes that frameworks read of a function, such as those that describe tools to a model."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        double.__dict__[name] = getattr(function, name, None)
    return double


def _with_identity(double: NonCallableMock, target: Target) -> NonCallableMock:
    """Let channels recognise the double when it is an argument. Each mock has a class of its own."""
    kind = type(double)
    type.__setattr__(kind, "_playhead_label", lambda _: target.label or target.channel.name)
    type.__setattr__(kind, "_playhead_real", lambda _: target.live if target.label else target.channel.real.opened)
    return double
