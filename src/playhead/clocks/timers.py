"""Timers that fire in the order in which they were set when they are due at the same instant."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

__all__ = ["Timer", "set_timer"]

_Ts = TypeVarTuple("_Ts")
_numbers = itertools.count()


class Timer(asyncio.TimerHandle):
    """A timer that compares by instant and then by number, because a heap does not keep the order of equals."""

    __slots__ = ("_number",)
    _number: int
    _when: float
    _scheduled: bool
    _source_traceback: list[object] | None

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Timer):
            return NotImplemented
        if self._when == other._when:
            return self._number < other._number
        return self._when < other._when


def set_timer(
    loop: asyncio.AbstractEventLoop,
    timers: list[Timer],
    when_s: float,
    callback: Callable[[*_Ts], object],
    args: tuple[*_Ts],
    context: Context | None,
) -> Timer:
    """Add a timer to a loop's heap and return it, as `BaseEventLoop.call_at` does.

    In debug mode the two frames in which the timer is made are cut from its traceback, like there.
    """
    timer = Timer(when_s, callback, args, loop, context)
    timer._number = next(_numbers)  # noqa: SLF001  # our own, set here because an argument would show in debug tracebacks
    if timer._source_traceback:  # noqa: SLF001  # as the base class does
        del timer._source_traceback[-2:]  # noqa: SLF001
    heapq.heappush(timers, timer)
    timer._scheduled = True  # noqa: SLF001  # as the base class does
    return timer
