"""What a deck has seen: one entry a request, with its live values. Routes assert on these."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response

__all__ = ["Call"]


@dataclass(slots=True, eq=False)
class Call:
    """One request that the deck has seen: `request` with live values, not redacted ones, and what came of it.

    `awaited`: its head or its failure was delivered. `exchange` is the recorded side, once there is one.
    """

    request: Request
    awaited: bool = False
    exchange: Exchange | None = None
    error: BaseException | None = None

    @property
    def response(self) -> Response | None:
        """The recorded response, `None` for a failure or while it is under way."""
        return None if self.exchange is None else self.exchange.response
