"""The side of an open deck that doubles use: their calls, and the real objects behind them while it records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

from playhead.engine.call_refusals import CallRefusals
from playhead.engine.call_take import CallTake
from playhead.engine.decisions import CallDecision, PlayCall
from playhead.engine.deck import DeckCore
from playhead.engine.gate import Gate, Passage
from playhead.errors import Exhausted, PlayheadError
from playhead.model.call import Call

if TYPE_CHECKING:
    from playhead.doubles.real import Real

__all__ = ["CallDeck"]


class CallDeck(DeckCore):
    """What `Deck` builds on; lock, gate, time and end are the whole deck's."""

    lock: Lock
    gate: Gate
    _reals: list[Real]

    if TYPE_CHECKING:

        def now_us(self) -> int: ...

        @property
        def inherited(self) -> bool: ...

        def on_close(self, callback: Callable[[], None]) -> None: ...

        def _enter(self, slot: int, first_us: int, *, repeated: bool, listening: bool) -> Passage | None: ...

    def decide_call(self, call: Call, store: Callable[[], Call]) -> CallDecision:
        """What a call of a double gets, now; `store` gives it as it would be stored."""
        try:
            with self.lock:
                return self.begin_call(call, store, self.now_us())
        except PlayheadError as error:
            self.misses.append(error)
            raise

    def recorded_calls(self, double: str, on: str | None = None) -> Iterator[Call]:
        """The calls that may be replayed on a double, or on one of the objects that its calls returned."""
        for slot in self._call_index.slots_of(double, on) if self._call_index is not None else ():
            yield self._invocation(slot).call

    def labels_before(self, double: str, kind: str) -> int:
        """How many objects of this kind have labels on the cassette, where a recording adds to it."""
        if self._call_index is None:
            return 0
        label = re.compile(rf"{re.escape(double)}\[{re.escape(kind)}-(\d+)\]")
        found = (label.match(path) for path in self._call_index.paths)
        return max((int(each[1]) for each in found if each is not None), default=0)

    def drop_call(self, take: CallTake, error: PlayheadError) -> None:
        """Forget a call that could not be recorded; the error is kept."""
        with self.lock:
            self.drop(take)
        self.misses.append(error)

    def closes(self, real: Real) -> None:
        """Close this real object with the deck."""
        self._reals.append(real)
        self.on_close(real.close_sync)

    async def close_reals(self) -> None:
        """Close the real objects of doubles, in the event loop that they were opened in; the last one first.

        Those that a forked child has are its parent's: to close one would end the parent's session with its server.
        """
        if self.inherited:
            return
        for real in reversed(self._reals):
            if not real.held:
                await real.close()

    def real_of(self, double: str) -> Real:
        """The real object behind a double."""
        return next(real for real in self._reals if real.name == double)

    def enter_call(self, play: PlayCall) -> Passage | None:
        """A recorded call starts to play; `None` if nothing of it will ever have to wait."""
        timing = play.invocation.timing
        first_us = timing.chunks[0].at_us if timing.chunks else timing.last_us
        waiting = play.invocation.waiting
        return self._enter(play.slot, first_us, repeated=play.repeated, listening=waiting)

    def cut_call(self, call: Call) -> Exhausted:
        """The error for reading past the recorded end of items; kept as a miss."""
        error = CallRefusals(self._refusals).cut(call)
        self.misses.append(error)
        return error
