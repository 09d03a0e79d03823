"""Measures of a timeline, for tests: how many were under way at once, in which order they ended, how long it took.

Pure functions over interactions, or over spans that were observed some other way. All instants and durations are
integer microseconds. Instants of different sessions do not compare, so each session is measured by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple, TypeVar

from playhead.model.cassette import Interaction

__all__ = ["Span", "busy_us", "completion_order", "durations_us", "elapsed_us", "max_concurrency", "span_of"]


class Span(NamedTuple):
    """From when to when something was under way; `completed` is false if its caller gave up on it."""

    start_us: int
    end_us: int
    session: int = 0
    completed: bool = True


Timed = TypeVar("Timed", bound=Interaction | Span)


def span_of(timed: Interaction | Span) -> Span:
    """Return the span of an interaction, from its start to its last event that was seen."""
    if isinstance(timed, Span):
        return timed
    timing = timed.timing
    return Span(timing.start_us, max(timing.start_us, timing.last_us), timing.session, timed.steady)


def max_concurrency(timed: Iterable[Interaction | Span]) -> int:
    """Return the most that were under way at one instant; 0 for none.

    An interaction that ends at the instant at which another starts does not overlap with it. One that took no time
    counts at its instant.
    """
    return max(map(_most_at_once, _by_session(timed)), default=0)


def completion_order(timed: Iterable[Timed]) -> tuple[Timed, ...]:
    """Return them in the order in which they ended; among equals, those that started first come first.

    Abandoned interactions, and bodies that were left early, have not completed and are left out. Sessions follow one
    another.
    """
    ended = [(span_of(each), each) for each in timed]
    ended.sort(key=lambda pair: (pair[0].session, pair[0].end_us, pair[0].start_us))
    return tuple(each for span, each in ended if span.completed)


def durations_us(timed: Iterable[Interaction | Span]) -> tuple[int, ...]:
    """Return how long each took, from its start to its last event, in the order given."""
    return tuple(span.end_us - span.start_us for span in map(span_of, timed))


def elapsed_us(timed: Iterable[Interaction | Span]) -> int:
    """From the first start to the last end, pauses included; of several sessions the sum."""
    return sum(max(span.end_us for span in spans) - spans[0].start_us for spans in _by_session(timed))


def busy_us(timed: Iterable[Interaction | Span]) -> int:
    """Return how long at least one was under way: the time elapsed without the pauses in between."""
    return sum(map(_covered_us, _by_session(timed)))


def _by_session(timed: Iterable[Interaction | Span]) -> list[list[Span]]:
    """Return the spans of each session, by start."""
    spans = sorted(map(span_of, timed), key=lambda span: (span.session, span.start_us))
    return [list(group) for _, group in groupby(spans, key=lambda span: span.session)]


def _most_at_once(spans: list[Span]) -> int:
    # At one instant: first what ends, then what starts, and last the end of what took no time.
    steps = [(span.start_us, 1, 1) for span in spans]
    steps += [(span.end_us, 0 if span.end_us > span.start_us else 2, -1) for span in spans]
    most = now = 0
    for _, _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def _covered_us(spans: list[Span]) -> int:
    covered, until_us = 0, spans[0].start_us
    for span in spans:
        covered += max(0, span.end_us - max(until_us, span.start_us))
        until_us = max(until_us, span.end_us)
    return covered
