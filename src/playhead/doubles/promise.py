"""The result of a synchronous call that comes before the real object is open, since opening it takes a coroutine.

`pool.acquire()` is often the first call of a program. Its result is awaited, entered or iterated anyway: only then is
the real object opened and called.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from types import UnionType
from typing import Any, NoReturn

from playhead.errors import UsageError

__all__ = ["ON_AWAIT", "Promise", "can_be_promised"]

ON_AWAIT = "_playhead_on_await"
"""The attribute of a result with the function to call when it is awaited: it counts for `await_count`."""

_WAITING = ("__await__", "__aenter__", "__aiter__")


def can_be_promised(returns: object) -> bool:
    """Return True if the annotated result of a method can be awaited, entered or iterated, or is not annotated."""
    kind = typing.get_origin(returns) or returns
    if kind in (typing.Union, UnionType):
        return any(map(can_be_promised, typing.get_args(returns)))
    if not isinstance(kind, type):
        return True
    return any(hasattr(kind, name) for name in _WAITING)


class Promise:
    """Stands for the result of a call until it is awaited, entered or iterated. `resolve` returns the result."""

    def __init__(self, name: str, resolve: Callable[[], Awaitable[Any]]) -> None:
        self._name = name
        self._resolve = resolve
        self._result: list[Any] = []

    async def _resolved(self) -> Any:
        if not self._result:
            self._result.append(await self._resolve())
        return self._result[0]

    async def _awaited(self) -> object:
        result = await self._resolved()
        return await result if hasattr(result, "__await__") else result

    def __await__(self) -> Generator[Any, None, Any]:
        told = self.__dict__.pop(ON_AWAIT, None)
        if told is not None:
            told()
        return self._awaited().__await__()

    @functools.cached_property
    def _under_way(self) -> Generator[Any, None, Any]:
        return self.__await__()

    def send(self, value: Any) -> object:
        """Go on; with `throw` and `close` this makes a coroutine of it for `asyncio.create_task`."""
        return self._under_way.send(value)

    def throw(self, *error: Any) -> object:
        """Go on with an exception; see `send`."""
        return self._under_way.throw(*error)

    def close(self) -> None:
        """Give up; see `send`."""
        self._under_way.close()

    async def __aenter__(self) -> object:
        return await (await self._resolved()).__aenter__()

    async def __aexit__(self, *error: object) -> object:
        return await (await self._resolved()).__aexit__(*error)

    async def __aiter__(self) -> AsyncIterator[object]:
        async for item in await self._resolved():
            yield item

    def __getattr__(self, name: str) -> NoReturn:
        raise UsageError(
            f"{self._name}() was called before its real object was open, and .{name} was asked of the result: await a "
            "coroutine of the double first."
        )

    def __repr__(self) -> str:
        return f"<the result of {self._name}(), still to be awaited>"
