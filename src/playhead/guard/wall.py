"""The wall clock as it was when a cassette was recorded: `time.time`, `datetime.now` and their kin, by time-machine.

Tokens and signatures that expire are then as valid as they were. The monotonic clocks stay as they are. One traveller
of time-machine serves all open decks: the time is that of the deck that was opened last and is still open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from playhead.clocks.running import virtual_clock
from playhead.clocks.timeline import Clock, clocks
from playhead.errors import UsageError
from playhead.model.cassette import Recorded
from playhead.patching import Patches
from playhead.realtime import monotonic_ns

__all__ = ["travel"]

_patches = Patches("wall clock")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def travel(recorded: Recorded, name: str, *, virtual: bool) -> Callable[[], None]:
    """Go to when the cassette called `name` was recorded; returns what comes back from there.

    From there time ticks with the world; with `virtual`, with the virtual clock of whatever event loop runs.
    Raises `UsageError` if time-machine is not installed, or the cassette does not say when it was recorded.
    """
    machine = _machine()
    at_ns = _nanoseconds(recorded.at, name)
    elapsed_ns = _VirtualTicks().elapsed_ns if virtual else _real_ticks()
    return _TRAVELS.begin(machine, lambda: at_ns + elapsed_ns())


def _machine() -> ModuleType:
    try:
        import time_machine
    except ImportError:
        raise UsageError(
            "wall_clock=\"recorded\" needs time-machine, which is not installed: pip install 'playhead[clock]'."
        ) from None
    return time_machine


def _nanoseconds(at: str, name: str) -> int:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        said = f'"{at}"' if at else "nothing"
        raise UsageError(
            f'wall_clock="recorded" needs the time of the recording, and {name} says {said} there: '
            'write it as recorded.at, such as "2026-11-23T05:00:00Z".'
        ) from None
    since = (found if found.tzinfo is not None else found.replace(tzinfo=UTC)) - _EPOCH
    return since // timedelta(microseconds=1) * 1000


def _real_ticks() -> Callable[[], int]:
    began_ns = monotonic_ns()
    return lambda: monotonic_ns() - began_ns


class _VirtualTicks:
    """The virtual time that has passed, on whichever loops; while no loop runs it stands still."""

    def __init__(self) -> None:
        self._begins_ns: WeakKeyDictionary[Clock, int] = WeakKeyDictionary()
        self._last: Clock | None = None
        self._passed_ns = 0
        for clock in clocks():
            self._begins_ns[clock] = -_instant_ns(clock)

    def elapsed_ns(self) -> int:
        try:
            self._last = clock = virtual_clock(self._last)
        except UsageError:  # no loop runs yet
            return self._passed_ns
        begins_ns = self._begins_ns.setdefault(clock, self._passed_ns)  # a loop that was made since: it began at 0
        self._passed_ns = max(self._passed_ns, begins_ns + _instant_ns(clock))
        return self._passed_ns


def _instant_ns(clock: Clock) -> int:
    return round(clock.time() * 1e9)


class _Travels:
    """The journeys under way, in the order in which they began; they may end in any order."""

    def __init__(self) -> None:
        self._journeys: list[Callable[[], int]] = []
        self._travel: Any = None
        self._lock = threading.Lock()

    def begin(self, machine: ModuleType, now_ns: Callable[[], int]) -> Callable[[], None]:
        with self._lock:
            if not self._journeys:
                # A number, for a date with a zone would change the process's own zone.
                self._travel = machine.travel(now_ns() / 1e9)
            self._journeys.append(now_ns)
            if len(self._journeys) == 1:
                self._travel.start().time_ns = self._now_ns
                _patches.note("time", self._travel.stop)
        return lambda: self._end(now_ns)

    def _end(self, now_ns: Callable[[], int]) -> None:
        with self._lock:
            if self._journeys == [now_ns]:
                _patches.restore()
            self._journeys = [each for each in self._journeys if each is not now_ns]

    def _now_ns(self) -> int:
        return self._journeys[-1]()


_TRAVELS = _Travels()
