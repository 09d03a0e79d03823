"""The time of a virtual clock: it stands still, jumps, or runs with the world.

Nothing here waits or decides to jump; the event loops do.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playhead.realtime import monotonic

__all__ = ["RESOLUTION_S", "Clock", "clocks"]

RESOLUTION_S = 1e-9
"""Instants are rounded to multiples of this, as far as a float can hold them."""

_CLOCKS: weakref.WeakSet[Clock] = weakref.WeakSet()


def clocks() -> list[Clock]:
    """Return all virtual clocks in existence, whether their loops are running or not."""
    return list(_CLOCKS)


class Clock:
    """The time of one virtual event loop, in seconds since the loop was made.

    Any thread may use `hold()`, `time()` and `now_us()`.

    Attributes:
        jumps: Number of times that the clock has jumped to a timer.
        at_work: True while an asyncio event loop runs by this clock. Not set under trio.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.jumps = 0
        self.at_work = False
        self._now_s = 0.0
        self._since_s: float | None = None
        self._holds = 0
        self._lock = threading.Lock()
        self._wake = wake
        _CLOCKS.add(self)

    def time(self) -> float:
        """Return the time in seconds."""
        since_s = self._since_s
        if since_s is None:
            return self._now_s
        return self._now_s + (monotonic() - since_s)

    def now_us(self) -> int:
        """Return the time in whole microseconds."""
        return round(self.time() * 1e6)

    @property
    def held(self) -> bool:
        """True while a `hold()` is entered."""
        return self._holds > 0

    @property
    def running(self) -> bool:
        """True while the clock runs in real time."""
        return self._since_s is not None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the clock from jumping: while any `hold()` is entered, it runs in real time.

        Use it while waiting for something that no event loop can see, such as a thread of a C library. Any thread may
        hold the clock, and holds nest.
        """
        with self._lock:
            self._holds += 1
        self.run()
        try:
            yield
        finally:
            with self._lock:
                self._holds -= 1
            self._wake()

    def run(self) -> None:
        """Run in real time from now on."""
        if self._since_s is None:
            self._since_s = monotonic()

    def stand(self) -> None:
        """Stop the clock."""
        if self._since_s is not None:
            # Rounded up to the grid: time never goes back.
            self._now_s, self._since_s = round(self.time() + RESOLUTION_S / 2, 9), None

    def jump(self, to_s: float) -> None:
        """Set the clock to an instant and stop it there. An instant in the past only stops it."""
        self.stand()
        if to_s > self._now_s:
            self.jumps += 1
            self._now_s = to_s

    def block(self, to_s: float) -> None:
        """Set the clock to an instant until which a callback has blocked the loop; timers in between are late."""
        running = self.running
        self.jump(to_s)
        if running:
            self.run()

    def arrive(self, at_s: float) -> None:
        """Set the clock back to a timer's instant if real time has got past it during a wait.

        Waits are seldom woken on time, and the timer should see the instant that it was set for.
        """
        if self._since_s is not None and self.time() > at_s:
            self._now_s, self._since_s = max(at_s, self._now_s), monotonic()

    def instant(self, when_s: float) -> float:
        """Round an instant to the grid, so that 0.1 + 0.2 and 0.3 are the same.

        A later instant stays later than now, or `while time() < deadline: sleep(deadline - time())` would never end.
        """
        rounded_s = round(when_s, 9)
        now_s = self.time()
        if rounded_s <= now_s < when_s:
            return max(round(now_s + RESOLUTION_S, 9), math.nextafter(now_s, math.inf))
        return rounded_s
