"""`deck.clock`: the time that passes for the code under test, as values that a test can assert on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playhead.clocks.running import clock
from playhead.deck.ports import Timed

__all__ = ["DeckClock", "Elapsed"]


class Elapsed:
    """The time that a block took, or has taken so far while it is running."""

    __slots__ = ("_began_us", "_ended_us", "_now_us")

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._began_us = now_us()
        self._ended_us: int | None = None

    @property
    def us(self) -> int:
        """In whole microseconds."""
        return (self._now_us() if self._ended_us is None else self._ended_us) - self._began_us

    @property
    def seconds(self) -> float:
        """In seconds."""
        return self.us / 1e6

    def stop(self) -> None:
        """Note the end of the block."""
        self._ended_us = self._now_us()

    def __repr__(self) -> str:
        return f"<Elapsed {self.seconds:.6f} s>"


class DeckClock:
    """The clock of a deck.

    It is that of the running event loop where it is virtual, else real time since the deck was opened.
    """

    __slots__ = ("_timed",)

    def __init__(self, timed: Timed) -> None:
        self._timed = timed

    def now_us(self) -> int:
        """Return the instant in whole microseconds. Only differences mean something."""
        return clock.now_us() if clock.virtual else self._timed.now_us()

    @contextmanager
    def elapsed(self) -> Iterator[Elapsed]:
        """Measure the block: `with deck.clock.elapsed() as took: ...`, then `took.us` or `took.seconds`."""
        took = Elapsed(self.now_us)
        try:
            yield took
        finally:
            took.stop()
