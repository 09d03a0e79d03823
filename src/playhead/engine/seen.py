"""The requests that a deck has seen, each with its live values and its own times. Routes assert on these."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response

__all__ = ["SeenRequest"]


@dataclass(slots=True, eq=False)
class SeenRequest:
    """One request that the deck has seen: `request` with live values, not redacted ones, and what came of it.

    `started_us` and `ended_us` are instants of this run, on the deck's own clock. `awaited`: its head or its failure
    was delivered. `completed`: its whole body was, or its failure. `exchange` is the recorded side, once there is one,
    and `answer` what a test laid over it.
    """

    request: Request
    started_us: int = 0
    ended_us: int | None = None
    awaited: bool = False
    completed: bool = False
    exchange: Exchange | None = None
    error: BaseException | None = None
    answer: Response | None = None

    @property
    def response(self) -> Response | None:
        """The response, `None` for a failure or while it is under way."""
        return self.answer if self.exchange is None else self.exchange.response
