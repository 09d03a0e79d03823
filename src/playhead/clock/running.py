"""The clock of whatever event loop is running: `playhead.clock`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from playhead.clock.timeline import Clock, clocks
from playhead.errors import UsageError
from playhead.realtime import monotonic

__all__ = ["RunningClock", "clock", "in_loop", "running_clock", "virtual_clock"]


class RunningClock:
    """The running event loop's time, virtual or not; the same object serves every loop and every thread.

    With a loop in real time `hold()` does nothing and `jumps` is 0, so code that uses them runs under both.
    """

    def now_us(self) -> int:
        """The running loop's time in whole microseconds; without a loop, the process's monotonic time."""
        found = running_clock()
        if found is not None:
            return found.now_us()
        return round((_time_of_loop() or monotonic()) * 1e6)

    def hold(self) -> AbstractContextManager[None]:
        """While it is entered a virtual clock runs with the world and does not jump.

        For waiting on what no event loop can see, such as a thread of a C library. A thread other than the loop's
        holds `loop.clock` instead.
        """
        found = running_clock()
        return nullcontext() if found is None else found.hold()

    @property
    def jumps(self) -> int:
        """How often the clock has jumped."""
        found = running_clock()
        return 0 if found is None else found.jumps

    @property
    def virtual(self) -> bool:
        """Whether the running loop has a virtual clock."""
        return running_clock() is not None


clock = RunningClock()
"""The clock of the running event loop."""


def virtual_clock(last: Clock | None = None) -> Clock:
    """The running loop's virtual clock; in a thread without a loop, the one that was used `last`, or is at work.

    Raises `UsageError` where there is none, and says what to do.
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
    """The running loop's virtual clock, if it has one."""
    trio = _trio()
    owner = trio.lowlevel.current_clock() if trio is not None else _loop()
    found = getattr(owner, "clock", None)
    return found if isinstance(found, Clock) else None


def in_loop() -> bool:
    """Whether an event loop runs in this thread, of whatever kind."""
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


def _trio() -> Any:
    module: Any = sys.modules.get("trio")
    return module if module is not None and module.lowlevel.in_trio_run() else None


def _time_of_loop() -> float | None:
    trio = _trio()
    if trio is not None:
        seconds: float = trio.current_time()
        return seconds
    loop = _loop()
    return None if loop is None else loop.time()
