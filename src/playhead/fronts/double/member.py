"""The members of a double: mocks, so that every assertion of `AsyncMock` works on them, which answer by `wraps`.

A `side_effect` or `return_value` that a test sets comes before `wraps`; `playhead.PLAY` in a list of side effects is
`unittest.mock.DEFAULT`, which goes on to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter
from typing import Any
from unittest.mock import DEFAULT, AsyncMock, MagicMock

from playhead.fronts.double.snapshots import snapshot
from playhead.fronts.double.spec import Member

__all__ = ["PLAY", "new_member"]

PLAY = DEFAULT
"""In a list of side effects: this call is played (or recorded) as if there were none."""

_SELF = Parameter("self_", Parameter.POSITIONAL_ONLY)

Answer = Callable[[tuple[Any, ...], Mapping[str, Any], Sequence[Any], Mapping[str, Any]], Any]


class _Handover:
    """The arguments themselves, for the real object: the mock was given copies of them."""

    __slots__ = ("_originals",)

    def __init__(self) -> None:
        self._originals: dict[int, tuple[Any, Any]] = {}

    def copied(self, value: Any) -> Any:
        copy = snapshot(value)
        if copy is not value:
            self._originals[id(copy)] = copy, value
        return copy

    def original(self, copy: Any) -> Any:
        return self._originals.pop(id(copy), (copy, copy))[1]


class _AnsweringMixin:
    """Checks the signature when it is called, and hands copies of the arguments to the mock."""

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        check, handover = self.__dict__["_playhead"]
        check(args, kwargs)
        copied = handover.copied
        return super().__call__(*map(copied, args), **{name: copied(value) for name, value in kwargs.items()})  # type: ignore[misc]  # of the mock

    def _get_child_mock(self, /, **kwargs: Any) -> Any:
        """Children are the mocks that they would be of a mock: `return_value` and attributes set by a test."""
        return (AsyncMock if kwargs.get("_new_name") == "()" and isinstance(self, AsyncMock) else MagicMock)(**kwargs)


class _AwaitedMember(_AnsweringMixin, AsyncMock):
    pass


class _CalledMember(_AnsweringMixin, MagicMock):
    pass


def new_member(member: Member, answer: Answer, **kwargs: Any) -> Any:
    """The mock of a member: an `AsyncMock` if it is awaited, else a `MagicMock`.

    `answer(args, kwargs, live_args, live_kwargs)` gets the arguments as they were at the call, and as they are.
    """
    handover = _Handover()
    original = handover.original

    def answered(*args: Any, **named: Any) -> Any:
        return answer(args, named, list(map(original, args)), {each: original(value) for each, value in named.items()})

    async def awaited(*args: Any, **named: Any) -> Any:
        return await answered(*args, **named)

    awaits = member.how == "await"
    shape: Any = None if member.signature is None else _shape(member, is_method=kwargs.get("parent") is not None)
    kind: Any = _AwaitedMember if awaits else _CalledMember
    made = kind(spec=shape, wraps=awaited if awaits else answered, **kwargs)
    made.__dict__["_playhead"] = _checking(member), handover
    return made


def _checking(member: Member) -> Callable[[tuple[Any, ...], Mapping[str, Any]], object]:
    if member.signature is None:
        return lambda _args, _kwargs: None
    bind = member.signature.bind
    return lambda args, kwargs: bind(*args, **kwargs)


def _shape(member: Member, *, is_method: bool) -> Any:
    """A function with the member's name and signature: what the mock takes its spec from. That of a mock with a parent
    is a method to it, whose first parameter does not count."""

    async def awaited(*_args: Any, **_kwargs: Any) -> None: ...

    def called(*_args: Any, **_kwargs: Any) -> None: ...

    shape: Any = awaited if member.how == "await" else called
    shape.__name__ = member.name
    signature = member.signature
    if signature is not None and is_method:
        signature = signature.replace(parameters=[_SELF, *signature.parameters.values()])
    shape.__signature__ = signature  # PEP 362
    return shape
