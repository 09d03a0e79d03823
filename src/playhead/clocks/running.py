"""The clock of the running event loop, whichever it is: `playhead.clock`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType

from playhead.clocks.timeline import Clock, clocks
from playhead.errors import UsageError
from playhead.realtime import monotonic

__all__ = ["RunningClock", "clock", "in_loop", "running_clock", "virtual_clock"]


class RunningClock:
    """The time of the running event loop, virtual or not.

    One object serves all loops and threads. With a loop in real time `hold()` does nothing and `jumps` is 0, so that
    the same code runs with both.
    """

    def now_us(self) -> int:
        """Return the running loop's time in whole microseconds; without a loop, the process's monotonic time."""
        found = running_clock()
        if found is not None:
            return found.now_us()
        return round((_time_of_loop() or monotonic()) * 1e6)

    def hold(self) -> AbstractContextManager[None]:
        """Return a context manager in which a virtual clock runs in real time and does not jump.

        Use it while waiting for something that no event loop can see, such as a thread of a C library. A thread other
        than the loop's has to use `loop.clock.hold()` instead.
        """
        found = running_clock()
        return nullcontext() if found is None else found.hold()

    @property
    def jumps(self) -> int:
        """Number of times that the clock has jumped."""
        found = running_clock()
        return 0 if found is None else found.jumps

    @property
    def virtual(self) -> bool:
        """True if the running loop has a virtual clock."""
        return running_clock() is not None


clock = RunningClock()
"""The clock of the running event loop."""


def virtual_clock(last: Clock | None = None) -> Clock:
    """Return the running loop's virtual clock.

    Args:
        last: The clock to return in a thread that has no loop. By default it is one whose loop is running.

    Raises:
        UsageError: If there is no virtual clock; the message says how to get one.
    """
    found = running_clock()
    if found is not None:
        return found
    if not in_loop():
        found = last or next((each for each in clocks() if each.at_work), None)
    if found is not None:
        return found
    raise UsageError(_advice())


def running_clock() -> Clock | None:
    """Return the running loop's virtual clock, or `None` if there is no loop or its time is real."""
    trio = _trio()
    owner = trio.lowlevel.current_clock() if trio is not None else _loop()
    found = getattr(owner, "clock", None)
    return found if isinstance(found, Clock) else None


def in_loop() -> bool:
    """Return True if an event loop of any kind runs in this thread."""
    return _loop() is not None or _trio() is not None


def _advice() -> str:
    if _trio() is not None:
        return "Virtual time needs playhead's clock under trio: run it with trio.run(..., clock=TrioVirtualClock())."
    loop = _loop()
    if type(loop).__module__.partition(".")[0] in {"uvloop", "winloop"}:
        return (
            "Virtual time is impossible on uvloop, which keeps its clock in C: run this on playhead's own event loop, "
            "asyncio.Runner(loop_factory=playhead.VirtualClock), and leave uvloop out."
        )
    return (
        f"Virtual time needs playhead's event loop, and this is {type(loop).__name__ if loop else 'no event loop'}: "
        "run it with asyncio.Runner(loop_factory=playhead.VirtualClock)."
    )


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _trio() -> ModuleType | None:
    module = sys.modules.get("trio")
    return module if module is not None and module.lowlevel.in_trio_run() else None


def _time_of_loop() -> float | None:
    trio = _trio()
    if trio is not None:
        seconds: float = trio.current_time()
        return seconds
    loop = _loop()
    return None if loop is None else loop.time()
