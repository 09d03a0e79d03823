"""Decides what each request of a session gets, and counts. Nothing here does I/O.

Time comes in as an argument, in microseconds since the session was opened. A slot is reserved when its request starts,
so identical concurrent requests are recorded and replayed in the order in which they were issued. Callers hold the
lock of the session. Calls of doubles are decided in `call_engine`, from the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from playhead.engine.call_take import CallTake
from playhead.engine.decisions import Decision, Discard, Forward, PassThrough, Play, Refuse
from playhead.engine.finding import Finder
from playhead.engine.keeper import Keeper
from playhead.engine.policy import Action, decide
from playhead.engine.refusals import Refusals, opens_websocket
from playhead.engine.rulings import Rulings
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import Exhausted, PlayheadError, RequestDrift
from playhead.matching.by_url import UrlIndex
from playhead.matching.call_index import CallIndex
from playhead.matching.index import Index
from playhead.model.cassette import Cassette, Exchange, Interaction, outlines
from playhead.model.http import Request
from playhead.model.mode import Mode

__all__ = ["Engine"]


class Engine:
    """Decides by record mode and cassette.

    Args:
        cassette: The cassette that is replayed, or `None` if there is none yet.
        mode: The record mode.
        index: Finds recorded requests; `None` if none are replayed.
        rulings: The options, as functions of single requests.
        refusals: Words the errors.
        keeper: Stores what is recorded.
        origin: The test that makes the recordings, stored with each.
        call_index: Finds recorded calls; `None` if none are replayed.
    """

    def __init__(
        self,
        cassette: Cassette | None,
        *,
        mode: Mode,
        index: Index | None,
        rulings: Rulings,
        refusals: Refusals,
        keeper: Keeper,
        origin: str | None = None,
        call_index: CallIndex | None = None,
    ) -> None:
        self.mode = mode
        self.played_from: Sequence[Interaction] = cassette.interactions if cassette is not None else ()
        self.outlines = outlines(self.played_from)
        self.index = None if mode is Mode.ALL else index
        self.call_index = None if mode is Mode.ALL else call_index
        self.rulings = rulings
        self.refusals = refusals
        self.keeper = keeper
        self.origin = origin
        self.finder = Finder(self.played_from, self.index, self.call_index, rulings)
        self.actions = [decide(mode, exists=cassette is not None, known=known) for known in (False, True)]
        self.recording = mode.records(exists=cassette is not None)
        """True if a request can be forwarded to the service and recorded."""
        self.seen: list[SeenRequest] = []
        """Every request, in the order in which they were issued."""
        self.over: list[SeenRequest] = []
        """The requests that have ended, in the order in which they did."""
        self.max_concurrency = 0
        """The most requests that were under way at once, not counting refused ones."""
        self.misses: list[PlayheadError] = []
        self.request_drift: list[RequestDrift] = []
        self.played = 0
        self.takes: list[Take | CallTake] = []
        self.taken: dict[int, Interaction] = {}
        """The interactions recorded so far, by the number in which each was issued."""
        self._exempts = rulings.passes is not None or rulings.discards is not None
        self._issued = 0
        self._begun = 0

    @property
    def recorded(self) -> list[Interaction]:
        """The interactions recorded so far, in the order in which the requests were issued."""
        return [self.taken[number] for number in sorted(self.taken)]

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The interactions on the cassette (unless it is recorded afresh), and those recorded since."""
        known = () if self.mode is Mode.ALL else tuple(self.played_from)
        return (*known, *self.recorded)

    @property
    def unplayed(self) -> tuple[Interaction, ...]:
        """The interactions that no request and no call has asked for."""
        indexes = [index for index in (self.index, self.call_index) if index is not None]
        return tuple(self.played_from[slot] for slot in sorted(slot for index in indexes for slot in index.unplayed()))

    def begin(self, request: Request, at_us: int) -> Decision:
        """Decide what a request gets, and reserve its slot. `request` has its live values and all its headers."""
        rulings = self.rulings
        if self._exempts and (aside := self.aside(request)) is not None:
            return aside
        call = SeenRequest(request, at_us)
        self.seen.append(call)
        if opens_websocket(request):
            return self._refuse(call, self.refusals.upgrade(rulings.store(request)))
        slot, repeated = self.finder.find(request)
        action = self.actions[slot is not None]
        if action is Action.PLAY and slot is not None:
            if isinstance(self.index, UrlIndex):
                self._note_drift(self.index, call, slot)
            return self._play(call, slot, repeated=repeated)
        if action is Action.FORWARD:
            return self._unsendable(call) or self._forward(call, at_us)
        if action is Action.ABSENT:
            return self._refuse(call, self.refusals.missing())
        return self._miss(call, rulings.store(request))

    def ended(self, call: SeenRequest, at_us: int, *, completed: bool) -> None:
        """Note that a request is over: at its own end (`completed`), or because its caller left.

        Later words are ignored.
        """
        if call.ended_us is None:
            call.ended_us, call.completed = at_us, completed
            self.over.append(call)

    def answered(self, call: SeenRequest, at_us: int) -> None:
        """Note a request that an override of a test answered."""
        self.seen.append(call)
        self._begin()
        self.ended(call, at_us, completed=True)

    def aside(self, request: Request) -> PassThrough | Discard | None:
        """Return the decision for a request that `passthrough` or `discard` covers. Its body is not looked at."""
        rulings = self.rulings
        if rulings.passes is not None and rulings.passes(request):
            return PassThrough()
        if rulings.discards is not None and rulings.discards(request):
            return Discard()
        return None

    def acknowledge(self, error: BaseException) -> None:
        """Withdraw a miss, so that it is not raised again when the deck closes."""
        self.misses = [miss for miss in self.misses if miss is not error]

    def next_number(self) -> int:
        """Reserve the number of a new recording."""
        self._issued += 1
        return self._issued

    def abandon_takes(self, at_us: int) -> None:
        """End what is still being recorded."""
        for take in list(self.takes):
            take.abandon(at_us)

    def drop(self, take: Take | CallTake) -> None:
        """Forget a take that cannot be replayed, and what was put aside for it."""
        self._remove(take)
        if isinstance(take, Take):
            self.keeper.forget(take.request)

    def give_up(self, take: Take, error: PlayheadError) -> None:
        """Forget a take that cannot be written, and keep the error: the code under test may swallow it."""
        if take in self.takes:
            self.drop(take)
        self.misses.append(error)

    def become_inherited(self) -> None:
        """Forget what was under way in the parent of this forked process, and the misses so far."""
        self.misses = []
        for take in list(self.takes):
            self._remove(take)

    def upgraded(self, take: Take) -> PlayheadError:
        """Return the error for a request that was answered by another protocol (101), which a take cannot hold."""
        error = self.refusals.upgrade(take.request)
        self.give_up(take, error)
        return error

    def cut(self, request: Request) -> Exhausted:
        """Return the error for reading past the recorded end of a body. It is kept as a miss."""
        error = self.refusals.cut(request)
        self.misses.append(error)
        return error

    def _remove(self, take: Take | CallTake) -> None:
        take.finished = True
        self.takes.remove(take)

    def _begin(self) -> None:
        self._begun += 1
        under_way = self._begun - len(self.over)
        if under_way > self.max_concurrency:
            self.max_concurrency = under_way

    def _play(self, call: SeenRequest, slot: int, *, repeated: bool = False, drift: RequestDrift | None = None) -> Play:
        self.played += 1
        self.finder.played(slot)
        self._begin()
        call.exchange = exchange = self._exchange(slot)
        return Play(exchange, slot, call, repeated, drift)

    def _note_drift(self, index: UrlIndex, call: SeenRequest, slot: int) -> None:
        """Note what a request differs in from the recording that its method and URL have found."""
        live = self.rulings.named(call.request)
        near = index.drift_of(slot, live, lambda: self.rulings.lookup(call.request))
        if near is not None:
            stored = self.rulings.store(call.request)
            drift = self.refusals.drift(stored, self._shown(slot), near.differences, near.ignoring)
            self.request_drift.append(drift)

    def _unsendable(self, call: SeenRequest) -> Refuse | None:
        """Refuse to send a placeholder that was read from the recording to a live service."""
        sent = self.finder.placeholder_in(call.request)
        if sent is None:
            return None
        return self._refuse(call, self.refusals.unsendable(self.rulings.store(call.request), sent))

    def _forward(self, call: SeenRequest, at_us: int) -> Forward:
        self.keeper.expect_own()
        stored = self.keeper.to_record(call.request)
        self._begin()

        def done(take: Take, exchange: Exchange) -> None:
            self.takes.remove(take)
            self.taken[take.number] = call.exchange = self.keeper.keep(exchange)

        take = Take(self.next_number(), stored, at_us, sink=self.keeper.spool, done=done, origin=self.origin)
        self.takes.append(take)
        return Forward(take, call)

    def _exchange(self, slot: int) -> Exchange:
        exchange = self.played_from[slot]
        assert isinstance(exchange, Exchange)  # the index knows no others
        return exchange

    def _shown(self, slot: int) -> Exchange:
        """Return a recording for a message, without secrets that another tool has left in its request."""
        assert self.index is not None
        return replace(self._exchange(slot), request=self.index.stored(slot))

    def _refuse(self, call: SeenRequest, error: PlayheadError) -> Refuse:
        self.misses.append(error)
        call.error = error
        return Refuse(error)

    def _miss(self, call: SeenRequest, stored: Request) -> Decision:
        """Decide for a request without an exact recording: it has drifted, was never recorded, or all are played."""
        if self.index is None:
            return self._refuse(call, self.refusals.missing())
        live = self.rulings.named(call.request)
        refuses = self.rulings.on_request_drift == "error"
        find = self.index.drifted_from if refuses else self.index.lend
        known = self.index.known(live, lambda: stored)
        lent = None if known else find(stored, live)
        if lent is not None:
            drift = self.refusals.drift(stored, self._shown(lent.slot), lent.differences, lent.ignoring)
            self.finder.explain(drift, call.request, lent)
            self.request_drift.append(drift)
            return self._refuse(call, drift) if refuses else self._play(call, lent.slot, drift=drift)
        near = self.index.nearest(stored, live)
        nearest = None if near is None else (self._shown(near.slot), near.differences, near.ignoring)
        error = (self.refusals.exhausted if known else self.refusals.no_match)(stored, nearest)
        return self._refuse(call, self.finder.explain(error, call.request, near))
