"""Decides what each call of a double gets.

Its state is the session's `Engine`: one order, one count, one list of misses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from playhead.engine.call_refusals import CallRefusals
from playhead.engine.call_take import CallTake
from playhead.engine.decisions import CallDecision, ForwardCall, PlayCall, Refuse
from playhead.engine.engine import Engine
from playhead.engine.policy import Action
from playhead.errors import Exhausted, PlayheadError, RequestDrift
from playhead.matching.call_index import CallIndex
from playhead.model.call import Call, Invocation

__all__ = ["CallEngine"]


class CallEngine:
    """Decides for calls as `Engine` does for requests, under the same lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._refusals = CallRefusals(engine.refusals)

    def begin(self, call: Call, store: Callable[[], Call], at_us: int) -> CallDecision:
        """Decide what a call gets, and reserve its slot. It comes with live values; `store` redacts it.

        A call that is on the cassette as it comes is not redacted: what was stored holds no secret.
        """
        engine = self._engine
        slot, repeated = engine.finder.find_call(call, store)
        action = engine.actions[slot is not None]
        if action is Action.PLAY and slot is not None:
            return self._play(slot, repeated=repeated)
        if action is Action.FORWARD:
            return self._unsendable(call) or self._forward(call, store, at_us)
        if action is Action.ABSENT or engine.call_index is None:
            return self._refuse(engine.refusals.missing())
        return self._miss(engine.call_index, store(), call)

    def recorded(self, double: str, on: str | None = None) -> Iterator[Call]:
        """Yield the recorded calls of a double, or of one of the objects that its calls returned."""
        index = self._engine.call_index
        for slot in index.slots_of(double, on) if index is not None else ():
            yield self._invocation(slot).call

    @property
    def paths(self) -> Sequence[str]:
        """The paths of all recorded calls, such as `db.create_user`."""
        index = self._engine.call_index
        return () if index is None else tuple(index.paths)

    def cut(self, call: Call) -> Exhausted:
        """Return the error for reading past the recorded end of items. It is kept as a miss."""
        error = self._refusals.cut(call)
        self._engine.misses.append(error)
        return error

    def _play(self, slot: int, *, repeated: bool = False, drift: RequestDrift | None = None) -> PlayCall:
        self._engine.played += 1
        self._engine.finder.played(slot)
        return PlayCall(self._invocation(slot), slot, repeated, drift)

    def _unsendable(self, call: Call) -> Refuse | None:
        """Refuse to send a placeholder that was read from the recording to a real object."""
        sent = self._engine.finder.placeholder_in(call)
        return None if sent is None else self._refuse(self._refusals.unsendable(call, sent))

    def _forward(self, live: Call, store: Callable[[], Call], at_us: int) -> ForwardCall:
        engine = self._engine
        engine.keeper.expect_own()
        known: int | None = engine.keeper.known  # before the arguments are searched: another thread may learn meanwhile
        call = store()
        if call is not live:
            known = None

        def done(take: CallTake, invocation: Invocation) -> None:
            engine.takes.remove(take)
            engine.taken[take.number] = engine.keeper.keep_call(invocation, known)

        take = CallTake(engine.next_number(), call, at_us, done=done, origin=engine.origin)
        engine.takes.append(take)
        return ForwardCall(take)

    def _refuse(self, error: PlayheadError) -> Refuse:
        self._engine.misses.append(error)
        return Refuse(error)

    def _miss(self, index: CallIndex, call: Call, live: Call) -> CallDecision:
        engine = self._engine
        refuses = engine.rulings.on_request_drift == "error"
        known = index.known(live, lambda: call)
        lent = None if known else (index.drifted_from if refuses else index.lend)(call, live)
        if lent is not None:
            drift = self._refusals.drift(call, self._invocation(lent.slot), lent.differences, lent.ignoring)
            engine.finder.explain(drift, live, lent)
            engine.request_drift.append(drift)
            return self._refuse(drift) if refuses else self._play(lent.slot, drift=drift)
        near = index.nearest(call, live)
        nearest = None if near is None else (self._invocation(near.slot), near.differences, near.ignoring)
        error = (self._refusals.exhausted if known else self._refusals.no_match)(call, nearest)
        return self._refuse(engine.finder.explain(error, live, near))

    def _invocation(self, slot: int) -> Invocation:
        invocation = self._engine.played_from[slot]
        assert isinstance(invocation, Invocation)  # the index of calls knows no others
        return invocation
