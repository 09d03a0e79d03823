"""A call while it is being recorded. It is told what happened and when, and becomes an `Invocation`.

After its last word (returned, raised, ended, abandoned) it takes no more; a second last word is ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playhead.model.call import Call, Invocation, Outcome, Plain, Raised, Returned, Yielded
from playhead.model.timing import Chunk, Timing

__all__ = ["CallTake"]


class CallTake:
    """Records one call, which is stored as given. `done(take, invocation)` is called once."""

    def __init__(
        self,
        number: int,
        call: Call,
        start_us: int,
        *,
        done: Callable[[CallTake, Invocation], None],
        origin: str | None = None,
    ) -> None:
        self.number = number
        self.call = call
        self.finished = False
        self._start_us = start_us
        self._origin = origin
        self._done = done
        self._items: list[Plain] = []
        self._chunks: list[Chunk] = []
        self._asked_us: int | None = None

    def started(self, at_us: int) -> None:
        """Note that the real object is called now, after it had to be opened."""
        self._start_us = at_us

    def awaited(self) -> None:
        """Note that the call returned a coroutine, which is awaited now."""
        self.call = replace(self.call, how="await")

    def ask(self, at_us: int) -> None:
        """Note that the reader of a generator waits for the next item from now on."""
        self._asked_us = at_us

    def item(self, value: Plain, at_us: int, waited_us: int) -> None:
        """Note an item, after its reader had waited `waited_us` for it. In the timeline it is a chunk of 1."""
        self._asked_us = None
        if not self.finished:
            self._items.append(value)
            self._chunks.append(Chunk(at_us, 1, waited_us))

    def returned(self, value: Plain, at_us: int) -> None:
        """Note that the call returned."""
        self._finish(Returned(value), at_us)

    def raised(self, raised: Raised, at_us: int, *, yields: bool = False) -> None:
        """Note that the call raised. `yields` is true for a generator, even before its first item."""
        self._finish(Yielded(tuple(self._items), raised) if yields else raised, at_us)

    def ended(self, at_us: int) -> None:
        """Note the end of a generator."""
        self._finish(Yielded(tuple(self._items)), at_us)

    def abandon(self, at_us: int) -> None:
        """Note that the caller gave up, or left a generator early; maybe while it waited for the next item."""
        waited_us = None if self._asked_us is None or not self._items else at_us - self._asked_us
        self._finish(Yielded(tuple(self._items), complete=False) if self._items else None, at_us, waited_us)

    def _finish(self, outcome: Outcome | None, at_us: int, waited_us: int | None = None) -> None:
        if self.finished:
            return
        self.finished = True
        timing = Timing(self._start_us, chunks=tuple(self._chunks), end_us=at_us, end_waited_us=waited_us)
        self._done(self, Invocation(self.number, self.call, outcome, timing, self._origin))
