"""The deck's core: a cassette in use. It decides what each request gets, and keeps count; it does no I/O.

Time comes in as an argument, in microseconds since the deck was opened. A slot is reserved when its request starts,
so identical concurrent requests are recorded and replayed in the order in which they were issued. Front-ends hold the
deck's lock around each call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playhead.engine.calls import Call
from playhead.engine.decisions import Decision, Discard, Forward, PassThrough, Play, Refuse
from playhead.engine.policy import Action, Mode, decide
from playhead.engine.refusals import Refusals
from playhead.engine.take import Sink, Take
from playhead.errors import PlayheadError, RequestDrift
from playhead.matching.index import Index
from playhead.model.cassette import Cassette, Exchange, outlines
from playhead.model.http import Request

__all__ = ["DeckCore", "Rulings"]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the options say about single requests, as functions of the live request.

    `store` gives the stored form, redacted and with named origins, and `lookup` as much of it as finds a recording;
    `repeats`: it may be answered again by its last recording; `passes` and `discards`: it is not the deck's business
    (`None`: all of them are). `plain`: one without a body is found by method and URL alone, as they come; then one
    that is on the cassette in this very spelling needs no `lookup`, for what was stored holds no secret.
    """

    store: Callable[[Request], Request]
    lookup: Callable[[Request], Request]
    repeats: Callable[[Request], bool] = field(default=lambda _: False)
    passes: Callable[[Request], bool] | None = None
    discards: Callable[[Request], bool] | None = None
    on_request_drift: str = "error"
    plain: bool = False


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
    ) -> None:
        self._played_from: Sequence[Exchange] = cassette.interactions if cassette is not None else ()
        self._outlines = outlines(self._played_from)
        self._exists = cassette is not None
        self._actions = [decide(mode, exists=self._exists, known=known) for known in (False, True)]
        self._mode = mode
        self._index = None if mode is Mode.ALL else index
        self._rulings = rulings
        self._exempts = rulings.passes is not None or rulings.discards is not None
        self._refusals = refusals
        self._sink = sink
        self._origin = origin
        self._takes: list[Take] = []
        self._taken: dict[int, Exchange] = {}
        self._issued = 0
        self.calls: list[Call] = []
        self._begun = 0
        self._ended: list[Call] = []
        self.max_concurrency = 0
        """The most requests that were under way at once in this run, refused ones left out."""
        self.misses: list[PlayheadError] = []
        self.request_drift: list[RequestDrift] = []
        self.played = 0

    @property
    def recording(self) -> bool:
        """Whether a request can be forwarded to the service and recorded."""
        return self._mode in (Mode.ALL, Mode.NEW) or (self._mode is Mode.MISSING and not self._exists)

    @property
    def recorded(self) -> list[Exchange]:
        """What was recorded so far, in the order in which the requests were issued."""
        return [self._taken[number] for number in sorted(self._taken)]

    @property
    def interactions(self) -> tuple[Exchange, ...]:
        """The interactions of the cassette (unless it is recorded afresh), and those recorded since."""
        known = () if self._mode is Mode.ALL else tuple(self._played_from)
        return (*known, *self.recorded)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """The interactions that no request has asked for."""
        if self._index is None or self._mode is Mode.ALL:
            return ()
        return tuple(self._played_from[slot] for slot in self._index.unplayed())

    def begin(self, request: Request, at_us: int) -> Decision:
        """Decide what a request gets, and reserve its slot. `request` has live values and all its headers."""
        rulings, index = self._rulings, self._index
        if self._exempts and (aside := self.aside(request)) is not None:
            return aside
        call = Call(request, at_us)
        self.calls.append(call)
        slot, repeated = None, False
        if index is not None:
            known = rulings.plain and request.body == b"" and (request.method, request.url) in index.spellings
            sought = request if known else rulings.lookup(request)
            slot = index.take(sought)
            if slot is None and rulings.repeats(request):
                slot, repeated = index.last_played(sought), True
        action = self._actions[slot is not None]
        if action is Action.PLAY and slot is not None:
            return self._play(call, slot, repeated=repeated)
        if action is Action.FORWARD:
            return self._forward(call, rulings.store(request), at_us)
        if action is Action.ABSENT:
            return self._refuse(call, self._refusals.missing())
        return self._miss(call, rulings.store(request))

    def ended(self, call: Call, at_us: int, *, completed: bool) -> None:
        """A request is over: it came to its own end (`completed`), or its caller gave up on it. First word counts."""
        if call.ended_us is None:
            call.ended_us, call.completed = at_us, completed
            self._ended.append(call)

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

    def drop(self, take: Take) -> None:
        """Forget a take: what happened cannot be replayed."""
        take.finished = True
        self._takes.remove(take)

    def _begin(self) -> None:
        self._begun += 1
        under_way = self._begun - len(self._ended)
        if under_way > self.max_concurrency:
            self.max_concurrency = under_way

    def _play(self, call: Call, slot: int, *, repeated: bool = False, drift: RequestDrift | None = None) -> Play:
        self.played += 1
        self._begin()
        call.exchange = self._played_from[slot]
        return Play(call.exchange, slot, call, repeated, drift)

    def _forward(self, call: Call, stored: Request, at_us: int) -> Forward:
        self._issued += 1
        self._begin()

        def done(take: Take, exchange: Exchange) -> None:
            self._takes.remove(take)
            call.exchange = self._taken[take.number] = self._settled(exchange)

        take = Take(self._issued, stored, at_us, sink=self._sink, done=done, origin=self._origin)
        self._takes.append(take)
        return Forward(take, call)

    def _settled(self, exchange: Exchange) -> Exchange:
        """What is kept of a finished exchange. A deck with files undoes codings, redacts and writes its journal
        here."""
        return exchange

    def _refuse(self, call: Call, error: PlayheadError) -> Refuse:
        self.misses.append(error)
        call.error = error
        return Refuse(error)

    def _miss(self, call: Call, stored: Request) -> Decision:
        """No exact recording is left: the request has drifted from one, or was never recorded, or all are played."""
        if self._index is None:
            return self._refuse(call, self._refusals.missing())
        refuses = self._rulings.on_request_drift == "error"
        find = self._index.drifted_from if refuses else self._index.lend
        lent = None if self._index.known(stored) else find(stored)
        if lent is not None:
            drift = self._refusals.drift(stored, self._played_from[lent.slot], lent.differences)
            self.request_drift.append(drift)
            return self._refuse(call, drift) if refuses else self._play(call, lent.slot, drift=drift)
        near = self._index.nearest(stored)
        nearest = None if near is None else (self._played_from[near.slot], near.differences)
        if self._index.known(stored):
            return self._refuse(call, self._refusals.exhausted(stored, nearest))
        return self._refuse(call, self._refusals.no_match(stored, nearest))
