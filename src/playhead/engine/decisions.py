"""The decisions of a deck, as values. A front-end carries them out; nothing here acts."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.engine.call_take import CallTake
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import RequestDrift
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange
from playhead.model.quick import quick

__all__ = ["CallDecision", "Decision", "Discard", "Forward", "ForwardCall", "PassThrough", "Play", "PlayCall", "Refuse"]


@quick
@dataclass(frozen=True, slots=True)
class Play:
    """Answer from the cassette.

    `exchange` lies at position `slot`. `call` is the entry of the deck for the request. `repeated` is true if the
    recording had been played before. `drift` is set if the request differs from the recorded one, and the deck was told
    to play it all the same.
    """

    exchange: Exchange
    slot: int
    call: SeenRequest
    repeated: bool = False
    drift: RequestDrift | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Send the request on to the service, and tell `take` what happens."""

    take: Take
    call: SeenRequest


@dataclass(frozen=True, slots=True)
class Refuse:
    """Raise `error`."""

    error: Exception


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Send the request on, unseen: option `passthrough`."""


@dataclass(frozen=True, slots=True)
class Discard:
    """Fail to connect, without a trace: option `discard`."""


Decision = Play | Forward | Refuse | PassThrough | Discard


@quick
@dataclass(frozen=True, slots=True)
class PlayCall:
    """Answer a call from the cassette: `invocation`, which lies at position `slot`; otherwise as `Play`."""

    invocation: Invocation
    slot: int
    repeated: bool = False
    drift: RequestDrift | None = None


@dataclass(frozen=True, slots=True)
class ForwardCall:
    """Call the real object, and tell `take` what happens."""

    take: CallTake


CallDecision = PlayCall | ForwardCall | Refuse
