"""Calls of doubles are decided from the same state as requests: played, refused with what differs, or lent."""

from __future__ import annotations

from playhead.engine.call_engine import CallEngine
from playhead.engine.decisions import CallDecision, PlayCall, Refuse
from playhead.engine.engine import Engine
from playhead.engine.refusals import Refusals
from playhead.engine.rulings import Rulings
from playhead.errors import Exhausted, NoMatch, RequestDrift
from playhead.matching.call_index import CallIndex
from playhead.matching.call_rules import compile_call_rules
from playhead.model.call import Call, Invocation, Returned
from playhead.model.cassette import Cassette, outlines
from playhead.model.mode import Mode
from tests.engine.test_engine import Shelf


def call(number: int, method: str = "get") -> Call:
    return Call("db", method, (number,), {})


class Desk:
    """Calls on a cassette of `db.get(1)` and `db.get(2)`."""

    def __init__(self, drift: str = "error") -> None:
        made = [Invocation(number, call(number), Returned(None)) for number in (1, 2)]
        index = CallIndex(outlines(made), lambda slot: made[slot].call, compile_call_rules((), same_kind=str), range(2))
        rulings = Rulings(store=lambda each: each, lookup=lambda each: each, on_request_drift=drift)
        self.engine = Engine(
            Cassette(tuple(made)),
            mode=Mode.NONE,
            index=None,
            rulings=rulings,
            refusals=Refusals("a.json", 2),
            keeper=Shelf(),
            call_index=index,
        )
        self.calls = CallEngine(self.engine)

    def make(self, made: Call) -> CallDecision:
        return self.calls.begin(made, lambda: made, 0)

    def refused(self, made: Call) -> BaseException:
        decision = self.make(made)
        assert isinstance(decision, Refuse)
        assert self.engine.misses[-1] is decision.error
        return decision.error


def test_a_call_is_played_once_and_then_refused() -> None:
    desk = Desk()
    for number in (2, 1):
        played = desk.make(call(number))
        assert isinstance(played, PlayCall)
        assert (played.slot, played.drift) == (number - 1, None)
    assert desk.engine.played == 2
    assert isinstance(desk.refused(call(1)), Exhausted)
    assert isinstance(desk.refused(call(1, "put")), NoMatch)
    assert isinstance(desk.calls.cut(call(1)), Exhausted)
    assert len(desk.engine.misses) == 3


def test_a_drifted_call_is_refused_with_what_differs_and_takes_no_recording() -> None:
    desk = Desk()
    error = desk.refused(call(3))
    assert isinstance(error, RequestDrift)
    assert error.differences == (("call.db.get.args[0]", "1", "3"),)
    assert desk.engine.request_drift == [error]
    assert len(desk.engine.unplayed) == 2


def test_a_drifted_call_may_be_played_and_is_noted() -> None:
    desk = Desk(drift="warn")
    played = desk.make(call(3))
    assert isinstance(played, PlayCall)
    assert desk.engine.request_drift == [played.drift]
    assert desk.engine.misses == []
    assert [each.id for each in desk.engine.unplayed] == [2]


def test_the_calls_of_a_double_are_those_that_were_recorded() -> None:
    desk = Desk()
    assert list(desk.calls.recorded("db")) == [call(1), call(2)]
    assert list(desk.calls.recorded("db", "connection-1")) == []
    assert desk.calls.paths == ("db.get",)
