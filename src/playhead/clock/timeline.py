"""What a virtual clock shows: an instant that stands still, jumps, or runs with the world.

Nothing here waits or decides; the event loops do.
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
"""Instants lie on a grid of this many seconds, as far as a float can."""


_CLOCKS: weakref.WeakSet[Clock] = weakref.WeakSet()


def clocks() -> list[Clock]:
    """The virtual clocks that there are, whether their loops run or not."""
    return list(_CLOCKS)


class Clock:
    """The time of one virtual event loop, in seconds since the loop was made.

    It stands still, or runs with the world; `jumps` counts how often it jumped to the next timer. Threads may use
    `hold()` and `now_us()`.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.jumps = 0
        self.at_work = False
        """Whether an event loop runs by this clock just now, as far as that is told (by asyncio's)."""
        self._now_s = 0.0
        self._since_s: float | None = None
        self._holds = 0
        self._lock = threading.Lock()
        self._wake = wake
        _CLOCKS.add(self)

    def time(self) -> float:
        """The instant in seconds."""
        since_s = self._since_s
        if since_s is None:
            return self._now_s
        return self._now_s + (monotonic() - since_s)

    def now_us(self) -> int:
        """The instant in whole microseconds."""
        return round(self.time() * 1e6)

    @property
    def held(self) -> bool:
        """Whether someone holds the clock just now."""
        return self._holds > 0

    @property
    def running(self) -> bool:
        """Whether the clock runs with the world just now."""
        return self._since_s is not None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """While any `hold()` is entered the clock runs with the world and does not jump.

        For waiting on what no event loop can see, such as a thread of a C library. Any thread may hold; holds nest.
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
        """Run with the world from now on."""
        if self._since_s is None:
            self._since_s = monotonic()

    def stand(self) -> None:
        """Stand still from now on."""
        if self._since_s is not None:
            # Up to the grid, never back.
            self._now_s, self._since_s = round(self.time() + RESOLUTION_S / 2, 9), None

    def jump(self, to_s: float) -> None:
        """Go to an instant at once, and stand still there; an instant that has passed is no jump."""
        self.stand()
        if to_s > self._now_s:
            self.jumps += 1
            self._now_s = to_s

    def block(self, to_s: float) -> None:
        """What runs on the loop has blocked it until this instant: so it is later, whatever was to happen before."""
        running = self.running
        self.jump(to_s)
        if running:
            self.run()

    def arrive(self, at_s: float) -> None:
        """The world may have got past `at_s`, a timer's instant, while we slept: the clock says `at_s`."""
        if self._since_s is not None and self.time() > at_s:
            self._now_s, self._since_s = max(at_s, self._now_s), monotonic()

    def instant(self, when_s: float) -> float:
        """Round an instant to the grid, so that 0.1 + 0.2 and 0.3 are one, but never to or below now while it is later.

        Otherwise `while time() < deadline: sleep(deadline - time())` would turn for ever.
        """
        rounded_s = round(when_s, 9)
        now_s = self.time()
        if rounded_s <= now_s < when_s:
            return max(round(now_s + RESOLUTION_S, 9), math.nextafter(now_s, math.inf))
        return rounded_s
