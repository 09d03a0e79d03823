"""The calls of a cassette, found by what is called. A lookup costs the same among ten and among a hundred thousand.

A call on an object that an earlier call returned looks among the calls on that object first, then among those on
others of its kind: a program may take the connections of a pool in another order than it did when it was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from playhead.matching.call_rules import CallRules
from playhead.matching.index import Near
from playhead.matching.json_difference import json_differences
from playhead.matching.near_miss import shortened
from playhead.matching.queues import Queue
from playhead.matching.shown import Difference
from playhead.model.call import Call
from playhead.model.cassette import CALLED, Outline

__all__ = ["CallIndex", "call_differences"]

_COMPARED = 256
_NUMBERED = re.compile(r"-\d+\]")


class CallIndex:
    """Finds the recording for a call, and keeps count of what was played.

    A slot is a position in `outlines`; `load` gives its stored call. Calls come in as they would be stored.
    """

    def __init__(
        self, outlines: Sequence[Outline], load: Callable[[int], Call], rules: CallRules, slots: Iterable[int]
    ) -> None:
        self._load = load
        self._rules = rules
        self._slots = [slot for slot in slots if outlines[slot].method == CALLED]
        self._queues: dict[str, Queue] = {}
        self._kin: dict[str, list[str]] = {}
        self._objects: dict[str, list[str]] = {}
        self._used = bytearray(len(outlines))
        for slot in self._slots:
            path = outlines[slot].url
            queue = self._queues.get(path)
            if queue is None:
                queue = self._queues[path] = Queue()
                self._kin.setdefault(_kind(path), []).append(path)
                self._objects.setdefault(path.rpartition(".")[0], []).append(path)
            queue.slots.append(slot)

    def unplayed(self) -> list[int]:
        """The slots that have answered no call, neither an exact nor a drifted one."""
        return [slot for slot in self._slots if not self._used[slot]]

    @property
    def paths(self) -> Iterable[str]:
        """The paths of all calls."""
        return self._queues

    def slots_of(self, double: str, on: str | None) -> Iterator[int]:
        """The slots of all calls on a double itself, or on one of the objects that its calls returned."""
        for path in self._objects.get(double if on is None else f"{double}[{on}]", ()):
            yield from self._queues[path].slots

    def take(self, call: Call, *, again: bool = False) -> tuple[int | None, bool]:
        """The first unplayed recording of exactly this call, which is played from now on; or, if it may be played
        `again`, the one that answered it last. Then the second is true."""
        key = self._rules.key(call)
        for queue in self._near(call):
            slot = queue.take(key, self._key_at)
            if slot is not None:
                self._used[slot] = 1
                return slot, False
        return (self._last_played(call, key), True) if again else (None, False)

    def known(self, call: Call) -> bool:
        """Whether exactly this call was recorded, be it played or not."""
        key = self._rules.key(call)
        return any(queue.knows(key, self._key_at) for queue in self._near(call))

    def _last_played(self, call: Call, key: str) -> int | None:
        found = (queue.last_played(key) for queue in self._near(call))
        return next((slot for slot in found if slot is not None), None)

    def drifted_from(self, call: Call) -> Near | None:
        """The nearest recording of the same method that has answered nothing yet."""
        return self._nearest(call, [slot for slot in self._alike(call) if not self._used[slot]])

    def lend(self, call: Call) -> Near | None:
        """The same, to answer the call: it counts as played, but stays available to its exact one."""
        near = self.drifted_from(call)
        if near is not None:
            self._used[near.slot] = 1
        return near

    def nearest(self, call: Call) -> Near | None:
        """The recording most like a call, played or not, if there is one of its method."""
        return self._nearest(call, self._alike(call))

    def _near(self, call: Call) -> Sequence[Queue]:
        path = call.path
        own = self._queues.get(path)
        queues = [] if own is None else [own]
        if call.on is not None:
            queues += [self._queues[other] for other in self._kin.get(_kind(path), ()) if other != path]
        return queues

    def _alike(self, call: Call) -> list[int]:
        return [slot for queue in self._near(call) for slot in queue.slots]

    def _nearest(self, call: Call, slots: Iterable[int]) -> Near | None:
        compared = [(slot, call_differences(self._load(slot), call, self._rules)) for slot in islice(slots, _COMPARED)]
        if not compared:
            return None
        slot, found = min(compared, key=lambda pair: len(pair[1]))
        return Near(slot, shortened(found))

    def _key_at(self, slot: int) -> str:
        return self._rules.key(self._load(slot))


def call_differences(recorded: Call, made: Call, rules: CallRules) -> list[Difference]:
    """Every place in which a call differs from a recorded one, with whole values."""
    place = f"call.{made.double}.{made.method}"
    old, new = rules.arguments(recorded), rules.arguments(made)
    return list(json_differences(place, old, new))


def _kind(path: str) -> str:
    """The path of a call without the number of the object that it is on."""
    return _NUMBERED.sub("]", path)
