"""The members of a spec: how each is used, its parameters, and its annotated result."""

from __future__ import annotations

import dis
import functools
import inspect
import typing
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, UnionType
from typing import Any

from playhead.errors import UsageError
from playhead.values.kinds import field_names
from playhead.values.types import hints_of

__all__ = ["PROTOCOLS", "Member", "Spec", "spec_of"]

PROTOCOLS = {
    "__aenter__": "await",
    "__aexit__": "await",
    "__aiter__": "items",
    "__anext__": "await",
    "__await__": "await",
    "__call__": "call",
    "__contains__": "call",
    "__delitem__": "call",
    "__enter__": "call",
    "__exit__": "call",
    "__getitem__": "call",
    "__iter__": "each",
    "__len__": "call",
    "__next__": "call",
    "__setitem__": "call",
}
"""Methods of protocols, and how each is used. A double has those that its spec has."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member: `how` it is used (see `model.call`), and its `signature` without `self`, if it has one."""

    name: str
    how: str
    signature: Signature | None = None
    returns: object = None
    names: tuple[str, ...] = ()
    """The names of the parameters that positional arguments are for."""
    may_wait: bool = False
    """True for a plain method whose result is awaited, by its annotation or by the function that it decorates."""

    def bound(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """Return the arguments of a call, by position wherever the signature has one."""
        if self.signature is None or not kwargs or kwargs.keys().isdisjoint(self.names):
            return args, kwargs
        bound = self.signature.bind(*args, **kwargs)
        return bound.args, bound.kwargs


@dataclass(frozen=True, slots=True)
class Spec:
    """The members of a class or function. `kind` is the class, `None` for a function and without a spec."""

    kind: type[Any] | None = None
    function: Any = None
    members: Mapping[str, Member] = field(default_factory=dict)

    @property
    def source(self) -> object:
        """The class or function, `None` without a spec."""
        return self.kind if self.kind is not None else self.function


def spec_of(source: object) -> Spec:
    """Return the spec of a class or a function. Raises `UsageError` for anything else."""
    return _spec_of(source)


@functools.lru_cache(maxsize=256)
def _spec_of(source: object) -> Spec:
    if isinstance(source, type):
        members = {name: member for name in dir(source) if (member := _member(source, name))}
        declared = {name: Member(name, "get") for name in _declared(source)}
        return Spec(source, None, declared | members)
    if callable(source) and not inspect.ismodule(source):
        function = source if inspect.isfunction(source) or inspect.ismethod(source) else type(source).__call__
        member = _function("__call__", function, bound=not (inspect.isfunction(source) or inspect.ismethod(source)))
        return Spec(None, source, {"__call__": member})
    kind = "a module" if inspect.ismodule(source) else f"{source!r}"
    raise UsageError(
        f"spec is {kind}, and a double needs a class or a function: give the class whose methods are called."
    )


def _member(source: type[Any], name: str) -> Member | None:
    static = inspect.getattr_static(source, name, None)
    if name.startswith("__"):
        known = name in PROTOCOLS and name not in vars(object) and static is not None
        return _protocol(name, static) if known else None
    if isinstance(static, staticmethod):
        return _function(name, static.__func__, bound=False)
    if isinstance(static, classmethod):
        return _function(name, static.__func__, bound=True)
    if isinstance(static, FunctionType):
        return _function(name, static, bound=True)
    if isinstance(static, property | functools.cached_property | GetSetDescriptorType | MemberDescriptorType):
        function = getattr(static, "fget", None) or getattr(static, "func", None)
        return Member(name, "get", returns=hints_of(function).get("return") if function else None)
    if callable(static) and not isinstance(static, type):
        return _function(name, static, bound=True)
    return Member(name, "get", returns=type(static) if static is not None else None)


def _protocol(name: str, static: object) -> Member:
    if inspect.isfunction(static):
        made = _function(name, static, bound=True)
        if name == "__call__" or made.how in ("items", "each"):
            return made
        return Member(name, PROTOCOLS[name], made.signature, made.returns, made.names)
    return Member(name, PROTOCOLS[name])


def _function(name: str, function: Callable[..., object], *, bound: bool) -> Member:
    hints = hints_of(function)
    signature = _signature(function, bound=bound)
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    parameters = () if signature is None else signature.parameters.values()
    names = tuple(each.name for each in parameters if each.kind in positional)
    how, returns = _how(function), hints.get("return")
    may_wait = how == "call" and (_is_awaitable(returns) or inspect.iscoroutinefunction(inspect.unwrap(function)))
    return Member(name, how, signature, returns, names, may_wait)


def _is_awaitable(returns: object) -> bool:
    """Return True if an annotation allows an awaitable, like the `Awaitable[str] | str` of redis commands."""
    kind = typing.get_origin(returns) or returns
    if kind in (typing.Union, UnionType):
        return any(map(_is_awaitable, typing.get_args(returns)))
    return isinstance(kind, type) and kind is not Any and issubclass(kind, Awaitable)


def _how(function: object) -> str:
    """Return how the function itself is used: a function that it decorates may be used in another way."""
    if inspect.iscoroutinefunction(function):
        return "await"
    if inspect.isasyncgenfunction(function):
        return "items"
    return "each" if inspect.isgeneratorfunction(function) else "call"


def _signature(function: Callable[..., object], *, bound: bool) -> Signature | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    if not bound:
        return signature
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
        parameters = parameters[1:]
    return signature.replace(parameters=parameters)


def _declared(source: type[Any]) -> Iterator[str]:
    """Yield attributes that only instances have: fields, annotated ones, and those that `__init__` sets."""
    yield from field_names(source) or ()
    yield from _set_names(source)
    for base in source.__mro__:
        yield from (name for name in vars(base).get("__annotations__", {}) if not name.startswith("__"))


def _set_names(source: type[Any]) -> Iterator[str]:
    """Yield the attributes that `__init__` sets on `self`, read off its bytecode. Base classes are included."""
    for base in source.__mro__:
        init = inspect.unwrap(vars(base).get("__init__", object))
        if inspect.isfunction(init):
            yield from _assigned(init.__code__)


def _assigned(code: CodeType) -> Iterator[str]:
    if code.co_argcount == 0:
        return
    owner, before = code.co_varnames[0], None
    for step in dis.get_instructions(code):
        # The owner of the attribute was loaded last; from 3.13 on, one instruction may load two variables.
        loaded = before[-1] if isinstance(before, tuple) and before else before
        if step.opname == "STORE_ATTR" and loaded == owner and not step.argval.startswith("_"):
            yield step.argval
        before = step.argval
