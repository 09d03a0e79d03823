"""Makes doubles: mocks with the spec of a class or function, whose members answer from the deck.

Members are made when they are first asked for. Attributes and the methods of protocols, which Python looks up on the
class, are on the class that each mock has for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, NonCallableMagicMock

from playhead.errors import UsageError
from playhead.fronts.double.answers import Target, answer
from playhead.fronts.double.channel import Channel
from playhead.fronts.double.drift import expect_no_drift
from playhead.fronts.double.member import new_member
from playhead.fronts.double.real import Real
from playhead.fronts.double.spec import Member, Spec, spec_of
from playhead.model.call import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from playhead.fronts.deck import Deck

__all__ = ["make_double"]


def make_double(deck: Deck, name: str, spec: Any, real: Callable[[], Any] | None) -> Any:
    """The double called `name`; see `Deck.double`."""
    if not isinstance(name, str) or not name or any(each in name for each in ".[]"):
        raise UsageError(f'{name!r} is no name of a double: it is a word such as "db", without dots and brackets.')
    if real is not None and not callable(real):
        raise UsageError(
            f'real of the double "{name}" is {type(real).__name__}, and should be a function that returns it: '
            "real=lambda: ..."
        )
    channel = Channel(deck, name, Spec() if spec is None else spec_of(spec), Real(name, real), _of_object)
    recorded = list(deck.recorded_calls(name))
    expect_no_drift(name, channel.spec, recorded)
    deck.closes(channel.real)
    channel.root = _double(channel, None, channel.spec, None, recorded)
    return channel.root


def _of_object(channel: Channel, label: str | None, kind: type[Any] | None, live: Any) -> Any:
    """The double of an object that a call returned."""
    recorded = list(channel.deck.recorded_calls(channel.name, label))
    return _double(channel, label, Spec() if kind is None else spec_of(kind), live, recorded)


def _double(channel: Channel, label: str | None, spec: Spec, live: Any, recorded: list[Call]) -> Any:
    members = dict(spec.members)
    if spec.source is None:
        members |= {call.method: Member(call.method, call.how) for call in recorded}
    else:
        members |= {call.method: Member(call.method, call.how) for call in recorded if call.method not in members}
    target = Target(channel, label, live)
    if spec.function is not None:
        return _with_identity(_callable(target, spec), target)
    source: Any = spec.kind if spec.kind is not None else None
    double = _Double(spec=source, name=label or channel.name)
    double.__dict__["_playhead"] = target, members
    _on_class(double, target, members)
    return _with_identity(double, target)


class _Double(NonCallableMagicMock):
    """A mock whose children are the members of what it stands for."""

    def _get_child_mock(self, /, **kwargs: Any) -> Any:
        known = self.__dict__.get("_playhead")
        name = kwargs.get("name")
        if known is None or name is None or kwargs.get("_new_name") != name:
            return MagicMock(**kwargs)
        target, members = known
        member = members.get(name) or _guessed(target, name)
        if member is None or self.__dict__.get("_mock_sealed"):
            raise AttributeError(f"{target.label or target.channel.name} has no member {name!r}{_known(members)}")
        kwargs.pop("wraps", None)
        return new_member(member, answer(target, member), **kwargs)


def _guessed(target: Target, name: str) -> Member | None:
    """A member of a double without a spec, while it records: as it is on the real object."""
    channel = target.channel
    if channel.spec.source is not None or target.label is not None or not channel.deck.recording:
        return None
    made = channel.real.made
    found = spec_of(type(made)).members.get(name)
    if found is not None or not hasattr(type(made), "__await__"):
        return found
    return Member(name, "await")


def _known(members: Mapping[str, Member]) -> str:
    names = sorted(name for name in members if not name.startswith("_"))
    return f"; it has {', '.join(names[:8])}" if names else ""


def _callable(target: Target, spec: Spec) -> Any:
    """A function as a dependency."""
    member = spec.members["__call__"]
    return new_member(member, answer(target, member), name=target.channel.name)


def _on_class(double: Any, target: Target, members: Mapping[str, Member]) -> None:
    """What Python looks up on the class: attributes, and the methods of protocols."""
    kind = type(double)
    for name, member in members.items():
        if member.how == "get":
            type.__setattr__(kind, name, _Attribute(name, answer(target, member)))
        elif name in ("__aiter__", "__iter__", "__await__", "__anext__", "__next__"):
            type.__setattr__(kind, name, _protocol(name, answer(target, member)))
        elif name.startswith("__"):
            setattr(double, name, new_member(member, answer(target, member)))


def _protocol(name: str, answers: Any) -> Any:
    if name == "__await__":
        return lambda _: answers((), {}, (), {}).__await__()
    return lambda _: answers((), {}, (), {})


class _Attribute:
    """An attribute: read from the cassette, or from the real object; a test may set it to something else."""

    def __init__(self, name: str, answers: Any) -> None:
        self._name = f"_playhead_set_{name}"
        self._answers = answers

    def __get__(self, double: Any, owner: type[Any] | None = None) -> Any:
        if double is None:
            return self
        try:
            return double.__dict__[self._name]
        except KeyError:
            return self._answers((), {}, (), {})

    def __set__(self, double: Any, value: Any) -> None:
        double.__dict__[self._name] = value

    def __delete__(self, double: Any) -> None:
        double.__dict__.pop(self._name, None)


def _with_identity(double: Any, target: Target) -> Any:
    """How a channel knows its doubles again, where they are arguments."""
    kind = type(double)
    type.__setattr__(kind, "_playhead_label", lambda _: target.label or target.channel.name)
    type.__setattr__(kind, "_playhead_real", lambda _: target.live if target.label else target.channel.real.opened)
    return double
