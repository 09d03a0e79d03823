"""Tells which interactions of one recording have yet to start, and how long the gate waits for the next of them.

A program that spaces its own requests (a rate limiter, a staggered start) does so in real time, whatever the speed of
the replay. So the next start is expected as late as the recording had it: as long after the start before it as it was
recorded, and as long after the last event before it, whichever is later; or, if that is near, when the program as a
whole has got so far. Longer pauses are not waited for.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

__all__ = ["LONGEST_PAUSE_US", "SLACK_US", "Starts"]

SLACK_US = 5_000
"""A start may come so much later than recorded."""
LONGEST_PAUSE_US = 50_000
"""A longer pause of the program's own is not waited for."""


class _Mark(NamedTuple):
    """Something that happened: its recorded instant, and when it was this time."""

    at_us: int
    now_us: int


class _Late(NamedTuple):
    """A start that is no longer waited for: its recorded instant, and how long it was waited for in vain."""

    start_us: int
    spent_us: int


class Starts:
    """The starts of one recording in their order; those before `_first` have come, or are not expected any more."""

    def __init__(self, rows: list[tuple[int, int]]) -> None:
        self._rows = rows  # (start_us, slot), sorted
        self._first = 0
        self._early: set[int] = set()  # slots beyond the first that have started
        self._late: dict[int, _Late] = {}
        self._lag_us: int | None = None
        self._started: _Mark | None = None
        self._released: _Mark | None = None

    def begin(self, slot: int, start_us: int, now_us: int) -> int:
        """Note the start of an interaction. Return how long it was waited for in vain, if that was given up."""
        if self._started is None or start_us >= self._started[0]:
            self._started = tuple.__new__(_Mark, (start_us, now_us))  # once for each interaction, in half the time
        lag_us = now_us - start_us
        if self._lag_us is None or lag_us > self._lag_us:
            self._lag_us = lag_us
        rows, first = self._rows, self._first
        if first < len(rows) and rows[first][1] == slot:
            self._first = first + 1
            if self._early:
                self._skip()
            return 0
        late = self._late.pop(slot, None)
        if late is not None:
            return late.spent_us
        if first < len(rows) and (start_us, slot) > rows[first]:
            self._early.add(slot)
        return 0

    def release(self, at_us: int, now_us: int) -> None:
        """Note that an event which was recorded at `at_us` is out."""
        self._released = _Mark(at_us, now_us)

    def missing_before(self, at_us: int) -> bool:
        """Return True if something was recorded as starting before this instant, and has not started."""
        return self._first < len(self._rows) and self._rows[self._first][0] < at_us

    def behind_us(self, at_us: int) -> int:
        """Return how long before this instant the first missing start was recorded; 0 if none is missing."""
        return max(0, at_us - self._rows[self._first][0]) if self._first < len(self._rows) else 0

    def expected_us(self, since_us: int) -> int:
        """Until when the first of those that are missing is waited for, where nothing has happened since `since_us`.

        A chain of requests may have got ahead of the recording, its answers being there at once, while the next start
        is that of a task which sleeps: that one comes when the whole program is as far, if that is near.
        """
        start_us = self._rows[self._first][0]
        expected_us = max(_after(mark, start_us, LONGEST_PAUSE_US) for mark in self._marks())
        if self._lag_us is not None and start_us + self._lag_us - since_us <= LONGEST_PAUSE_US:
            expected_us = max(expected_us, start_us + self._lag_us)
        return expected_us + SLACK_US

    def give_up(self, spent_us: int) -> None:
        """Stop waiting for the first missing start.

        The next one is counted from when this one should have come, unless its pause was too long to be waited for.
        """
        start_us, slot = self._rows[self._first]
        self._late[slot] = _Late(start_us, spent_us)
        if self._started is not None and 0 < start_us - self._started.at_us <= LONGEST_PAUSE_US:
            self._started = _Mark(start_us, max(_after(mark, start_us, LONGEST_PAUSE_US) for mark in self._marks()))
        self._first += 1
        self._skip()

    def forget_before(self, at_us: int) -> None:
        """Nothing that was recorded as starting before this instant is waited for any longer."""
        until = bisect_left(self._rows, (at_us, -1), self._first)
        for start_us, slot in self._rows[self._first : until]:
            if slot in self._early:
                self._early.discard(slot)
            else:
                self._late[slot] = _Late(start_us, 0)
        self._first = until
        self._skip()

    def late_before(self, at_us: int) -> bool:
        """Return True if something was recorded as starting before this instant that was given up, and did not come."""
        return any(late.start_us < at_us for late in self._late.values())

    def reached_us(self, at_us: int) -> int:
        """When an instant of the recording is reached if the program pauses as it did, however long."""
        return max(_after(mark, at_us, at_us) for mark in self._marks()) + SLACK_US

    def delay(self, us: int, now_us: int) -> None:
        """Note that the machine stood still for so long: expected starts come that much later."""
        if self._started is not None:
            self._started = self._started._replace(now_us=min(self._started.now_us + us, now_us))
        if self._released is not None:
            self._released = self._released._replace(now_us=min(self._released.now_us + us, now_us))

    def _marks(self) -> list[_Mark]:
        return [mark for mark in (self._started, self._released) if mark is not None]

    def _skip(self) -> None:
        rows, early = self._rows, self._early
        while self._first < len(rows) and rows[self._first][1] in early:
            early.discard(rows[self._first][1])
            self._first += 1


def _after(mark: _Mark, at_us: int, longest_us: int) -> int:
    """When an instant comes, counted from a mark."""
    pause_us = at_us - mark.at_us
    return mark.now_us + (pause_us if 0 < pause_us <= longest_us else 0)
