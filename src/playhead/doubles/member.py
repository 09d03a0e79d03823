"""The members of a double: mocks, so that every assertion of `AsyncMock` works on them, which answer by `wraps`.

A `side_effect` or `return_value` that a test sets comes before `wraps`; `playhead.PLAY` in a list of side effects is
`unittest.mock.DEFAULT`, which goes on to it.
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
"""In a list of side effects: this call is played (or recorded) as if there were none."""

_SELF = Parameter("self_", Parameter.POSITIONAL_ONLY)


_WAITING = ("__await__", "__aenter__", "__aiter__")


class AnsweringMixin:
    """Checks the signature when it is called, and hands copies of the arguments to the mock."""

    _mock_return_value: Any

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        check, copied = self.__dict__["_playhead_call"]
        if check is not None:
            check(*args, **kwargs)
        return super().__call__(*map(copied, args), **{name: copied(value) for name, value in kwargs.items()})  # type: ignore[misc]  # of the mock

    @property
    def return_value(self) -> Any:
        """A mock to be configured, if nothing was set: before CPython 3.13 it is one even where there is `wraps`."""
        if self._mock_return_value is DEFAULT:
            self.return_value = self._get_child_mock(_new_parent=self, _new_name="()")
        return self._mock_return_value

    @return_value.setter
    def return_value(self, value: Any) -> None:
        _set_return_value(self, value)

    def _get_child_mock(self, /, **kwargs: Any) -> Any:
        """Children are the mocks that they would be of a mock: `return_value` and attributes set by a test."""
        return (AsyncMock if kwargs.get("_new_name") == "()" and isinstance(self, AsyncMock) else MagicMock)(**kwargs)


class _AwaitedMember(AnsweringMixin, AsyncMock):
    async def _execute_mock_call(self, /, *args: Any, **kwargs: Any) -> Any:
        """Where a test has set nothing, what `AsyncMock` does in many more steps: note it, and go on to `wraps`.

        The one place that knows how a mock keeps what it knows. The assertions are tested with every Python.
        """
        if self._mock_side_effect is not None or self._mock_return_value is not DEFAULT:
            return await super()._execute_mock_call(*args, **kwargs)
        noted, state = _Call((args, kwargs), two=True), self.__dict__
        state["_mock_await_count"] += 1
        state["_mock_await_args"] = noted
        state["_mock_await_args_list"].append(noted)
        return await state["_mock_wraps"](*args, **kwargs)


class _CalledMember(AnsweringMixin, MagicMock):
    pass


class _Played(NamedTuple):
    """A result that no test has set."""

    value: Any


class _WaitingMember(AnsweringMixin, AsyncMock):
    """A plain method whose result is awaited, mostly: it is called at once, and its awaits count all the same."""

    def _execute_mock_call(self, /, *args: Any, **kwargs: Any) -> Any:
        result = CallableMixin._execute_mock_call(self, *args, **kwargs)  # type: ignore[attr-defined]  # noqa: SLF001 - of the mock
        is_set = not isinstance(result, _Played)
        value = result if is_set else result.value
        if inspect.iscoroutine(value) or (is_set and not any(hasattr(value, name) for name in _WAITING)):
            return self._counted(value, args, kwargs)
        if hasattr(value, "__await__") and not is_set:
            value.__dict__[ON_AWAIT] = lambda: self._count(args, kwargs)
        return value

    async def _counted(self, result: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        self._count(args, kwargs)
        return await result if inspect.iscoroutine(result) else result

    def _count(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        noted = _Call((args, kwargs), two=True)
        self.await_count += 1
        self.await_args = noted
        self.await_args_list.append(noted)


def new_member(member: Member, answer: Callable[..., Any], copied: Callable[[Any], Any], **kwargs: Any) -> Any:
    """The mock of a member: an `AsyncMock` if it is awaited, else a `MagicMock`.

    It keeps the arguments as `copied` gives them, and `answer` gets those; a member that is awaited has one that is.
    """
    signature = member.signature
    shape: Any = None if signature is None else _shape(member, is_method=kwargs.get("parent") is not None)
    kind: Any = _AwaitedMember if member.how == "await" else _CalledMember
    wraps = answer
    if member.may_wait:
        kind, wraps = _WaitingMember, lambda *args, **named: _Played(answer(*args, **named))
    made = kind(spec=shape, wraps=wraps, **kwargs)
    made.__dict__["_playhead_call"] = member_options(member, copied)
    return made


def member_options(member: Member, copied: Callable[[Any], Any]) -> tuple[Any, Callable[[Any], Any]]:
    """What `AnsweringMixin` needs: the check of the arguments, if there is one, and what copies them."""
    return None if member.signature is None else checking(member.signature), copied


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
