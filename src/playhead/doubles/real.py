"""The real object behind a double: opened at its first recorded call, closed with the deck."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import anyio

from playhead.deck.suspension import accounted
from playhead.errors import PlayheadWarning, UsageError

__all__ = ["Real"]

_UNSET = object()
_OPENING = ("__aenter__", "__enter__", "__await__")
"""A program that calls one of these opens the object itself."""

_ASYNC = "close the deck with `async with`, or inside of the event loop that the double was called in."


class Real:
    """The result of `real()`: a value, an awaitable, or a context manager of either kind. It is opened once."""

    def __init__(self, name: str, make: Callable[[], object] | None, kind: type[Any] | None = None) -> None:
        self.name = name
        self.held = False
        """True if a fixture closes it at a time of its own, rather than the end of the test."""
        self._make = make
        self._kind = kind
        self._made: Any = _UNSET
        self._value: object = _UNSET
        self._lock: anyio.Lock | None = None
        self._close: Callable[[], object] | None = None
        self._closes_in_loop = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Task[None] | None = None
        self._once_open: list[Callable[[object], object]] = []

    @property
    def made(self) -> object:
        """The result of `real()`, opened or not."""
        if self._made is _UNSET:
            if self._make is None:
                raise UsageError(
                    f'The double "{self.name}" has nothing to record: give it real=..., a function that returns the '
                    "real object."
                )
            self._made = self._make()
        return self._made

    @property
    def opened(self) -> object:
        """The object that is called, or `None` if it is not open yet."""
        return None if self._value is _UNSET else self._value

    def is_it(self, value: object) -> bool:
        """Return True for the object that is called."""
        return value is self._value or (value is self._made and self._has_kind(value))

    def once_open(self, act: Callable[[object], object]) -> None:
        """Do this with the object, now or when it is open."""
        if self._value is not _UNSET:
            act(self._value)
        elif self._make is not None:
            self._once_open.append(act)

    def opens_later(self, method: str) -> bool:
        """Return True if a synchronous call of `method` in a coroutine comes before the object is open."""
        if self._value is not _UNSET or not self._waits(self.made, method) or self._has_kind(self.made):
            return False
        return _running_loop() is not None

    async def open(self, method: str) -> object:
        """Return the object for a call of `method` in a coroutine, opened if it is not open yet."""
        if self._value is not _UNSET:
            return self._value
        if self._lock is None:
            self._lock = anyio.Lock()
        async with self._lock:
            if self._value is _UNSET:
                self._loop = _running_loop()
                with accounted():
                    await self._open(self.made, method)
        return self._value

    def open_sync(self, method: str) -> object:
        """Return the object for a synchronous call of `method`.

        A client may have synchronous methods that can be called before it is open.

        Raises:
            UsageError: The object can only be opened in a coroutine.
        """
        if self._value is _UNSET:
            made = self.made
            if self._waits(made, method):
                if self._has_kind(made):
                    return made
                raise UsageError(
                    f'The real object of the double "{self.name}" is opened in a coroutine, and {method} is called '
                    "outside of one: await a coroutine of the double first."
                )
            self._open_sync(made, method)
        return self._value

    def _has_kind(self, made: object) -> bool:
        return self._kind is not None and isinstance(made, self._kind)

    def _waits(self, made: object, method: str) -> bool:
        return method not in _OPENING and (hasattr(made, "__aenter__") or inspect.isawaitable(made))

    async def close(self) -> None:
        """Close the object if it is open. The next recorded call would open another one."""
        result = self._let_go()
        if inspect.isawaitable(result):
            await result

    def close_sync(self) -> None:
        """Like `close`, outside of a coroutine: in the event loop that opened the object, if that still exists."""
        loop, opened = self._loop, self._close is not None
        if not (opened and self._closes_in_loop):
            self._let_go()
        elif loop is None or loop.is_closed():
            warnings.warn(
                PlayheadWarning(f'The real object of the double "{self.name}" stays open: {_ASYNC}'), stacklevel=2
            )
        elif loop.is_running():
            self._closing = loop.create_task(self.close())
        else:
            loop.run_until_complete(self.close())

    def _let_go(self) -> object:
        close, self._close, self._made, self._value = self._close, None, _UNSET, _UNSET
        return close() if close is not None else None

    async def _open(self, made: Any, method: str) -> None:
        if not self._waits(made, method):
            self._open_sync(made, method)
        elif hasattr(made, "__aenter__"):
            self._opened(await made.__aenter__())
            self._close, self._closes_in_loop = lambda: made.__aexit__(None, None, None), True
        else:
            self._opened_by(await made)

    def _opened_by(self, value: object) -> None:
        """Note an object that was awaited: it is closed by its `aclose` or `close`."""
        self._opened(value)
        close = getattr(value, "aclose", None) or getattr(value, "close", None)
        if callable(close):
            self._close, self._closes_in_loop = close, inspect.iscoroutinefunction(close)

    def _open_sync(self, made: Any, method: str) -> None:
        if hasattr(made, "__enter__") and method not in _OPENING:
            self._opened(made.__enter__())
            self._close, self._closes_in_loop = lambda: made.__exit__(None, None, None), False
        else:
            self._opened(made)

    def _opened(self, value: object) -> None:
        if value is None:
            raise UsageError(
                f'The real object of the double "{self.name}" is None: return or yield the object that is to be called.'
            )
        self._value = value
        waiting, self._once_open = self._once_open, []
        for act in waiting:
            act(value)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # trio
        return None
