"""The engine decides what requests get, and counts; a take records what happens."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.decisions import Discard, Forward, PassThrough, Play, Refuse
from playhead.engine.engine import Engine
from playhead.engine.keeper import Keeper
from playhead.engine.pacing import Timeouts
from playhead.engine.refusals import Refusals
from playhead.engine.rulings import Rulings
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import CassetteMissing, Exhausted, NoMatch, RequestDrift
from playhead.matching.index import Index
from playhead.matching.rules import compile_rules
from playhead.model.call import Invocation
from playhead.model.cassette import Cassette, Exchange, outlines
from playhead.model.http import Request, Response
from playhead.model.mode import Mode
from playhead.model.timing import Outlasted


class Memory:
    """A place for the bytes of a body."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, chunk: bytes) -> None:
        self.data += chunk

    def finish(self) -> bytes:
        return self.data


class Shelf:
    """Keeps everything as it is."""

    def expect_own(self) -> None: ...

    def spool(self) -> Memory:
        return Memory()

    def to_record(self, request: Request) -> Request:
        return request

    def keep(self, exchange: Exchange) -> Exchange:
        return exchange

    known = 0

    def keep_call(self, invocation: Invocation, known: int) -> Invocation:
        return invocation

    def forget(self, request: Request) -> None: ...


def get(path: str) -> Request:
    return Request("GET", f"https://api.test{path}")


def engine_of(
    paths: Sequence[str] | None,
    mode: Mode = Mode.NONE,
    *,
    repeat: bool = False,
    drift: str = "error",
    plain: bool = False,
) -> Engine:
    """An engine with recorded answers to these paths; `None` for no cassette."""
    keeper: Keeper = Shelf()
    exchanges = [Exchange(number, get(path), Response(200)) for number, path in enumerate(paths or (), 1)]
    index = Index(outlines(exchanges), lambda slot: exchanges[slot].request, compile_rules())
    rulings = Rulings(
        store=lambda request: request,
        lookup=lambda request: request,
        repeats=lambda _: repeat,
        passes=lambda request: request.url.endswith("/past"),
        discards=lambda request: request.url.endswith("/telemetry"),
        on_request_drift=drift,
        plain=plain,
    )
    cassette = None if paths is None else Cassette(tuple(exchanges))
    refusals = Refusals("a.json", len(exchanges))
    return Engine(cassette, mode=mode, index=index, rulings=rulings, refusals=refusals, keeper=keeper)


def seen(decision: object) -> SeenRequest:
    assert isinstance(decision, Play | Forward)
    return decision.call


@given(
    st.lists(st.sampled_from("abc"), max_size=6),
    st.lists(st.sampled_from("abcd"), max_size=10),
    st.booleans(),
    st.booleans(),
)
def test_each_recording_is_played_once_in_order_and_then_again_if_it_may(
    recorded: list[str], asked: list[str], repeat: bool, plain: bool
) -> None:
    engine = engine_of([f"/{each}" for each in recorded], repeat=repeat, plain=plain)
    left = {each: [slot for slot, path in enumerate(recorded) if path == each] for each in "abcd"}
    last: dict[str, int] = {}
    refused = 0
    for each in asked:
        decision = engine.begin(get(f"/{each}"), 0)
        if left[each]:
            last[each] = left[each].pop(0)
            assert isinstance(decision, Play)
            assert (decision.slot, decision.repeated) == (last[each], False)
        elif each in last and repeat:
            assert isinstance(decision, Play)
            assert (decision.slot, decision.repeated) == (last[each], True)
        else:
            assert isinstance(decision, Refuse)
            assert isinstance(decision.error, Exhausted if each in last else NoMatch)
            refused += 1
    assert len(engine.seen) == len(asked)
    assert len(engine.misses) == refused
    assert engine.played == len(asked) - refused
    assert [each.id - 1 for each in engine.unplayed] == sorted(slot for slots in left.values() for slot in slots)


@given(st.lists(st.booleans(), max_size=12))
def test_the_most_requests_that_were_under_way_at_once_are_counted(starts: list[bool]) -> None:
    engine = engine_of(["/a"], repeat=True)
    under_way: list[SeenRequest] = []
    most = ended = 0
    for starting in starts:
        if starting:
            under_way.append(seen(engine.begin(get("/a"), 0)))
            most = max(most, len(under_way))
        elif under_way:
            call = under_way.pop()
            for completed in (True, False):  # a client may close what has ended
                engine.ended(call, 7 if completed else 8, completed=completed)
            assert (call.ended_us, call.completed) == (7, True)
            ended += 1
    assert engine.max_concurrency == most
    assert len(engine.over) == ended


def test_an_answer_of_an_override_counts_as_a_request_that_has_ended() -> None:
    engine = engine_of(["/a"], repeat=True)
    engine.answered(SeenRequest(get("/b"), 0), 1)
    assert (len(engine.seen), len(engine.over), engine.max_concurrency, engine.played) == (1, 1, 1, 0)
    call = seen(engine.begin(get("/a"), 2))
    assert engine.max_concurrency == 1
    engine.answered(SeenRequest(get("/b"), 3), 3)
    assert engine.max_concurrency == 2
    engine.ended(call, 4, completed=True)
    assert len(engine.over) == 3


@pytest.mark.parametrize("mode", Mode)
def test_what_goes_past_the_deck_or_nowhere_is_not_counted(mode: Mode) -> None:
    engine = engine_of(["/a"], mode)
    assert engine.begin(get("/past"), 0) == PassThrough()
    assert engine.begin(get("/telemetry"), 0) == Discard()
    assert (engine.seen, engine.misses, engine.max_concurrency) == ([], [], 0)


def test_without_a_cassette_a_request_is_refused_or_recorded() -> None:
    refused = engine_of(None).begin(get("/a"), 0)
    assert isinstance(refused, Refuse)
    assert isinstance(refused.error, CassetteMissing)
    assert isinstance(engine_of(None, Mode.MISSING).begin(get("/a"), 0), Forward)


def test_a_drifted_request_is_refused_with_what_differs_or_played() -> None:
    engine = engine_of(["/a?x=1"])
    refused = engine.begin(get("/a?x=2"), 0)
    assert isinstance(refused, Refuse)
    assert isinstance(refused.error, RequestDrift)
    assert refused.error.differences == (("query.x", '"1"', '"2"'),)
    assert engine.misses == engine.request_drift == [refused.error]
    assert len(engine.unplayed) == 1
    engine.acknowledge(refused.error)
    assert engine.misses == []
    engine = engine_of(["/a?x=1"], drift="warn")
    lent = engine.begin(get("/a?x=2"), 0)
    assert isinstance(lent, Play)
    assert engine.request_drift == [lent.drift]
    assert (engine.misses, engine.unplayed) == ([], ())
    exact = engine.begin(get("/a?x=1"), 0)
    assert isinstance(exact, Play)
    assert exact.drift is None


def test_recordings_are_numbered_as_their_requests_were_issued() -> None:
    engine = engine_of(None, Mode.ALL)
    takes = [decision.take for path in "abc" if isinstance(decision := engine.begin(get(f"/{path}"), 0), Forward)]
    for take in reversed(takes[:2]):
        take.head(200, (), 1)
        take.end(2)
    engine.drop(takes[2])
    assert [(each.id, each.request.url[-1]) for each in engine.recorded if isinstance(each, Exchange)] == [
        (1, "a"),
        (2, "b"),
    ]
    assert engine.takes == []
    assert engine.max_concurrency == 3


def exchange_of(timeouts: Timeouts, *, waited_us: int, head: bool) -> Exchange:
    """Return the exchange of a request whose answer came, or was given up, after so long."""
    made: list[Exchange] = []
    take = Take(1, get("/a"), 0, sink=Memory, done=lambda _, exchange: made.append(exchange))
    take.timeouts = timeouts
    take.sent(0)
    if head:
        take.head(200, (), waited_us)
        take.chunk(b"x", waited_us, waited_us)
        take.end(2 * waited_us, waited_us)
    else:
        take.abandon(waited_us)
    return made[0]


@pytest.mark.parametrize("head", [True, False])
def test_a_wait_that_the_recording_client_accepted_is_noted_as_within_its_limit(head: bool) -> None:
    accepted = exchange_of(Timeouts(read_us=10_000), waited_us=20_000, head=head).timing
    assert accepted.outlasted == Outlasted(read_us=10_000)
    assert [chunk.waited_us for chunk in accepted.chunks] == ([10_000] if head else [])
    assert accepted.end_waited_us == (10_000 if head else None)
    for limit_us in (None, 30_000):
        within = exchange_of(Timeouts(read_us=limit_us), waited_us=20_000, head=head).timing
        assert within.outlasted is None
        assert [chunk.waited_us for chunk in within.chunks] == ([20_000] if head else [])
