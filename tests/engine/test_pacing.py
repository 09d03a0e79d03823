"""Recorded time under a client's timeouts: the laws of every phase."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.pacing import NO_TIMEOUTS, Timeouts, chunk_failure, end_failure, head_failure, outlasted
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Failure, Request, Response
from playhead.model.timing import Chunk, Timing

PHASES = ("pool", "connect", "write", "read")
KINDS = {"pool": "PoolTimeout", "connect": "ConnectTimeout", "write": "WriteTimeout", "read": "ReadTimeout"}
durations = st.integers(0, 1_000)
limits_us = st.none() | durations


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """An exchange of phases of any length, some of which were not seen."""
    start_us = draw(durations)
    ends = list(accumulate(draw(st.lists(durations, min_size=4, max_size=4)), initial=start_us))[1:]
    pooled, connected, sent = (each if draw(st.booleans()) else None for each in ends[:3])
    timing = Timing(start_us, connected, sent, ends[3], (), ends[3], pooled_us=pooled)
    return Exchange(1, Request("POST", "http://api.test/", body=b"x"), Response(200), timing=timing)


timeouts = st.builds(Timeouts, limits_us, limits_us, limits_us, limits_us)


def lengths(exchange: Exchange) -> dict[str, tuple[int, int]]:
    """When each phase that was seen began, and how long it took."""
    timing, found = exchange.timing, {}
    since_us = timing.start_us
    until = (timing.pooled_us, timing.connected_us, timing.sent_us, timing.head_us)
    for phase, until_us in zip(PHASES, until, strict=True):
        if until_us is not None:
            found[phase] = (since_us, until_us - since_us)
            since_us = until_us
    return found


@given(exchanges())
def test_without_limits_everything_comes(exchange: Exchange) -> None:
    assert head_failure(exchange, NO_TIMEOUTS) is None


@given(exchanges(), timeouts)
def test_the_first_phase_that_took_too_long_is_the_failure(exchange: Exchange, timeouts: Timeouts) -> None:
    expected = None
    for phase, (since_us, took_us) in lengths(exchange).items():
        limit_us = getattr(timeouts, f"{phase}_us")
        if limit_us is not None and took_us > limit_us:
            expected = since_us + limit_us, KINDS[phase]
            break
    found = head_failure(exchange, timeouts)
    assert (found and (found[0], found[1].kind)) == expected


@given(exchanges(), timeouts)
def test_a_failure_comes_before_the_head_would_have(exchange: Exchange, timeouts: Timeouts) -> None:
    found = head_failure(exchange, timeouts)
    if found is not None:
        assert exchange.timing.start_us <= found[0] < (exchange.timing.head_us or 0)


@given(exchanges(), timeouts, st.sampled_from(PHASES), durations)
def test_more_patience_never_makes_a_failure(exchange: Exchange, timeouts: Timeouts, phase: str, more_us: int) -> None:
    allowed = {each.name: getattr(timeouts, each.name) for each in fields(Timeouts) if each.init}
    own_us = allowed[f"{phase}_us"]
    allowed[f"{phase}_us"] = None if own_us is None else own_us + more_us
    if head_failure(exchange, timeouts) is None:
        assert head_failure(exchange, Timeouts(**allowed)) is None


@given(exchanges(), timeouts, st.integers(0, 10_000))
def test_a_recorded_failure_comes_whatever_the_limits(exchange: Exchange, timeouts: Timeouts, at_us: int) -> None:
    failure = Failure("ReadError", "gone")
    failed = replace(exchange, response=None, failure=failure, timing=replace(exchange.timing, end_us=at_us))
    assert head_failure(failed, timeouts) == (at_us, failure)


@given(st.integers(1_000, 2_000), durations, timeouts)
def test_a_chunk_and_the_end_are_judged_by_how_long_the_reader_waited(
    at_us: int, waited: int, timeouts: Timeouts
) -> None:
    ended = Exchange(1, Request("GET", "http://a/"), Response(200), timing=Timing(end_us=at_us, end_waited_us=waited))
    late = timeouts.read_us is not None and waited > timeouts.read_us
    expected = (at_us - waited + (timeouts.read_us or 0), Failure("ReadTimeout", after="chunk")) if late else None
    assert chunk_failure(Chunk(at_us, 1, waited), timeouts) == expected
    assert end_failure(ended, timeouts) == expected


def test_the_end_of_a_body_that_failed_is_its_failure() -> None:
    timing = Timing(end_us=900, end_waited_us=900)
    failed = Exchange(1, Request("GET", "http://a/"), Response(200), Failure("ReadError"), timing)
    assert end_failure(failed, Timeouts(read_us=1)) is None


def test_a_body_that_was_sent_in_pieces_is_not_judged_as_one() -> None:
    exchange = Exchange(1, Request("PUT", "http://a/", body=BodyFile("bodies/x.bin", "x", 9)), Response(200))
    timed = replace(exchange, timing=Timing(0, 1, 5_000, 5_001, (), 5_001))
    assert head_failure(timed, Timeouts(write_us=10)) is None


@pytest.mark.parametrize("phase", PHASES)
def test_equal_is_not_too_long(phase: str) -> None:
    timing = Timing(0, 200, 300, 400, (), 400, pooled_us=100)
    exchange = Exchange(1, Request("GET", "http://a/"), Response(200), timing=timing)
    assert head_failure(exchange, Timeouts(**{f"{phase}_us": 100})) is None
    failure = head_failure(exchange, Timeouts(**{f"{phase}_us": 99}))
    assert failure is not None
    assert failure[1].kind == KINDS[phase]


@given(exchanges(), timeouts)
def test_what_the_recording_client_did_not_take_for_a_timeout_is_none(exchange: Exchange, recorded: Timeouts) -> None:
    timing = replace(exchange.timing, outlasted=outlasted(exchange, recorded))
    assert head_failure(replace(exchange, timing=timing), recorded) is None


@given(exchanges(), timeouts, timeouts)
def test_a_client_of_less_patience_is_judged_by_the_longest_wait_that_was_allowed(
    exchange: Exchange, recorded: Timeouts, today: Timeouts
) -> None:
    kept = replace(exchange, timing=replace(exchange.timing, outlasted=outlasted(exchange, recorded)))
    for phase, (_, took_us) in lengths(exchange).items():
        limit_us, allowed_us = (getattr(each, f"{phase}_us") for each in (today, recorded))
        failure = head_failure(kept, Timeouts(**{f"{phase}_us": limit_us}))
        judged_us = took_us if allowed_us is None else min(took_us, allowed_us)
        assert (failure is not None) is (limit_us is not None and judged_us > limit_us)


@given(exchanges(), timeouts, timeouts)
def test_one_that_was_given_up_is_waited_for_as_long_as_its_caller_waited(
    exchange: Exchange, recorded: Timeouts, today: Timeouts
) -> None:
    given_up = replace(exchange, response=None, timing=replace(exchange.timing, head_us=None))
    kept = replace(given_up, timing=replace(given_up.timing, outlasted=outlasted(given_up, recorded)))
    since_us = given_up.timing.sent_us or given_up.timing.connected_us or given_up.timing.start_us
    waited_us = given_up.timing.last_us - since_us
    judged_us = waited_us if recorded.read_us is None else min(waited_us, recorded.read_us)
    late = today.read_us is not None and judged_us > today.read_us
    expected = (since_us + (today.read_us or 0), Failure("ReadTimeout", after="sent")) if late else None
    assert head_failure(kept, today) == expected


@given(exchanges(), timeouts)
def test_what_failed_outlasted_nothing(exchange: Exchange, recorded: Timeouts) -> None:
    assert outlasted(replace(exchange, response=None, failure=Failure("ReadError", "gone")), recorded) is None


@given(exchanges(), timeouts)
def test_a_head_whose_instant_is_unknown_comes(exchange: Exchange, today: Timeouts) -> None:
    assert head_failure(replace(exchange, timing=replace(exchange.timing, head_us=None)), today) is None
