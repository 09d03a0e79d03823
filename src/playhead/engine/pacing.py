"""The recorded time of a response, judged by the client's own timeouts: what is delivered, when, or which failure
instead.

All instants are recorded ones, in microseconds on the timeline; what they become in real time is the gate's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from playhead.model.cassette import Exchange
from playhead.model.http import Failure
from playhead.model.timing import Chunk

__all__ = ["NO_LIMITS", "Limits", "chunk_failure", "head_failure", "head_us"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The client's timeouts in microseconds, `None` for none (httpx: `request.extensions["timeout"]`)."""

    connect_us: int | None = None
    read_us: int | None = None


NO_LIMITS = Limits()


def head_us(exchange: Exchange) -> int:
    """When the first thing came back: the head, or the failure in its place."""
    timing = exchange.timing
    return timing.head_us if timing.head_us is not None else timing.last_us


def head_failure(exchange: Exchange, limits: Limits) -> tuple[int, Failure] | None:
    """The failure that the caller gets in place of a head, and its instant.

    A recorded failure comes whatever the client's limits; a head that took longer than the client allows today
    becomes the client's timeout, at the instant at which it would have run out.
    """
    timing = exchange.timing
    if exchange.response is None:
        return (timing.last_us, exchange.failure) if exchange.failure is not None else None
    sent = timing.start_us
    if timing.connected_us is not None:
        sent = timing.connected_us
        if limits.connect_us is not None and timing.connected_us - timing.start_us > limits.connect_us:
            return timing.start_us + limits.connect_us, Failure("ConnectTimeout")
    if timing.sent_us is not None:
        sent = timing.sent_us
    if limits.read_us is not None and timing.head_us is not None and timing.head_us - sent > limits.read_us:
        return sent + limits.read_us, Failure("ReadTimeout", after="sent")
    return None


def chunk_failure(chunk: Chunk, limits: Limits) -> tuple[int, Failure] | None:
    """The read timeout that the caller gets in place of a chunk that its reader had waited for too long."""
    if limits.read_us is None or chunk.waited_us <= limits.read_us:
        return None
    return chunk.at_us - chunk.waited_us + limits.read_us, Failure("ReadTimeout", after="chunk")
