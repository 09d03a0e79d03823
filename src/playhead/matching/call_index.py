"""The calls of a cassette, found by what is called. A lookup takes as long among ten as among a hundred thousand.

A call on an object that an earlier call returned is looked up among the calls on that object first, then among those on
others of its kind: a program may take the connections of a pool in another order than when it was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from playhead.matching.bindings import Bindings
from playhead.matching.call_rules import CallRules
from playhead.matching.call_weighing import CallWeighing, SoughtCall
from playhead.matching.differences import Difference
from playhead.matching.found import Near
from playhead.matching.lines import Choice
from playhead.matching.masks import json_mask, json_without
from playhead.matching.near_miss import json_differences, unredacted
from playhead.matching.queues import Queue
from playhead.model.call import Call
from playhead.model.cassette import CALLED, Outline

__all__ = ["CallIndex", "FoundCall", "call_differences"]

_COMPARED = 256
_Masks = dict[tuple[tuple[str | int, ...], ...], dict[str, list[Hashable]]]
_NUMBERED = re.compile(r"-\d+\]")


class FoundCall(NamedTuple):
    """The recording in `slot`, `None` if there is none.

    It is `repeated` if it had been played before, and `ambiguous` if only the recorded order decided.
    """

    slot: int | None
    repeated: bool = False
    ambiguous: bool = False


class CallIndex:
    """Finds the recording for a call, and keeps count of what was played.

    A slot is a position in `outlines`; `load` returns its stored call. `binds` and `bindings` are as for requests.
    """

    def __init__(
        self,
        outlines: Sequence[Outline],
        load: Callable[[int], Call],
        rules: CallRules,
        slots: Iterable[int],
        *,
        bindings: Bindings | None = None,
        binds: bool = True,
    ) -> None:
        self.weighing = CallWeighing(outlines, load, rules, bindings or Bindings(), binds=binds)
        self._wild: dict[int, _Masks] = {}
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
        """Return the slots that have answered no call, neither an exact nor a drifted one."""
        return [slot for slot in self._slots if not self._used[slot]]

    @property
    def paths(self) -> Iterable[str]:
        """The paths of all calls."""
        return self._queues

    def slots_of(self, double: str, on: str | None) -> Iterator[int]:
        """Yield the slots of all calls on a double itself, or on an object that one of its calls returned."""
        for path in self._objects.get(double if on is None else f"{double}[{on}]", ()):
            yield from self._queues[path].slots

    def take(self, live: Call, stored: Callable[[], Call] | None = None, *, again: bool = False) -> FoundCall:
        """Return an unplayed recording of exactly this call, and count it as played.

        Args:
            live: The call with the values that the program passed.
            stored: Returns the call as it would be stored.
            again: Return the recording that answered the call last, if all are played.
        """
        return self._take_plain(live, again=again) or self._take(live, stored, again=again)

    def _take_plain(self, live: Call, *, again: bool) -> FoundCall | None:
        """Return the recording of a call that needs no weighing, as nearly all; `None` if more has to be looked at."""
        queue = self._queues.get(live.path)
        if queue is None:
            return None
        key, is_bare = self._rules.key(live), self.weighing.is_bare
        slot = queue.take_plain(key, self._key_at, is_bare)
        if slot is not None:
            self._used[slot] = 1
            return FoundCall(slot)
        if not again or live.on is not None or self._masks(queue):
            return None
        slot = queue.last_plain(key, is_bare)
        return None if slot is None else FoundCall(slot, repeated=True)

    def _take(self, live: Call, stored: Callable[[], Call] | None, *, again: bool) -> FoundCall:
        sought = self.weighing.sought(live, stored)
        best: tuple[Queue, Hashable, Choice] | None = None
        for queue, content in self._lines(sought):
            choice = queue.best(content, self._key_at, sought)
            if choice is not None and (best is None or choice.verdict.rank > best[2].verdict.rank):
                best = queue, content, choice
                if choice.verdict.final or not sought.lenient:
                    break
        if best is not None:
            queue, content, choice = best
            queue.play(content, choice.slot)
            self._used[choice.slot] = 1
            if choice.verdict.free:
                sought.bind(choice.slot)
            return FoundCall(choice.slot, ambiguous=choice.ambiguous)
        return FoundCall(self._last_played(live, stored) if again else None, repeated=True)

    def known(self, live: Call, stored: Callable[[], Call] | None = None) -> bool:
        """Return True if exactly this call was recorded, played or not."""
        sought = self.weighing.sought(live, stored)
        return any(queue.knows(content, self._key_at, sought) for queue, content in self._lines(sought))

    def _last_played(self, live: Call, stored: Callable[[], Call] | None) -> int | None:
        sought = self.weighing.sought(live, stored)
        found = (queue.last_played(content, sought) for queue, content in self._lines(sought))
        return next((slot for slot in found if slot is not None), None)

    def _lines(self, sought: SoughtCall) -> Iterator[tuple[Queue, Hashable]]:
        """Yield the lines that may hold the recording of a call.

        These are the lines with its values, those with its placeholders, and those equal except where placeholders were
        stored.
        """
        for call in sought.spelled():
            key = self._rules.key(call)
            yield from ((queue, key) for queue in self._near(call))
        sought.lenient = True
        for call in sought.spelled():
            arguments = self._rules.arguments(call)
            for queue in self._near(call):
                for mask, lines in self._masks(queue).items():
                    yield from ((queue, key) for key in lines.get(json_without(arguments, mask), ()))

    def _masks(self, queue: Queue) -> _Masks:
        """Return the keys in a queue that have placeholders, by what they hold besides."""
        known = self._wild.get(id(queue))
        if known is None:
            known = self._wild[id(queue)] = {}
            for key, slot in queue.contents(self._key_at):
                arguments = self._rules.arguments(self._load(slot))
                mask = json_mask(arguments, self._rules.marks_in)
                if mask:
                    known.setdefault(mask, {}).setdefault(json_without(arguments, mask), []).append(key)
        return known

    def drifted_from(self, call: Call, live: Call | None = None) -> Near | None:
        """Return the nearest recording of the same method that has answered nothing yet."""
        return self._nearest(call, [slot for slot in self._alike(call) if not self._used[slot]], live)

    def lend(self, call: Call, live: Call | None = None) -> Near | None:
        """Return that recording to answer the call.

        It counts as played, but stays available to its exact call.
        """
        near = self.drifted_from(call, live)
        if near is not None:
            self._used[near.slot] = 1
        return near

    def nearest(self, call: Call, live: Call | None = None) -> Near | None:
        """Return the recording most like a call, played or not, if there is one of its method."""
        return self._nearest(call, self._alike(call), live)

    def _near(self, call: Call) -> Sequence[Queue]:
        path = call.path
        own = self._queues.get(path)
        queues = [] if own is None else [own]
        if call.on is not None:
            queues += [self._queues[other] for other in self._kin.get(_kind(path), ()) if other != path]
        return queues

    def _alike(self, call: Call) -> list[int]:
        return [slot for queue in self._near(call) for slot in queue.slots]

    def _nearest(self, call: Call, slots: Iterable[int], live: Call | None) -> Near | None:
        sought = self.weighing.sought(live or call, lambda: call)
        sought.lenient = True
        compared = [
            (slot, call_differences(self._load(slot), call, self._rules) + sought.refusals(slot))
            for slot in islice(slots, _COMPARED)
        ]
        if not compared:
            return None
        slot, found = min(compared, key=lambda pair: len(pair[1]))
        return Near.of(slot, found, self._rules.marks_in)

    def _key_at(self, slot: int) -> str:
        call = self._load(slot)
        self.weighing.note(slot, call)
        return self._rules.key(call)


def call_differences(recorded: Call, made: Call, rules: CallRules) -> list[Difference]:
    """Return every place in which a call differs from a recorded one, with whole values."""
    place = f"call.{made.double}.{made.method}"
    old, new = rules.arguments(recorded), rules.arguments(made)
    return unredacted(json_differences(place, old, new), rules.marks_in)


def _kind(path: str) -> str:
    """Return the path of a call without the number of the object that it is on."""
    return _NUMBERED.sub("]", path)
