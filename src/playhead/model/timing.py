"""When things happened: integer microseconds from the start of the recording session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from playhead.model.quick import quick

__all__ = ["Chunk", "Outlasted", "Timing", "resized"]


class Chunk(NamedTuple):
    """One chunk of a body: when it came, its size in stored bytes, and how long the reader had waited for it.

    `waited_us` is what a read timeout judges: a slow reader is not a slow server.
    """

    at_us: int
    size_bytes: int
    waited_us: int


class Outlasted(NamedTuple):
    """The limits of the client that recorded which a wait before the head outlasted, and yet succeeded.

    Its event loop was busy then, not the service: so such a wait counts as one within the limit.
    """

    pool_us: int | None = None
    connect_us: int | None = None
    write_us: int | None = None
    read_us: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class Timing:
    """The events of one interaction. `None` is for what did not happen or was not seen.

    `pooled_us` is when the client's pool had a place for the request, and `end_waited_us` how long the reader had
    waited for the end of the body (a duration); both are there only where it took a while. Of a body that was left
    early, `end_waited_us` is there if its reader was waiting for more just then. Interactions of different recordings
    on one cassette carry different `session` numbers; instants compare within one.
    """

    start_us: int = 0
    connected_us: int | None = None
    sent_us: int | None = None
    head_us: int | None = None
    chunks: tuple[Chunk, ...] = ()
    end_us: int | None = None
    session: int = 0
    pooled_us: int | None = None
    end_waited_us: int | None = None
    outlasted: Outlasted | None = None

    @property
    def known(self) -> bool:
        """True if anything of it was seen. Recordings of other tools and those written by hand may have no times."""
        events = (self.connected_us, self.sent_us, self.head_us, self.end_us, self.pooled_us, self.end_waited_us)
        return bool(self.start_us or self.chunks) or any(each is not None for each in events)

    @property
    def last_us(self) -> int:
        """The instant of the last event that was seen."""
        if self.end_us is not None:
            return self.end_us
        if self.chunks:
            return self.chunks[-1].at_us
        return self.head_us or self.sent_us or self.connected_us or self.start_us


def resized(timing: Timing, sizes: Sequence[int]) -> Timing:
    """Return the timing with other chunk sizes, one for each chunk: the body was edited or decoded."""
    chunks = zip(timing.chunks, sizes, strict=True)
    return replace(timing, chunks=tuple([Chunk(chunk.at_us, size, chunk.waited_us) for chunk, size in chunks]))
