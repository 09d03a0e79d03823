"""The deck's core: a cassette in use. It decides what each request gets, and keeps count; it does no I/O.

Time comes in as an argument, in microseconds since the deck was opened. A slot is reserved when its request starts,
so identical concurrent requests are recorded and replayed in the order in which they were issued. Front-ends hold the
deck's lock around each call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playhead.engine.call_refusals import CallRefusals
from playhead.engine.call_take import CallTake
from playhead.engine.calls import Call
from playhead.engine.decisions import (
    CallDecision,
    Decision,
    Discard,
    Forward,
    ForwardCall,
    PassThrough,
    Play,
    PlayCall,
    Refuse,
)
from playhead.engine.finding import Finder
from playhead.engine.policy import Action, Mode, decide
from playhead.engine.refusals import Refusals, opens_websocket
from playhead.engine.rulings import Rulings
from playhead.engine.take import Sink, Take
from playhead.errors import PlayheadError, RequestDrift
from playhead.matching.call_index import CallIndex
from playhead.matching.index import Index
from playhead.model.call import Call as MadeCall
from playhead.model.call import Invocation
from playhead.model.cassette import Cassette, Exchange, Interaction, outlines
from playhead.model.http import Request

__all__ = ["DeckCore"]


class DeckCore:
    """Decides by mode and cassette. `cassette` is `None` if there is none; `refusals` words the errors."""

    def __init__(
        self,
        cassette: Cassette | None,
        *,
        mode: Mode,
        index: Index | None,
        rulings: Rulings,
        refusals: Refusals,
        sink: Callable[[], Sink],
        origin: str | None = None,
        call_index: CallIndex | None = None,
    ) -> None:
        self._played_from: Sequence[Interaction] = cassette.interactions if cassette is not None else ()
        self._outlines = outlines(self._played_from)
        self._exists = cassette is not None
        self._actions = [decide(mode, exists=self._exists, known=known) for known in (False, True)]
        self._mode = mode
        self._index = None if mode is Mode.ALL else index
        self._call_index = None if mode is Mode.ALL else call_index
        self._rulings = rulings
        self._exempts = rulings.passes is not None or rulings.discards is not None
        self._refusals = refusals
        self._sink = sink
        self._origin = origin
        self._takes: list[Take | CallTake] = []
        self._taken: dict[int, Interaction] = {}
        self._issued = 0
        self.calls: list[Call] = []
        self._begun = 0
        self._ended: list[Call] = []
        self.max_concurrency = 0
        """The most requests that were under way at once in this run, refused ones left out."""
        self.misses: list[PlayheadError] = []
        self.request_drift: list[RequestDrift] = []
        self.played = 0
        self._finder = Finder(self._played_from, self._index, self._call_index, rulings)

    @property
    def recording(self) -> bool:
        """Whether a request can be forwarded to the service and recorded."""
        return self._mode in (Mode.ALL, Mode.NEW) or (self._mode is Mode.MISSING and not self._exists)

    @property
    def recorded(self) -> list[Interaction]:
        """What was recorded so far, in the order in which the requests were issued."""
        return [self._taken[number] for number in sorted(self._taken)]

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The interactions of the cassette (unless it is recorded afresh), and those recorded since."""
        known = () if self._mode is Mode.ALL else tuple(self._played_from)
        return (*known, *self.recorded)

    @property
    def unplayed(self) -> tuple[Interaction, ...]:
        """The interactions that no request and no call has asked for."""
        indexes = [index for index in (self._index, self._call_index) if index is not None]
        return tuple(self._played_from[slot] for slot in sorted(slot for index in indexes for slot in index.unplayed()))

    def begin(self, request: Request, at_us: int) -> Decision:
        """Decide what a request gets, and reserve its slot. `request` has live values and all its headers."""
        rulings = self._rulings
        if self._exempts and (aside := self.aside(request)) is not None:
            return aside
        call = Call(request, at_us)
        self.calls.append(call)
        if opens_websocket(request):
            return self._refuse(call, self._refusals.upgrade(rulings.store(request)))
        slot, repeated = self._finder.find(request)
        action = self._actions[slot is not None]
        if action is Action.PLAY and slot is not None:
            return self._play(call, slot, repeated=repeated)
        if action is Action.FORWARD:
            return self._unsendable(call) or self._forward(call, self._to_record(request), at_us)
        if action is Action.ABSENT:
            return self._refuse(call, self._refusals.missing())
        return self._miss(call, rulings.store(request))

    def begin_call(self, call: MadeCall, store: Callable[[], MadeCall], at_us: int) -> CallDecision:
        """Decide what a call of a double gets, and reserve its slot. It comes with live values; `store` redacts it.

        One that is on the cassette as it comes is not redacted: what was stored holds no secret.
        """
        index = self._call_index
        slot, repeated = self._finder.find_call(call, store)
        action = self._actions[slot is not None]
        if action is Action.PLAY and slot is not None:
            return self._play_call(slot, repeated=repeated)
        if action is Action.FORWARD:
            return self._unsendable_call(call) or self._forward_call(store(), at_us)
        if action is Action.ABSENT or index is None:
            return self._refuse_call(self._refusals.missing())
        return self._missed_call(index, store(), call)

    def ended(self, call: Call, at_us: int, *, completed: bool) -> None:
        """A request is over: it came to its own end (`completed`), or its caller gave up on it. First word counts."""
        if call.ended_us is None:
            call.ended_us, call.completed = at_us, completed
            self._ended.append(call)

    def answered(self, call: Call, at_us: int) -> None:
        """A request that is not decided here was answered, by what a test laid over it."""
        self.calls.append(call)
        self._begin()
        self.ended(call, at_us, completed=True)

    def aside(self, request: Request) -> PassThrough | Discard | None:
        """What a request gets that is not the deck's business; its body does not matter."""
        rulings = self._rulings
        if rulings.passes is not None and rulings.passes(request):
            return PassThrough()
        if rulings.discards is not None and rulings.discards(request):
            return Discard()
        return None

    def acknowledge(self, error: BaseException) -> None:
        """Withdraw a miss: it will not be raised again when the deck closes."""
        self.misses = [miss for miss in self.misses if miss is not error]

    def abandon_takes(self, at_us: int) -> None:
        """Put an end to what is still being recorded."""
        for take in list(self._takes):
            take.abandon(at_us)

    def drop(self, take: Take | CallTake) -> None:
        """Forget a take: what happened cannot be replayed."""
        take.finished = True
        self._takes.remove(take)

    def give_up(self, take: Take, error: PlayheadError) -> None:
        """Forget a take that cannot be written, and keep the error: the code under test may swallow it."""
        if take in self._takes:
            self.drop(take)
        self.misses.append(error)

    def upgraded(self, take: Take) -> PlayheadError:
        """The error for a request that was answered by another protocol (101), which a take cannot hold."""
        error = self._refusals.upgrade(take.request)
        self.give_up(take, error)
        return error

    def _begin(self) -> None:
        self._begun += 1
        under_way = self._begun - len(self._ended)
        if under_way > self.max_concurrency:
            self.max_concurrency = under_way

    def _play(self, call: Call, slot: int, *, repeated: bool = False, drift: RequestDrift | None = None) -> Play:
        self.played += 1
        self._finder.played(slot)
        self._begin()
        call.exchange = exchange = self._exchange(slot)
        return Play(exchange, slot, call, repeated, drift)

    def _unsendable(self, call: Call) -> Refuse | None:
        """A request with a placeholder that was read from the recording is never sent to a live service."""
        sent = self._finder.placeholder_in(call.request)
        if sent is None:
            return None
        return self._refuse(call, self._refusals.unsendable(self._rulings.store(call.request), sent))

    def _unsendable_call(self, call: MadeCall) -> Refuse | None:
        """The same for a call."""
        sent = self._finder.placeholder_in(call)
        return None if sent is None else self._refuse_call(CallRefusals(self._refusals).unsendable(call, sent))

    def _forward(self, call: Call, stored: Request, at_us: int) -> Forward:
        self._issued += 1
        self._begin()

        def done(take: Take, exchange: Exchange) -> None:
            self._takes.remove(take)
            self._taken[take.number] = call.exchange = self._settled(exchange)

        take = Take(self._issued, stored, at_us, sink=self._sink, done=done, origin=self._origin)
        self._takes.append(take)
        return Forward(take, call)

    def _to_record(self, request: Request) -> Request:
        """The request as its take gets it."""
        return self._rulings.store(request)

    def _settled(self, exchange: Exchange) -> Exchange:
        """What is kept of a finished exchange. A deck with files undoes codings, redacts and writes its journal
        here."""
        return exchange

    def _settled_call(self, invocation: Invocation) -> Invocation:
        """What is kept of a finished call."""
        return invocation

    def _play_call(self, slot: int, *, repeated: bool = False, drift: RequestDrift | None = None) -> PlayCall:
        self.played += 1
        self._finder.played(slot)
        return PlayCall(self._invocation(slot), slot, repeated, drift)

    def _forward_call(self, call: MadeCall, at_us: int) -> ForwardCall:
        self._issued += 1

        def done(take: CallTake, invocation: Invocation) -> None:
            self._takes.remove(take)
            self._taken[take.number] = self._settled_call(invocation)

        take = CallTake(self._issued, call, at_us, done=done, origin=self._origin)
        self._takes.append(take)
        return ForwardCall(take)

    def _refuse_call(self, error: PlayheadError) -> Refuse:
        self.misses.append(error)
        return Refuse(error)

    def _missed_call(self, index: CallIndex, call: MadeCall, live: MadeCall) -> CallDecision:
        """As `_miss`, for a call."""
        refusals, refuses = CallRefusals(self._refusals), self._rulings.on_request_drift == "error"
        known = index.known(live, lambda: call)
        lent = None if known else (index.drifted_from if refuses else index.lend)(call, live)
        if lent is not None:
            drift = refusals.drift(call, self._invocation(lent.slot), lent.differences, lent.ignoring)
            self._finder.explain(drift, live, lent)
            self.request_drift.append(drift)
            return self._refuse_call(drift) if refuses else self._play_call(lent.slot, drift=drift)
        near = index.nearest(call, live)
        nearest = None if near is None else (self._invocation(near.slot), near.differences, near.ignoring)
        error = (refusals.exhausted if known else refusals.no_match)(call, nearest)
        return self._refuse_call(self._finder.explain(error, live, near))

    def _exchange(self, slot: int) -> Exchange:
        exchange = self._played_from[slot]
        assert isinstance(exchange, Exchange)  # the index knows no others
        return exchange

    def _invocation(self, slot: int) -> Invocation:
        invocation = self._played_from[slot]
        assert isinstance(invocation, Invocation)  # likewise
        return invocation

    def _refuse(self, call: Call, error: PlayheadError) -> Refuse:
        self.misses.append(error)
        call.error = error
        return Refuse(error)

    def _miss(self, call: Call, stored: Request) -> Decision:
        """No exact recording is left: the request has drifted from one, or was never recorded, or all are played."""
        if self._index is None:
            return self._refuse(call, self._refusals.missing())
        live = self._rulings.named(call.request)
        refuses = self._rulings.on_request_drift == "error"
        find = self._index.drifted_from if refuses else self._index.lend
        known = self._index.known(live, lambda: stored)
        lent = None if known else find(stored, live)
        if lent is not None:
            drift = self._refusals.drift(stored, self._exchange(lent.slot), lent.differences, lent.ignoring)
            self._finder.explain(drift, call.request, lent)
            self.request_drift.append(drift)
            return self._refuse(call, drift) if refuses else self._play(call, lent.slot, drift=drift)
        near = self._index.nearest(stored, live)
        nearest = None if near is None else (self._exchange(near.slot), near.differences, near.ignoring)
        error = (self._refusals.exhausted if known else self._refusals.no_match)(stored, nearest)
        return self._refuse(call, self._finder.explain(error, call.request, near))
