"""The engine of a deck whose finding is vcrpy's: its cassette decides, and what comes of that is counted as ours.

A request is found by the matchers of the cassette, in the order of the file, and not looked for by our keys. Whether it
is still the request that was recorded is asked as ever, and told without failing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from playhead.compat.vcr.errors import refused
from playhead.compat.vcr.interactions import exchange_of, request_of, sent_request, vcr_response
from playhead.deck.environment import learn_environment
from playhead.deck.files import RecordedFiles
from playhead.deck.setup import Setup
from playhead.engine.decisions import Decision, Forward, PassThrough, Play
from playhead.engine.engine import Engine
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import PlayheadError, RequestDrift
from playhead.matching.index import Index
from playhead.matching.key import compile_rules
from playhead.model.cassette import Exchange, Interaction, outlines
from playhead.model.http import Request
from playhead.redaction.placeholder import marks_in, same_kind
from playhead.redaction.presented import split_credential
from playhead.redaction.redact import Redactor
from playhead.store.held import HeldFile

__all__ = ["Tape", "VcrEngine", "VcrFiles"]


class Tape(Protocol):
    """The cassette of vcrpy as the engine needs it."""

    data: list[tuple[Any, Any]]
    redactor: Redactor
    ceiling: str

    @property
    def loaded_count(self) -> int:
        """The number of interactions that came from the file."""
        ...

    @property
    def write_protected(self) -> bool:
        """True if nothing may be recorded."""
        ...

    def filter_request(self, request: Any) -> Any:
        """Return a request as it would be recorded; `None` if it is ignored."""
        ...

    def can_play_response_for(self, request: Any) -> bool:
        """Return True if a recording is left for a request."""
        ...

    def play_response(self, request: Any) -> Any:
        """Return the recorded response, and count it as played."""
        ...

    def record_locked(self, request: Any, response: Any) -> None:
        """Add an interaction, while the lock of the session is held."""
        ...

    def is_played(self, position: int) -> bool:
        """Return True if an interaction has been played."""
        ...


class VcrFiles(RecordedFiles):
    """The journal of a recording. The cassette itself is written by vcrpy's persister."""

    def __init__(self, setup: Setup, *, journals: bool) -> None:
        super().__init__(setup)
        self._journals = journals

    def add(self, kept: Interaction, known: int | None) -> Interaction:
        """Put an interaction into the journal, if the cassette is a file."""
        return super().add(kept, known) if self._journals else kept

    def commit(self, recorded: Sequence[Interaction], played_from: Sequence[Interaction]) -> None:  # noqa: ARG002  # as declared
        """Drop the journal: the cassette has been written."""
        self.leave(keep_journal=False)
        self.written = tuple(recorded)


class VcrEngine(Engine):
    """Does as the cassette of vcrpy says. The arguments are those of `Engine`, and the cassette."""

    def __init__(self, *given: Any, tape: Tape, setup: Setup, files: VcrFiles, **named: Any) -> None:
        super().__init__(*given, **named)
        self._tape = tape
        self._setup = setup
        self._files = files
        self._played: Exchange | None = None
        self.unwritten: list[str] = []
        """A line for each exchange that vcrpy's format cannot hold."""

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The interactions of the cassette, and those recorded since."""
        return tuple(filter(None, (exchange_of(number, *pair) for number, pair in enumerate(self._tape.data, 1))))

    @property
    def unplayed(self) -> tuple[Interaction, ...]:
        """The interactions of the file that no request has asked for."""
        tape = self._tape
        left = (position for position in range(tape.loaded_count) if not tape.is_played(position))
        return tuple(filter(None, (self._recorded_at(position) for position in left)))

    def begin(self, request: Request, at_us: int) -> Decision:
        """Decide what a request of httpx gets."""
        if (aside := self.aside(request)) is not None:
            return aside
        tape, sent = self._tape, sent_request(request)
        if not tape.filter_request(sent):
            return PassThrough()
        if tape.can_play_response_for(sent):
            self._played = None
            tape.play_response(sent)  # tells `note_played`
            call, exchange = SeenRequest(request, at_us), self._played
            if exchange is not None:
                self._take_over(call)
                return Play(exchange, 0, call, repeated=True)
        call = SeenRequest(request, at_us)
        self.seen.append(call)
        if tape.write_protected:
            return self._refuse(call, refused(tape, sent))
        return self._forward_sent(call, sent, at_us)

    def note_played(self, position: int, sent: Any) -> None:
        """Count the interaction at a position as played for a request, whichever client sent it."""
        exchange = self._recorded_at(position)
        live = request_of(sent)
        if exchange is None or live is None:
            return
        self._begin()
        self._played = exchange
        self.played += 1
        call = SeenRequest(live, awaited=True, completed=True, exchange=self._safe(exchange))
        self.seen.append(call)
        self.over.append(call)
        drift = self._drift(exchange, live)
        if drift is not None:
            self.request_drift.append(drift)

    def note_recorded(self, request: Any, response: Any) -> None:
        """Put an interaction that was recorded, whichever client did, into the journal."""
        number = self.next_number()
        exchange = exchange_of(number, request, response)
        if exchange is None:
            return
        learn_environment(self._tape.redactor)
        kept = self._tape.redactor.exchange(replace(exchange, origin=self.origin))
        self.taken[number] = self._files.add(kept, None)

    def note_refused(self, error: PlayheadError) -> None:
        """Note an error that a client other than httpx got."""
        self.misses.append(error)

    def _take_over(self, call: SeenRequest) -> None:
        """Put the request of a client of ours, which tells when it is over, in the place of what stands for it."""
        stand_in = self.seen.pop()
        self.over.remove(stand_in)
        call.exchange = stand_in.exchange
        self.seen.append(call)

    def _forward_sent(self, call: SeenRequest, sent: Any, at_us: int) -> Decision:
        self.keeper.expect_own()
        self._begin()

        def done(take: Take, exchange: Exchange) -> None:
            self.takes.remove(take)
            call.exchange = exchange
            self._keep(sent, exchange)

        stored = self.rulings.store(replace(call.request, body=b""))
        take = Take(self.next_number(), stored, at_us, sink=self.keeper.spool, done=done, origin=self.origin)
        self.takes.append(take)
        return Forward(take, call)

    def _keep(self, sent: Any, exchange: Exchange) -> None:
        """Give the cassette what happened, as far as its format can hold it."""
        what = f"{exchange.request.method} {exchange.request.url}"
        response = exchange.response
        if exchange.failure is not None:
            self.unwritten.append(f"{what}, which failed with {exchange.failure.kind}")
        elif response is None:
            self.unwritten.append(f"{what}, which was left before its answer came")
        else:
            if not response.complete:
                self.unwritten.append(f"the rest of {what}, whose body was left early")
            self._tape.record_locked(sent, vcr_response(response))
            if isinstance(response.body, HeldFile):
                response.body.close()

    def _recorded_at(self, position: int) -> Exchange | None:
        return exchange_of(position + 1, *self._tape.data[position])

    def _safe(self, exchange: Exchange) -> Exchange:
        """Return an exchange that the summary may name."""
        url = self._tape.redactor.url(exchange.request.url)
        return (
            exchange if url == exchange.request.url else replace(exchange, request=replace(exchange.request, url=url))
        )

    def _drift(self, exchange: Exchange, live: Request) -> RequestDrift | None:
        """Return the differences between a request and its recording, in the places that our own key is made of."""
        recorded = exchange.request
        if (recorded.method, recorded.url, recorded.body) == (live.method, live.url, live.body):
            return None
        redactor, options = self._tape.redactor, self._setup.options
        rules = compile_rules(
            options.ignore, options.check, same_kind=same_kind, marks_in=marks_in, split=split_credential
        )
        kept, stored = redactor.request(recorded), redactor.request(live)
        index = Index(outlines((replace(exchange, request=kept),)), lambda _: kept, rules)
        if index.seek(stored) is not None:
            return None
        near = index.nearest(stored, stored)
        if near is None or not near.differences:
            return None
        shown = replace(exchange, request=kept)
        return self.refusals.drift(stored, shown, near.differences, near.ignoring)
