"""Requests with large bodies, brought into the form in which they are looked up, while the event loop goes on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from playhead.deck.beside import LARGE_BYTES, beside
from playhead.model.http import BodyFile, Request
from playhead.realtime import pause

__all__ = ["Lookups"]


class Lookups:
    """Gives the form of a request by which it is found. What was prepared is not redacted once more."""

    def __init__(self, lookup: Callable[[Request], Request]) -> None:
        self._lookup = lookup
        self._found: dict[int, tuple[Request, Request]] = {}
        self._tickets = count()
        self._turn = 0

    def __call__(self, request: Request) -> Request:
        _, found = self._found.pop(id(request), (None, None))
        return self._lookup(request) if found is None else found

    async def prepare(self, request: Request) -> None:
        """Do the work for a large body now. Requests that are prepared at once come out in their order."""
        if isinstance(request.body, BodyFile) or len(request.body) < LARGE_BYTES:
            return
        ticket = next(self._tickets)

        def work() -> None:
            try:
                self._found[id(request)] = request, self._lookup(request)
            finally:
                while self._turn != ticket:
                    pause(0.001)
                self._turn += 1

        await beside(work)
