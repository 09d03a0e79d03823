"""The steps of recording that the engine asks for: where bytes go, and what is kept of an exchange that has ended."""

from __future__ import annotations

from typing import Protocol

from playhead.engine.take import Sink
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange
from playhead.model.http import Request

__all__ = ["Keeper"]


class Keeper(Protocol):
    """Turns what happened into what is stored. Every method is called under the lock of the session."""

    def expect_own(self) -> None:
        """Raise `NetworkBlocked` in a process that may not record, such as a forked child."""
        ...

    def spool(self) -> Sink:
        """Return a place for the bytes of one response body."""
        ...

    def to_record(self, request: Request) -> Request:
        """Return the form of a live request that its take holds while it is under way."""
        ...

    def keep(self, exchange: Exchange) -> Exchange:
        """Decode, redact and journal a finished exchange. Return what was stored."""
        ...

    @property
    def known(self) -> int:
        """The number of secrets that are known by now."""
        ...

    def keep_call(self, invocation: Invocation, known: int | None) -> Invocation:
        """Redact and journal a finished call, whose arguments were clean when this number of secrets was `known`.

        Return what was stored.
        """
        ...

    def forget(self, request: Request) -> None:
        """Remove what was put aside for a request whose take is dropped."""
        ...
