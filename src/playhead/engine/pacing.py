"""Judges the recorded time of a response by the client's own timeouts.

It says what is delivered and when, or which failure comes instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from playhead.model.cassette import Exchange
from playhead.model.http import Failure
from playhead.model.timing import Chunk, Outlasted, Timing

__all__ = ["NO_TIMEOUTS", "Timeouts", "chunk_failure", "end_failure", "head_failure", "head_us", "outlasted"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The client's timeouts in microseconds, `None` for none (httpx: `request.extensions["timeout"]`).

    `least_us` is the shortest of them: what took no longer on the whole exceeds none.
    """

    pool_us: int | None = None
    connect_us: int | None = None
    write_us: int | None = None
    read_us: int | None = None
    least_us: float = field(init=False)

    def __post_init__(self) -> None:
        given = (self.pool_us, self.connect_us, self.write_us, self.read_us)
        object.__setattr__(self, "least_us", min((each for each in given if each is not None), default=math.inf))


NO_TIMEOUTS = Timeouts()
_LIMIT_OF = {
    "PoolTimeout": "pool_us",
    "ConnectTimeout": "connect_us",
    "WriteTimeout": "write_us",
    "ReadTimeout": "read_us",
}


def head_us(exchange: Exchange) -> int:
    """When the first thing came back: the head, or the failure in its place."""
    timing = exchange.timing
    return timing.head_us if timing.head_us is not None else timing.last_us


def head_failure(exchange: Exchange, timeouts: Timeouts) -> tuple[int, Failure] | None:
    """Return the failure that the caller gets in place of a head, and its instant.

    A recorded failure comes whatever the timeouts are. A phase that took longer than the client allows today becomes
    the client's timeout, at the instant at which it would have run out; the first such phase counts. A phase that took
    longer than the recording client allowed, and succeeded, took as long as that one allowed.
    """
    timing = exchange.timing
    if exchange.failure is not None and exchange.response is None:
        return timing.last_us, exchange.failure
    if exchange.abandoned:
        return _abandonment_failure(exchange, timeouts)
    if timing.head_us is None or timing.head_us - timing.start_us <= timeouts.least_us:
        return None
    for since_us, until_us, limit_us, kind, after in _phases(exchange, timeouts):
        if limit_us is not None and _judged_us(timing, kind, until_us - since_us) > limit_us:
            return since_us + limit_us, Failure(kind, after=after)
    return None


def outlasted(exchange: Exchange, timeouts: Timeouts) -> Outlasted | None:
    """Return the limits of the recording client that a wait for its head outlasted without failing."""
    found: dict[str, int] = {}
    timing = exchange.timing
    if timing.head_us is not None and timing.head_us - timing.start_us <= timeouts.least_us:
        return None
    if exchange.response is not None:
        for since_us, until_us, limit_us, kind, _ in _phases(exchange, timeouts):
            if limit_us is not None and until_us - since_us > limit_us:
                found[_LIMIT_OF[kind]] = limit_us
    elif exchange.abandoned and _abandonment_failure(exchange, timeouts) is not None and timeouts.read_us is not None:
        found["read_us"] = timeouts.read_us
    return Outlasted(**found) if found else None


def _judged_us(timing: Timing, kind: str, waited_us: int) -> int:
    """Return how long a wait counts that becomes a failure of this kind if it was too long."""
    allowed_us = None if timing.outlasted is None else getattr(timing.outlasted, _LIMIT_OF[kind])
    return waited_us if allowed_us is None else min(waited_us, allowed_us)


def _abandonment_failure(exchange: Exchange, timeouts: Timeouts) -> tuple[int, Failure] | None:
    """Return the timeout of a client with less patience than the one that gave up before a head came, else `None`."""
    timing = exchange.timing
    since_us = timing.sent_us or timing.connected_us or timing.start_us
    if timeouts.read_us is None or _judged_us(timing, "ReadTimeout", timing.last_us - since_us) <= timeouts.read_us:
        return None
    return since_us + timeouts.read_us, Failure("ReadTimeout", after="sent")


def _phases(exchange: Exchange, timeouts: Timeouts) -> Iterator[tuple[int, int, int | None, str, str]]:
    """Yield the phases before the head that were seen: from, until, limit, the failure, and after which event."""
    timing = exchange.timing
    since_us, after = timing.start_us, "start"
    if timing.pooled_us is not None:
        yield since_us, timing.pooled_us, timeouts.pool_us, "PoolTimeout", after
        since_us = timing.pooled_us
    if timing.connected_us is not None:
        yield since_us, timing.connected_us, timeouts.connect_us, "ConnectTimeout", after
        since_us, after = timing.connected_us, "connected"
    if timing.sent_us is not None:
        # The limit holds for each piece, and a body in a file was sent in many.
        if isinstance(exchange.request.body, bytes):
            yield since_us, timing.sent_us, timeouts.write_us, "WriteTimeout", after
        since_us, after = timing.sent_us, "sent"
    if timing.head_us is not None:
        yield since_us, timing.head_us, timeouts.read_us, "ReadTimeout", after


def chunk_failure(chunk: Chunk, timeouts: Timeouts) -> tuple[int, Failure] | None:
    """Return the read timeout that the caller gets in place of a chunk that its reader had waited for too long."""
    return _late(chunk.at_us, chunk.waited_us, timeouts)


def end_failure(exchange: Exchange, timeouts: Timeouts) -> tuple[int, Failure] | None:
    """Return the read timeout that the caller gets in place of the end of a body, unless the body failed."""
    timing = exchange.timing
    if timing.end_waited_us is None or exchange.failure is not None:
        return None
    return _late(timing.last_us, timing.end_waited_us, timeouts)


def _late(at_us: int, waited_us: int, timeouts: Timeouts) -> tuple[int, Failure] | None:
    if timeouts.read_us is None or waited_us <= timeouts.read_us:
        return None
    return at_us - waited_us + timeouts.read_us, Failure("ReadTimeout", after="chunk")
