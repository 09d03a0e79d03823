"""The desk of a deck's doubles: it takes their calls to the engine, and keeps the real objects behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

from playhead.deck.ports import CallHost
from playhead.engine.call_take import CallTake
from playhead.engine.decisions import CallDecision, PlayCall
from playhead.engine.gate import Gate, Passage
from playhead.errors import Exhausted, PlayheadError, UsageError
from playhead.matching.call_rules import CallRules
from playhead.model.call import Call
from playhead.redaction.redact import Redactor
from playhead.settings.options import Options

if TYPE_CHECKING:
    from playhead.doubles.real import Real

__all__ = ["Desk"]


class Desk:
    """All doubles of one deck. They use the lock, gate and time of the deck itself."""

    def __init__(self, host: CallHost) -> None:
        self._host = host
        self._doubles: dict[str, tuple[object, object]] = {}
        self._reals: list[Real] = []

    def double(self, name: str, spec: object, real: Callable[[], object] | None) -> object:
        """Return the double called `name`, made at the first call. Raises `SpecDrift` and `UsageError`."""
        known = self._doubles.get(name)
        if known is not None:
            if known[0] is not spec:
                raise UsageError(
                    f'There is a double "{name}" of another spec on this deck: give each a name of its own.'
                )
            return known[1]
        from playhead.doubles.build import make_double  # a deck without doubles need not load them

        double = make_double(self, name, spec, real)
        self._doubles[name] = spec, double
        return double

    @property
    def name(self) -> str:
        """The name of the cassette in messages."""
        return self._host.name

    @property
    def is_open(self) -> bool:
        """False once the deck has begun to close."""
        return self._host.is_open

    @property
    def recording(self) -> bool:
        """True if calls can be recorded."""
        return self._host.recording

    @property
    def options(self) -> Options:
        """The options that hold for the deck."""
        return self._host.options

    @property
    def redactor(self) -> Redactor:
        """Replaces what is secret."""
        return self._host.redactor

    @property
    def call_rules(self) -> CallRules:
        """The option `ignore`, for calls."""
        return self._host.call_rules

    @property
    def gate(self) -> Gate:
        """The order and pace of a replay."""
        return self._host.gate

    @property
    def lock(self) -> Lock:
        """Held around each call of the gate and of the engine."""
        return self._host.lock

    def now_us(self) -> int:
        """Return the instant in microseconds since the deck was opened."""
        return self._host.now_us()

    def leave(self, passage: Passage | None) -> None:
        """Let nobody wait for anything more of a call."""
        self._host.leave(passage)

    def on_close(self, callback: Callable[[], None], *, in_children: bool = False) -> None:
        """Call this when the deck closes."""
        self._host.on_close(callback, in_children=in_children)

    def explain(self, error: PlayheadError) -> None:
        """Add to a miss what the recording shows of its cause."""
        self._host.explain(error)

    def decide_call(self, call: Call, store: Callable[[], Call]) -> CallDecision:
        """Return what a call gets; `store` gives it as it would be stored."""
        try:
            with self._host.lock:
                return self._host.calls.begin(call, store, self._host.now_us())
        except PlayheadError as error:
            self._host.keep_miss(error)
            raise

    def recorded_calls(self, double: str, on: str | None = None) -> Iterator[Call]:
        """Yield the calls that may be replayed on a double, or on one of the objects that its calls returned."""
        return self._host.calls.recorded(double, on)

    def labels_before(self, double: str, kind: str) -> int:
        """Return how many objects of this kind have labels on the cassette, where a recording adds to it."""
        label = re.compile(rf"{re.escape(double)}\[{re.escape(kind)}-(\d+)\]")
        found = (label.match(path) for path in self._host.calls.paths)
        return max((int(each[1]) for each in found if each is not None), default=0)

    def drop_call(self, take: CallTake, error: PlayheadError) -> None:
        """Forget a call that could not be recorded, and keep the error."""
        with self._host.lock:
            self._host.drop(take)
        self._host.keep_miss(error)

    def enter_call(self, play: PlayCall) -> Passage | None:
        """Begin to play a recorded call; `None` if none of its events will ever have to wait."""
        timing = play.invocation.timing
        first_us = timing.chunks[0].at_us if timing.chunks else timing.last_us
        waiting = play.invocation.waiting
        return self._host.enter_slot(play.slot, first_us, repeated=play.repeated, listening=waiting)

    def cut_call(self, call: Call) -> Exhausted:
        """Return the error for reading past the recorded end of items."""
        return self._host.calls.cut(call)

    def closes(self, real: Real) -> None:
        """Close this real object with the deck."""
        self._reals.append(real)
        self._host.on_close(real.close_sync)

    def real_of(self, double: str) -> Real:
        """Return the real object behind a double."""
        return next(real for real in self._reals if real.name == double)

    async def close_reals(self) -> None:
        """Close the real objects, in the event loop that they were opened in, the last one first.

        Those that a forked child has are its parent's: to close one would end the parent's session with its server.
        """
        if self._host.inherited:
            return
        for real in reversed(self._reals):
            if not real.held:
                await real.close()
