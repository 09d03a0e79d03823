"""The mocks that doubles are. Their children are the members of the spec.

Members are made when they are first asked for. Attributes, and methods of protocols such as `__aenter__`, are set on
the class, where Python looks them up: `unittest.mock` makes a class for each mock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock

from playhead.caller import warn_caller
from playhead.doubles.answers import answer
from playhead.doubles.member import AnsweringMixin, member_options, new_member
from playhead.doubles.promise import ON_AWAIT
from playhead.doubles.spec import Member, spec_of
from playhead.doubles.work import Target
from playhead.errors import PlayheadWarning

__all__ = ["ChildrenMixin", "new_mock"]


def new_mock(target: Target, source: type[Any] | None, members: Mapping[str, Member]) -> NonCallableMock:
    """Return the mock of an object of the class `source` that has these members; callable if it has `__call__`."""
    name, called = target.label or target.channel.name, members.get("__call__")
    kind = _KINDS[None if called is None else called.how == "await"]
    if called is None:
        double: NonCallableMock = kind(spec=source, name=name)
    else:
        wraps = answer(target, called)
        vars(wraps).update(dict.fromkeys(members))  # a mock looks up its children on what it wraps
        double = kind(spec=source, name=name, _spec_as_instance=True, _eat_self=True, wraps=wraps)
        double.__dict__["_playhead_call"] = member_options(called, target.channel.copied)
    double.__dict__["_playhead"] = target, members
    drives = {"__await__", *_DRIVEN} <= members.keys()
    for each in members.values():
        if drives and each.name in _DRIVEN:
            type.__setattr__(type(double), each.name, _Driven(each.name))
        else:
            _on_class(double, target, each)
    return double


class ChildrenMixin:
    """Makes the members of a mock when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        target, members = self.__dict__.get("_playhead", (None, {}))
        if target is not None and name not in members and not name.startswith(("_", "assert")) and _is_live(self):
            member = _guessed(target, name)
            if member is not None:
                members[name] = member
                _on_class(self, target, member)
                return getattr(self, name)
        child = super().__getattr__(name)  # type: ignore[misc]  # of the mock
        if name in members:
            self.__dict__[name] = child  # found at once the next time
        return child

    def __dir__(self) -> list[str]:
        """Leave attributes out once the mock is sealed: `seal` goes through everything listed, and would read them."""
        _, members = self.__dict__.get("_playhead", (None, {}))
        hidden = {name for name, each in members.items() if each.how == "get"} if self.__dict__["_mock_sealed"] else ()
        return [name for name in super().__dir__() if name not in hidden]

    def _get_child_mock(self, /, **kwargs: Any) -> Any:
        target, members = self.__dict__.get("_playhead", (None, {}))
        name = kwargs.get("name")
        if target is None or name is None or kwargs.get("_new_name") != name:
            return MagicMock(**kwargs)
        member = members.get(name)
        if member is None and name.startswith("__"):
            return MagicMock(**kwargs)  # of every object, such as `__eq__`
        if member is None:
            raise AttributeError(f"{target.label or target.channel.name} has no member {name!r}{_known(members)}")
        kwargs.pop("wraps", None)
        return new_member(member, answer(target, member), target.channel.copied, **kwargs)

    @property
    def __class__(self) -> Any:
        """The class of the spec. Without a spec, code that asks for it gets a warning."""
        target, _ = self.__dict__.get("_playhead", (None, {}))
        if target is not None and target.label is None and target.channel.spec.source is None:
            _warn_of_class(target.channel.name)
        return self.__dict__.get("_spec_class") or type(self)

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        self.__dict__["_spec_class"] = kind


class _Double(ChildrenMixin, NonCallableMock):
    pass


class _CalledDouble(ChildrenMixin, AnsweringMixin, Mock):
    pass


class _AwaitedDouble(ChildrenMixin, AnsweringMixin, AsyncMock):
    pass


_KINDS: dict[bool | None, type[Any]] = {None: _Double, False: _CalledDouble, True: _AwaitedDouble}
"""Classes of doubles: not called, called, awaited."""


def _is_live(double: ChildrenMixin) -> bool:
    """Return True if there may be undeclared members: the deck records, and the mock is not sealed."""
    target, _ = double.__dict__["_playhead"]
    return target.channel.deck.recording and not double.__dict__["_mock_sealed"]


def _guessed(target: Target, name: str) -> Member | None:
    """Return a member that is declared nowhere, as the real object has it, or `None` if the spec decides."""
    if target.label is not None:
        return Member(name, "get") if hasattr(target.live, name) else None
    if target.channel.spec.source is not None:
        return None
    real = target.channel.real.opened
    made = target.channel.real.made if real is None else real
    found = spec_of(type(made)).members.get(name)
    if found is None and name in getattr(made, "__dict__", {}):
        return Member(name, "get")
    is_open = real is not None or not (hasattr(made, "__await__") or hasattr(made, "__aenter__"))
    return found if is_open or found is not None else Member(name, "await")


def _known(members: Mapping[str, Member]) -> str:
    names = sorted(name for name in members if not name.startswith("_"))
    return f"; it has {', '.join(names[:8])}" if names else ""


def _warn_of_class(name: str) -> None:
    file = sys._getframe(2).f_code.co_filename  # noqa: SLF001  # the caller; `isinstance` has no frame of its own
    if "playhead" not in file and "unittest" not in file:
        warn_caller(
            PlayheadWarning(
                f'The double "{name}" has no spec, and is asked for its class: isinstance is true with '
                f'deck.double("{name}", spec=...).'
            )
        )


def _on_class(double: object, target: Target, member: Member) -> None:
    """Set what Python looks up on the class: attributes and the methods of protocols."""
    kind, name = type(double), member.name
    if member.how == "get":
        type.__setattr__(kind, name, _Attribute(name, target, answer(target, member)))
    elif name in ("__aiter__", "__iter__", "__await__", "__anext__", "__next__"):
        type.__setattr__(kind, name, _protocol(name, answer(target, member)))
    elif name.startswith("__") and name != "__call__":
        setattr(double, name, new_member(member, answer(target, member), target.channel.copied))


_DRIVEN = ("send", "throw", "close")
"""To an event loop an awaitable with these methods is a coroutine, which it drives by calling them."""


class _Driven:
    """One of `_DRIVEN`: it drives the iterator of `__await__`, which is made once."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, double: Any, owner: type[Any] | None = None) -> object:
        if double is None:
            return self
        under_way = double.__dict__
        if "_playhead_awaited" not in under_way:
            under_way["_playhead_awaited"] = type(double).__await__(double)
        return getattr(under_way["_playhead_awaited"], self._name)


def _protocol(name: str, answers: Callable[..., Any]) -> Callable[[Any], Any]:
    def awaited(double: Any) -> Any:
        told = double.__dict__.pop(ON_AWAIT, None)
        if told is not None:
            told()
        return answers().__await__()

    return awaited if name == "__await__" else lambda _: answers()


class _Attribute:
    """An attribute, read from the cassette or from the real object.

    Once set, it keeps that value. While recording, the attribute of the real object is set too.
    """

    def __init__(self, name: str, target: Target, answers: Callable[..., Any]) -> None:
        self._own = name
        self._name = f"_playhead_set_{name}"
        self._target = target
        self._answers = answers

    def __get__(self, double: object, owner: type[Any] | None = None) -> object:
        if double is None:
            return self
        try:
            return double.__dict__[self._name]
        except KeyError:
            return self._answers()

    def __set__(self, double: object, value: object) -> None:
        double.__dict__[self._name] = value
        if self._target.channel.deck.recording:
            self._target.set(self._own, value)

    def __delete__(self, double: object) -> None:
        double.__dict__.pop(self._name, None)
