"""Decorating a function with a context manager, whatever kind of function it is: each call opens one of its own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Protocol, TypeVar

__all__ = ["decorated"]

F = TypeVar("F", bound=Callable[..., Any])
Step = Callable[[Awaitable[Any]], Awaitable[Any]]


class Scope(AbstractContextManager[Any], AbstractAsyncContextManager[Any], Protocol):
    """The context of one call. `apart` is for async generators: it gives a function that runs one step in it."""

    def around_steps(self) -> AbstractAsyncContextManager[Step]: ...


def decorated(function: F, scope: Callable[[], Scope]) -> F:
    """Return the function, run in a fresh `scope()` at each call. It keeps its kind, name and signature."""
    if inspect.isasyncgenfunction(function):
        wrapper: Callable[..., Any] = _async_generator(function, scope)
    elif inspect.iscoroutinefunction(function):
        wrapper = _coroutine(function, scope)
    elif inspect.isgeneratorfunction(function):
        wrapper = _generator(function, scope)
    else:
        wrapper = _plain(function, scope)
    return functools.wraps(function)(wrapper)  # type: ignore[return-value]  # wraps() forgets the kind


def _async_generator(function: Callable[..., Any], scope: Callable[[], Scope]) -> Callable[..., object]:
    async def wrapper(*args: object, **kwargs: object) -> AsyncGenerator[object, object]:
        async with scope().around_steps() as step:
            inner = function(*args, **kwargs)
            try:
                item = await step(inner.asend(None))
                while True:
                    try:
                        sent = yield item
                    except GeneratorExit:
                        raise
                    except BaseException as error:  # noqa: BLE001  # thrown into the generator, as it would be
                        item = await step(inner.athrow(error))
                    else:
                        item = await step(inner.asend(sent))
            except StopAsyncIteration:
                return
            finally:
                await step(inner.aclose())

    return wrapper


def _coroutine(function: Callable[..., Any], scope: Callable[[], Scope]) -> Callable[..., object]:
    async def wrapper(*args: Any, **kwargs: Any) -> object:
        async with scope():
            return await function(*args, **kwargs)

    return wrapper


def _generator(function: Callable[..., Any], scope: Callable[[], Scope]) -> Callable[..., object]:
    def wrapper(*args: Any, **kwargs: Any) -> Iterator[object]:
        with scope():
            yield from function(*args, **kwargs)

    return wrapper


def _plain(function: Callable[..., object], scope: Callable[[], Scope]) -> Callable[..., object]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # what the function returns
        with scope():
            return function(*args, **kwargs)

    return wrapper
