"""The members of a double: mocks, so that every assertion of `AsyncMock` works on them.

What a mock `wraps` answers its calls. A `side_effect` or `return_value` that a test sets comes first. In a list of side
effects `playhead.PLAY`, which is `unittest.mock.DEFAULT`, leaves a call to `wraps`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any, NamedTuple
from unittest.mock import DEFAULT, AsyncMock, CallableMixin, MagicMock, NonCallableMock, call

from playhead.doubles.checks import checking
from playhead.doubles.promise import ON_AWAIT
from playhead.doubles.spec import Member

__all__ = ["PLAY", "AnsweringMixin", "member_options", "new_member"]

_Call: Any = type(call)
_set_return_value: Any = vars(NonCallableMock)["return_value"].fset

PLAY = DEFAULT
"""In a list of side effects: play (or record) this call as if there were no list."""

_SELF = Parameter("self_", Parameter.POSITIONAL_ONLY)
_WAITING = ("__await__", "__aenter__", "__aiter__")


class AnsweringMixin:
    """A mock that checks its signature when it is called, and keeps copies of the arguments."""

    _mock_return_value: Any

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        check, copied = self.__dict__["_playhead_call"]
        if check is not None:
            check(*args, **kwargs)
        noted = _Call((tuple(map(copied, args)), {name: copied(value) for name, value in kwargs.items()}), two=True)
        _note(self, noted)
        return self._playhead_answer(noted)

    def _playhead_answer(self, noted: Any) -> object:
        """Return the result of a call that is noted."""
        args, kwargs = noted
        return self._execute_mock_call(*args, **kwargs)  # type: ignore[attr-defined]  # of the mock

    @property
    def return_value(self) -> object:
        """The value set by a test, or a mock to be configured. Before CPython 3.13 there is one even with `wraps`."""
        if self._mock_return_value is DEFAULT:
            self.return_value = self._get_child_mock(_new_parent=self, _new_name="()")
        return self._mock_return_value

    @return_value.setter
    def return_value(self, value: object) -> None:
        _set_return_value(self, value)

    def _get_child_mock(self, /, **kwargs: Any) -> Any:
        """Return a plain mock for `return_value` and for attributes that a test sets."""
        return (AsyncMock if kwargs.get("_new_name") == "()" and isinstance(self, AsyncMock) else MagicMock)(**kwargs)


def _note(member: Any, noted: Any) -> None:
    """Note a call on a mock and on its double.

    A mock does this in many more steps, which is most of the cost of a call. Where the double is attached to another
    mock, it is left to do so. This touches private attributes of mocks, so the assertions are tested with every Python.
    """
    (args, kwargs), state = noted, vars(member)
    double, name = state["_mock_new_parent"], state["_mock_new_name"]
    if double is not None and (vars(double)["_mock_new_parent"] is not None or state["_mock_name"] != name):
        member._increment_mock_call(*args, **kwargs)  # noqa: SLF001
        return
    state["_mock_called"] = True
    state["_mock_call_count"] += 1
    state["_mock_call_args"] = noted
    state["_mock_call_args_list"].append(noted)
    state["_mock_mock_calls"].append(_Call(("", args, kwargs)))
    if double is not None:
        named = _Call((name, args, kwargs))
        double.method_calls.append(named)
        double.mock_calls.append(named)


class _AwaitedMember(AnsweringMixin, AsyncMock):
    async def _playhead_answer(self, noted: Any) -> object:
        """Note the await and go on to `wraps`, unless a test has set a side effect or a value."""
        (args, kwargs), state = noted, self.__dict__
        if self._mock_side_effect is not None or self._mock_return_value is not DEFAULT:
            return await self._execute_mock_call(*args, **kwargs)
        state["_mock_await_count"] += 1
        state["_mock_await_args"] = noted
        state["_mock_await_args_list"].append(noted)
        return await state["_mock_wraps"](*args, **kwargs)


class _CalledMember(AnsweringMixin, MagicMock):
    pass


class _Played(NamedTuple):
    """A result that was not set by a test."""

    value: object


class _WaitingMember(AnsweringMixin, AsyncMock):
    """A plain method whose result is usually awaited. It is called at once, and its awaits are counted."""

    def _execute_mock_call(self, /, *args: object, **kwargs: object) -> Any:
        result = CallableMixin._execute_mock_call(self, *args, **kwargs)  # type: ignore[attr-defined]  # noqa: SLF001 - as a plain mock
        is_set = not isinstance(result, _Played)
        value = result if is_set else result.value
        if inspect.iscoroutine(value) or (is_set and not any(hasattr(value, name) for name in _WAITING)):
            return self._counted(value, args, kwargs)
        if hasattr(value, "__await__") and not is_set:
            value.__dict__[ON_AWAIT] = lambda: self._count(args, kwargs)
        return value

    async def _counted(self, result: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        self._count(args, kwargs)
        return await result if inspect.iscoroutine(result) else result

    def _count(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
        noted = _Call((args, kwargs), two=True)
        self.await_count += 1
        self.await_args = noted
        self.await_args_list.append(noted)


def new_member(
    member: Member, answer: Callable[..., Any], copied: Callable[[object], object], **kwargs: Any
) -> NonCallableMock:
    """Return the mock of a member: an `AsyncMock` if it is awaited, else a `MagicMock`.

    Args:
        member: The member.
        answer: Answers its calls; a coroutine function if the member is awaited.
        copied: Returns the copy of an argument that the mock keeps. `answer` gets the copies.
        kwargs: What `unittest.mock` gives to a child, such as `parent` and `name`.
    """
    signature = member.signature
    shape = None if signature is None else _shape(member, is_method=kwargs.get("parent") is not None)
    kind: Any = _AwaitedMember if member.how == "await" else _CalledMember
    wraps = answer
    if member.may_wait:
        kind, wraps = _WaitingMember, lambda *args, **named: _Played(answer(*args, **named))
    made: NonCallableMock = kind(spec=shape, wraps=wraps, **kwargs)
    made.__dict__["_playhead_call"] = member_options(member, copied)
    return made


def member_options(
    member: Member, copied: Callable[[object], object]
) -> tuple[Callable[..., object] | None, Callable[[object], object]]:
    """Return the check of the arguments, if there is one, and their copying: `AnsweringMixin` looks for both."""
    return None if member.signature is None else checking(member.signature), copied


def _shape(member: Member, *, is_method: bool) -> object:
    """Return a function with the name and signature of a member, for the mock to take as its spec."""

    async def awaited(*_args: object, **_kwargs: object) -> None: ...

    def called(*_args: object, **_kwargs: object) -> None: ...

    shape: Any = awaited if member.how == "await" else called
    shape.__name__ = member.name
    signature = member.signature
    if signature is not None and is_method:  # a mock with a parent drops the first parameter of its spec
        signature = signature.replace(parameters=[_SELF, *signature.parameters.values()])
    shape.__signature__ = signature  # PEP 362
    return shape
