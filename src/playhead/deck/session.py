"""A deck that is open: the core's decisions with a clock, a lock, files and the gate around them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playhead.apart import apart
from playhead.clock.running import in_loop, running_clock, virtual_clock
from playhead.clock.timeline import Clock
from playhead.deck.beside import beside
from playhead.deck.call_deck import CallDeck
from playhead.deck.caller import show_caller, warn_caller
from playhead.deck.context import innermost, register, restore, unregister, use_in_context
from playhead.deck.environment import learn_environment
from playhead.deck.keeping import Keeping
from playhead.deck.lookups import Lookups
from playhead.deck.settling import Settling
from playhead.deck.setup import DeckReport, Setup, label_of
from playhead.deck.stopwatch import DeckClock
from playhead.engine.call_take import CallTake
from playhead.engine.calls import Call as SeenCall
from playhead.engine.decisions import Decision, Forward, ForwardCall, Play
from playhead.engine.gate import Gate, Passage
from playhead.engine.hints import told_alone
from playhead.engine.pacing import head_us
from playhead.engine.take import Take
from playhead.errors import Exhausted, PlayheadError, PlayheadWarning, UsageError
from playhead.model.call import Call, Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Request
from playhead.realtime import monotonic_ns
from playhead.redaction.calls import redacted_invocation
from playhead.settings.surroundings import SURROUNDINGS

if TYPE_CHECKING:
    from playhead.deck.routes.overrides import RouteOverrides
    from playhead.deck.routes.route import Route
    from playhead.deck.routes.route_call import RouteCall
    from playhead.guard.unrecorded import Unrecorded

__all__ = ["Deck"]


class Deck(CallDeck):
    """A cassette in use. Made by `use_cassette` and by the pytest plugin; closed by whoever opened it.

    An `ambient` deck belongs to no context: whatever is opened while it is open was opened under it.
    """

    def __init__(self, setup: Setup, *, ambient: bool = True) -> None:
        self._keeping = Keeping(setup)
        self._lookups = Lookups(setup.rulings.lookup)
        self._settling = Settling(setup, self._keeping, lambda: self.lock)
        super().__init__(
            setup.cassette,
            mode=setup.mode,
            index=setup.index,
            rulings=replace(setup.rulings, lookup=self._lookups),
            refusals=setup.refusals,
            sink=self._keeping.spool,
            origin=setup.origin,
            call_index=setup.call_index,
        )
        self.path = setup.path
        self.name = setup.name
        self.recorded_at = "" if setup.cassette is None else setup.cassette.recorded.at
        self.options = setup.options
        self.lock = threading.Lock()
        self.parent: Deck | None = None
        self.is_open = True
        self.ambient = ambient
        self.strands: set[Future[Any]] = set()
        """The threads that were started under this deck, and the jobs given to pools, while they are under way."""
        self.unrecorded: Unrecorded | None = None
        self.keeps_threads = True
        """Whether what is started while this deck is the ambient one belongs to it."""
        self._setup = setup
        self._folder = setup.path.parent
        self.redactor = setup.redactor
        self.call_rules = setup.call_rules
        self.overrides: dict[object, RouteOverrides] = {}
        self._reals = []
        self._doubles: dict[str, tuple[object, Any]] = {}
        self._closing = ExitStack()
        self._began_ns = monotonic_ns()
        self.gate = Gate(self._outlines, setup.slots)
        replays = not self.recording  # while recording, time is what it is
        self.gate.speed = setup.options.speed if replays else None
        self.gate.exact = setup.options.virtual and replays
        self.at_once_without_loop = False
        """Whether a program without an event loop, which can have no virtual time, is answered at once, not refused."""
        self._clock: Clock | None = running_clock() if self.gate.exact else None
        register(self)

    def now_us(self) -> int:
        """Microseconds since the deck was opened; under virtual time, since the event loop's clock was started.

        Raises `UsageError` if virtual time is asked for and the running event loop has none.
        """
        if not self.gate.exact:
            return (monotonic_ns() - self._began_ns) // 1000
        try:
            self._clock = virtual_clock(self._clock)
        except UsageError:
            if self.at_once_without_loop and not in_loop():
                return 0
            raise
        return self._clock.now_us()

    async def decide_beside(self, request: Request) -> Decision:
        """The same as `decide`; if the body is large, the event loop goes on while it is looked up."""
        if request.body != b"" and (not self.recording or self._index is not None):
            await self._lookups.prepare(request)
        return self.decide(request)

    def decide(self, request: Request) -> Decision:
        """What a request gets, now. An error of the deck's own is kept too, should the code under test swallow it."""
        try:
            with self.lock:
                return self.begin(request, self.now_us())
        except PlayheadError as error:
            self.misses.append(error)
            raise

    def route(self, method: str, pattern: str, *, host: str | None = None) -> Route:
        """The requests of this deck with this method (`"*"`: any) and path pattern, to assert on like an `AsyncMock`.

        In the pattern, `{x}` stands for one segment and `{x:path}` for the rest; it is a whole path or a URL.
        """
        from playhead.deck.routes.route import Route

        return Route(self, method, pattern, host=host)

    def double(self, name: str, spec: Any = None, real: Callable[[], Any] | None = None) -> Any:
        """The stand-in called `name` for an object of the class `spec` (or for the function `spec`).

        While recording, calls go to what `real()` returns (a value, an awaitable or a context manager, opened at the
        first call and closed with the deck) and onto the cassette; else they are answered from it, and `real` is not
        called. Every assertion of `AsyncMock` works on it and its members. Raises `SpecDrift` if what was recorded can
        no longer be called on the spec, `UsageError` for a spec that is neither class nor function.
        """
        known = self._doubles.get(name)
        if known is not None:
            if known[0] is not spec:
                raise UsageError(
                    f'There is a double "{name}" of another spec on this deck: give each a name of its own.'
                )
            return known[1]
        from playhead.doubles.build import make_double

        double = make_double(self, name, spec, real)
        self._doubles[name] = spec, double
        return double

    @property
    def clock(self) -> DeckClock:
        """The time that passes for the code under test: `now_us()`, and `elapsed()` to measure a block."""
        return DeckClock(self)

    @property
    def completions(self) -> list[RouteCall]:
        """The requests whose whole body or failure was delivered, in the order in which that came about in this
        run."""
        from playhead.deck.routes.route_call import RouteCall

        return [RouteCall(call, self.redactor) for call in self._ended if call.completed]

    def enter(self, play: Play) -> Passage | None:
        """An interaction starts to play; `None` if nothing of it will ever have to wait."""
        exchange = play.exchange
        return self._enter(play.slot, head_us(exchange), repeated=play.repeated, listening=exchange.waiting)

    def _enter(self, slot: int, first_us: int, *, repeated: bool, listening: bool) -> Passage | None:
        now = self.now_us()
        with self.lock:
            if repeated:
                return self.gate.apart(slot, now, first_us)
            return self.gate.enter(slot, now, first_us, listening=listening)

    def leave(self, passage: Passage | None) -> None:
        """Nobody waits for anything of this interaction any more."""
        if passage is None or passage.lane is None or passage.next_us is None:
            return
        with self.lock:
            leader = self.gate.leave(passage)
        if leader is not None:
            leader.wake()

    def cut(self, request: Request) -> Exhausted:
        """The error for reading past the recorded end of a body; kept as a miss."""
        error = self._refusals.cut(request)
        self.misses.append(error)
        return error

    @contextmanager
    def in_context(self) -> Iterator[None]:
        """Make this deck (or the innermost one opened under it) the deck of the current context."""
        token = use_in_context(innermost(self))
        try:
            yield
        finally:
            restore(token)

    def on_close(self, callback: Callable[[], None], *, in_children: bool = False) -> None:
        """Call this when the deck closes, whatever happens; in forked children too if it touches their memory alone."""

        def unless_inherited() -> None:
            if not self.inherited:
                callback()

        self._closing.callback(callback if in_children else unless_inherited)

    @property
    def inherited(self) -> bool:
        """Whether this process got the deck by a fork: then it replays, records nothing and leaves the files alone."""
        return self._keeping.inherited

    def become_inherited(self) -> None:
        """This process is a forked child: what was under way, and the misses so far, are its parent's."""
        self.lock = threading.Lock()  # a thread that the child has not may have held the old one
        self.misses = []
        for take in list(self._takes):
            super().drop(take)

    @property
    def journal_path(self) -> Path | None:
        """Where the recording is, if it was kept without being written."""
        return self._keeping.journal_path

    @property
    def written(self) -> Sequence[Interaction]:
        """What the commit of this deck put on the cassette."""
        return self._keeping.written

    @property
    def replaced(self) -> Sequence[Interaction]:
        """What was recorded before in place of it."""
        return self._keeping.replaced

    @property
    def report(self) -> DeckReport:
        """What this deck has done so far."""
        return DeckReport(
            played=self.played,
            recorded=len(self._taken),
            unplayed=[label_of(each) for each in self.unplayed],
            misses=list(self.misses),
            drifted=[told_alone(each) for each in self.request_drift],
            redacted=self.redactor.counts,
            record_all=self._refusals.record_all,
            unrecorded=[] if self.unrecorded is None else self.unrecorded.lines(),
            ambiguous=[label_of(each) for each in self._finder.ambiguous],
            without_credential=[f"{name} in {label_of(each)}" for name, each in self._finder.without_credential],
        )

    def close(self, *, commit: bool, error: BaseException | None = None, keep_journal: bool = False) -> None:
        """Close the deck. With `commit`, write what was recorded, and raise the misses that nobody has seen.

        Without it the recording is discarded, or its journal kept at `journal_path`. `error` is what is being raised
        already.
        """
        if self.is_open:
            with self._ending(error, commit=commit):
                apart(lambda: self._keep(commit=commit, keep_journal=keep_journal))

    async def aclose(self, *, commit: bool, error: BaseException | None = None) -> None:
        """The same while the event loop goes on."""
        if self.is_open:
            with self._ending(error, commit=commit):
                await beside(lambda: self._keep(commit=commit, keep_journal=False))

    @contextmanager
    def _ending(self, error: BaseException | None, *, commit: bool) -> Iterator[None]:
        """The deck closes; what was recorded is written meanwhile."""
        __tracebackhide__ = True
        self.is_open = False
        unregister(self)
        try:
            with self._closing:
                if self._takes and not self.inherited:
                    with self.lock:
                        self.abandon_takes(self.now_us())
                yield
                self._keeping.tell()
            self._tell_unrecorded()
        finally:
            if SURROUNDINGS.closed is not None and not self.ambient and not self.inherited:
                SURROUNDINGS.closed(self, commit and self.journal_path is None)
        if error is None:
            self.raise_misses()
            self._warn_of_credentials()

    def _tell_unrecorded(self) -> None:
        """Warn of what went past this deck, where no test run's summary says so."""
        if self.unrecorded is None or SURROUNDINGS.closed is not None or self.inherited:
            return
        lines = self.unrecorded.lines()
        if lines:
            said = f"{self.name} was recorded without {', '.join(lines)}: only httpx, httpx2 and doubles are recorded."
            warn_caller(PlayheadWarning(said))

    def _keep(self, *, commit: bool, keep_journal: bool) -> None:
        if self.inherited:
            return
        self._settling.wait()
        try:
            if commit:
                self._keeping.commit(self.recorded, self._played_from)
            else:
                self._keeping.leave(keep_journal=keep_journal)
        finally:
            self._keeping.close()

    def _warn_of_credentials(self) -> None:
        """Tell once of each header in which requests lacked the credential that was recorded: many runs in CI have no
        secrets, so it never fails one."""
        first = dict(reversed(self._finder.without_credential))
        for name, each in first.items():
            assert isinstance(each, Exchange)  # calls have no headers
            show_caller(PlayheadWarning(self._refusals.without_credential(name, each.request)))

    def raise_misses(self) -> None:
        """Raise the first miss, with a line on each other one; the code under test may have swallowed it."""
        __tracebackhide__ = True  # pytest shows the line of the test instead
        seen = list({(type(miss), str(miss)): miss for miss in self.misses}.values())
        if not seen:
            return
        first = seen[0]
        for other in seen[1:]:
            first.add_note(f"  also      {other}"[:76])
        raise first

    def _forward(self, call: SeenCall, stored: Request, at_us: int) -> Forward:
        self._keeping.expect_own()
        return super()._forward(call, stored, at_us)

    def _forward_call(self, call: Call, at_us: int) -> ForwardCall:
        self._keeping.expect_own()
        return super()._forward_call(call, at_us)

    def drop(self, take: Take | CallTake) -> None:
        """Forget a take, and the large body of its request, which is beside the cassette already."""
        super().drop(take)
        if isinstance(take, Take) and not self._settling.forget(take.request):
            self._keeping.drop(take.request)

    def _to_record(self, request: Request) -> Request:
        return self._settling.provisional(request) or super()._to_record(request)

    def _settled(self, exchange: Exchange) -> Exchange:
        return self._settling.settled(exchange)

    def _settled_call(self, invocation: Invocation) -> Invocation:
        learn_environment(self.redactor)
        kept = redacted_invocation(self.redactor, invocation)
        self._keeping.add(kept)
        return kept

    def __repr__(self) -> str:
        state = "open" if self.is_open else "closed"
        return f"<Deck {self.name} {self._mode.value} {state}: {self.played} played, {len(self._taken)} recorded>"

    def __fspath__(self) -> str:
        return os.fspath(self.path)
