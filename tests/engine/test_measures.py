"""Measures of time: the laws of concurrency, order and duration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.measures import (
    Span,
    busy_us,
    completion_order,
    durations_us,
    elapsed_us,
    max_concurrency,
    span_of,
)
from playhead.model.cassette import Exchange
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Chunk, Timing

GET = Request("GET", "http://api.test/")


ALONE = st.just(0)


@st.composite
def spans(draw, sessions=ALONE):
    start_us = draw(st.integers(0, 60))
    return Span(start_us, start_us + draw(st.integers(0, 30)), draw(sessions), draw(st.booleans()))


ONE_SESSION = st.lists(spans(), max_size=25)
SEVERAL = st.lists(spans(sessions=st.integers(0, 2)), max_size=25)


def exchange(start_us, end_us, **rest):
    return Exchange(1, GET, Response(200), timing=Timing(start_us, end_us=end_us, **rest))


@given(ONE_SESSION)
def test_concurrency_is_the_most_that_are_under_way_at_any_instant(timed):
    def under_way(at_us):
        return sum(each.start_us <= at_us < each.end_us or each.start_us == at_us == each.end_us for each in timed)

    assert max_concurrency(timed) == max((under_way(each.start_us) for each in timed), default=0)


@given(SEVERAL, st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_given_does_not_matter(timed, random):
    shuffled = random.sample(timed, len(timed))
    assert max_concurrency(shuffled) == max_concurrency(timed)
    assert elapsed_us(shuffled) == elapsed_us(timed)
    assert busy_us(shuffled) == busy_us(timed)


@given(SEVERAL, st.integers(0, 10**9), st.integers(1, 1000))
def test_later_or_slower_is_as_concurrent_and_in_the_same_order(timed, later_us, factor):
    other = [
        each._replace(start_us=each.start_us * factor + later_us, end_us=each.end_us * factor + later_us)
        for each in timed
    ]
    assert max_concurrency(other) == max_concurrency(timed)
    assert elapsed_us(other) == factor * elapsed_us(timed)
    assert busy_us(other) == factor * busy_us(timed)
    position = {id(each): index for index, each in enumerate(other)}
    assert [timed[position[id(each)]] for each in completion_order(other)] == list(completion_order(timed))


@given(SEVERAL)
def test_work_is_at_most_what_so_many_can_do_while_any_is_under_way(timed):
    assert busy_us(timed) <= sum(durations_us(timed)) <= busy_us(timed) * max_concurrency(timed)
    assert busy_us(timed) <= elapsed_us(timed)
    assert min(1, len(timed)) <= max_concurrency(timed) <= len(timed)


@given(SEVERAL)
def test_completions_are_those_that_came_to_an_end_by_when_they_did(timed):
    order = completion_order(timed)
    assert sorted(order) == sorted(each for each in timed if each.completed)
    ends = [(each.session, each.end_us) for each in order]
    assert ends == sorted(ends)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_one_after_the_other_is_one_at_a_time(durations):
    starts = [sum(durations[:index]) for index in range(len(durations))]
    timed = [Span(start, start + took) for start, took in zip(starts, durations, strict=True)]
    assert max_concurrency(timed) == 1
    assert completion_order(timed) == tuple(timed)
    assert elapsed_us(timed) == busy_us(timed) == sum(durations)


@given(SEVERAL)
def test_sessions_are_measured_each_by_itself(timed):
    parts = [[each for each in timed if each.session == session] for session in range(3)]
    assert max_concurrency(timed) == max(map(max_concurrency, parts))
    assert elapsed_us(timed) == sum(map(elapsed_us, parts))
    assert busy_us(timed) == sum(map(busy_us, parts))


def test_of_nothing_all_is_nothing():
    assert (max_concurrency([]), completion_order([]), durations_us([]), elapsed_us([]), busy_us([])) == (
        0,
        (),
        (),
        0,
        0,
    )


def test_interactions_are_measured_from_start_to_last_event():
    slow, quick = exchange(0, 900), exchange(100, 300)
    late = exchange(1000, 1200)
    assert completion_order([slow, quick, late]) == (quick, slow, late)
    assert max_concurrency([slow, quick, late]) == 2
    assert durations_us([slow, quick, late]) == (900, 200, 200)
    assert elapsed_us([slow, quick, late]) == 1200
    assert busy_us([slow, quick, late]) == 1100


@pytest.mark.parametrize(
    ("interaction", "expected"),
    [
        (Exchange(1, GET, failure=Failure("ConnectError"), timing=Timing(5, end_us=9)), Span(5, 9)),
        (Exchange(1, GET, timing=Timing(5, sent_us=7, session=2)), Span(5, 7, 2, completed=False)),
        (
            Exchange(1, GET, Response(200, complete=False), timing=Timing(5, head_us=6, chunks=(Chunk(8, 3, 1),))),
            Span(5, 8, completed=False),
        ),
    ],
)
def test_failures_complete_and_what_was_given_up_does_not(interaction, expected):
    assert span_of(interaction) == expected
    assert bool(completion_order([interaction])) is expected.completed
