"""The small Protocols through which an open deck is used: by what waits, by clients, by routes and by doubles.

`Session` fulfils all of them. A front-end names the one that it needs, never `Session` or `Deck`, so a new client
library is a folder that knows nothing of how a deck is built.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Protocol

from playhead.deck.routes.overrides import Overrides
from playhead.engine.call_engine import CallEngine
from playhead.engine.call_take import CallTake
from playhead.engine.decisions import CallDecision, Decision, Discard, PassThrough, Play, PlayCall
from playhead.engine.gate import Gate, Passage
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import Exhausted, PlayheadError
from playhead.matching.call_rules import CallRules
from playhead.model.call import Call
from playhead.model.http import Request
from playhead.redaction.redact import Redactor
from playhead.settings.options import Options

__all__ = [
    "CallHost",
    "ClientDeck",
    "DoublesDeck",
    "DoublesOfDeck",
    "Gated",
    "Host",
    "OpenDeck",
    "RealObject",
    "Timed",
]


class Timed(Protocol):
    """Something with a time of its own."""

    def now_us(self) -> int:
        """Return the instant in microseconds since the deck was opened."""
        ...


class Gated(Timed, Protocol):
    """A deck as waiting sees it: the gate says when, under the lock, in the deck's time."""

    @property
    def gate(self) -> Gate:
        """The order and pace of a replay."""
        ...

    @property
    def lock(self) -> Lock:
        """Held around each call of the gate and of the engine."""
        ...


class OpenDeck(Gated, Protocol):
    """The part of a deck that every front-end needs."""

    @property
    def name(self) -> str:
        """The name of the cassette in messages."""
        ...

    @property
    def is_open(self) -> bool:
        """False once the deck has begun to close."""
        ...

    @property
    def recording(self) -> bool:
        """True if something new can be recorded."""
        ...

    @property
    def options(self) -> Options:
        """The options that hold for this deck."""
        ...

    @property
    def redactor(self) -> Redactor:
        """Replaces what is secret."""
        ...

    def leave(self, passage: Passage | None) -> None:
        """Let nobody wait for anything more of an interaction."""
        ...

    def on_close(self, callback: Callable[[], None], *, in_children: bool = False) -> None:
        """Call this when the deck closes; in forked children too if it only touches their memory."""
        ...

    def explain(self, error: PlayheadError) -> None:
        """Add to a miss what the recording shows of its cause."""
        ...


class Host(OpenDeck, Protocol):
    """The part of a deck that front-ends share."""

    def keep_miss(self, error: PlayheadError) -> None:
        """Keep an error, to be raised when the deck closes if the code under test swallows it."""
        ...


class ClientDeck(Host, Protocol):
    """The deck as the front-end of an HTTP client sees it."""

    @property
    def folder(self) -> Path:
        """The folder of the cassette."""
        ...

    @property
    def overrides(self) -> Overrides:
        """The answers that a test gives in place of recordings."""
        ...

    def aside(self, request: Request) -> PassThrough | Discard | None:
        """Return the decision for a request that `passthrough` or `discard` covers."""
        ...

    def decide(self, request: Request) -> Decision:
        """Return what a request gets."""
        ...

    async def decide_beside(self, request: Request) -> Decision:
        """Like `decide`, but look up a large body while the event loop goes on."""
        ...

    def enter(self, play: Play) -> Passage | None:
        """Begin to play an interaction; `None` if none of its events will ever have to wait."""
        ...

    def ended(self, call: SeenRequest, at_us: int, *, completed: bool) -> None:
        """Note that a request is over."""
        ...

    def answered(self, call: SeenRequest, at_us: int) -> None:
        """Note a request that an override answered."""
        ...

    def drop(self, take: Take) -> None:
        """Forget a take that cannot be replayed."""
        ...

    def give_up(self, take: Take, error: PlayheadError) -> None:
        """Forget a take that cannot be written, and keep the error."""
        ...

    def upgraded(self, take: Take) -> PlayheadError:
        """Return the error for a request that left HTTP (101), and forget its take."""
        ...

    def cut(self, request: Request) -> Exhausted:
        """Return the error for reading past the recorded end of a body."""
        ...


class CallHost(Host, Protocol):
    """The deck as the desk of its doubles sees it."""

    @property
    def calls(self) -> CallEngine:
        """Decides what calls get."""
        ...

    @property
    def call_rules(self) -> CallRules:
        """The option `ignore`, for calls."""
        ...

    @property
    def inherited(self) -> bool:
        """True in a process that got the deck by a fork."""
        ...

    def enter_slot(self, slot: int, first_us: int, *, repeated: bool, listening: bool) -> Passage | None:
        """Begin to play what is recorded at a slot, whose first event was at `first_us`."""
        ...

    def drop(self, take: CallTake) -> None:
        """Forget a take that cannot be replayed."""
        ...


class DoublesDeck(OpenDeck, Protocol):
    """The deck as one double sees it: the desk of `doubles` gives it."""

    @property
    def call_rules(self) -> CallRules:
        """The option `ignore`, for calls."""
        ...

    def decide_call(self, call: Call, store: Callable[[], Call]) -> CallDecision:
        """Return what a call gets; `store` gives it as it would be stored."""
        ...

    def recorded_calls(self, double: str, on: str | None = None) -> Iterator[Call]:
        """Yield the calls that may be replayed on a double, or on one of the objects that its calls returned."""
        ...

    def labels_before(self, double: str, kind: str) -> int:
        """Return how many objects of this kind have labels on the cassette."""
        ...

    def drop_call(self, take: CallTake, error: PlayheadError) -> None:
        """Forget a call that could not be recorded, and keep the error."""
        ...

    def enter_call(self, play: PlayCall) -> Passage | None:
        """Begin to play a recorded call; `None` if none of its events will ever have to wait."""
        ...

    def cut_call(self, call: Call) -> Exhausted:
        """Return the error for reading past the recorded end of items."""
        ...


class RealObject(Protocol):
    """The real object behind a double."""

    held: bool
    """True while something else closes it, at a time of its own."""

    async def close(self) -> None:
        """Close it, in the event loop that it was opened in."""
        ...


class DoublesOfDeck(Protocol):
    """Makes the doubles of one deck and closes the real objects behind them."""

    def double(self, name: str, spec: object, real: Callable[[], object] | None) -> object:
        """Return the double called `name`, made at the first call."""
        ...

    def real_of(self, double: str) -> RealObject:
        """Return the real object behind a double."""
        ...

    def close_reals(self) -> Awaitable[None]:
        """Close the real objects, in the event loop that they were opened in."""
        ...
