"""A session: a cassette in use, with an engine that decides, a lock, a clock, a gate, and the files of a recording.

Sessions are opened by `use_cassette` and by the pytest plugin, and closed by whoever opened them. Tests see the `Deck`
in front of one; clients, routes and doubles see the Protocol of `ports` that they need.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from playhead.apart import apart
from playhead.caller import warn_caller
from playhead.clocks.running import in_loop, running_clock, virtual_clock
from playhead.clocks.timeline import Clock
from playhead.deck.beside import beside
from playhead.deck.expiry import note_expiry
from playhead.deck.files import RecordedFiles
from playhead.deck.ports import DoublesOfDeck
from playhead.deck.recording import Recording
from playhead.deck.report import DeckReport, label_of, raise_first, report_of, warn_of_credentials
from playhead.deck.routes.overrides import Overrides
from playhead.deck.setup import Setup
from playhead.deck.uploads import Lookups
from playhead.engine.call_engine import CallEngine
from playhead.engine.call_take import CallTake
from playhead.engine.decisions import Decision, Discard, PassThrough, Play
from playhead.engine.engine import Engine
from playhead.engine.gate import Gate, Passage
from playhead.engine.pacing import head_us
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import Exhausted, PlayheadError, PlayheadWarning, UsageError
from playhead.model.cassette import Interaction
from playhead.model.http import Request
from playhead.realtime import monotonic_ns
from playhead.redaction.placeholder import same_kind
from playhead.settings.surroundings import SURROUNDINGS

__all__ = ["Session", "Witness"]


class Witness(Protocol):
    """Counts what goes past a session that records."""

    def lines(self) -> list[str]:
        """Return a line for each kind of traffic that was not recorded."""
        ...


class Session:
    """A cassette in use.

    Args:
        setup: Everything that the session is made of.
        ambient: True for a session that belongs to no context: whatever is opened while it is open was opened under
            it.
        engine: Makes the engine that decides; `compat` has one of its own.
        files: Makes the files of the recording from the setup.
    """

    raises_misses = True
    """False if an error that the code under test has swallowed is not raised when the session closes."""
    blocks_late = True
    """False if a request of work that outlives the session goes its way, as if there had been none."""

    def __init__(
        self,
        setup: Setup,
        *,
        ambient: bool = True,
        engine: Callable[..., Engine] = Engine,
        files: Callable[[Setup], RecordedFiles] = RecordedFiles,
    ) -> None:
        self._setup = setup
        self.path = setup.path
        self.folder = setup.path.parent
        self.name = setup.name
        self.origin = setup.origin
        self.options = setup.options
        self.redactor = setup.redactor
        self.call_rules = setup.call_rules
        self.lock = threading.Lock()
        self.files = files(setup)
        self._recording = Recording(setup, self.files, lambda: self.lock)
        self._lookups = Lookups(setup.rulings.lookup)
        self.engine = engine(
            setup.cassette,
            mode=setup.mode,
            index=setup.index,
            rulings=replace(setup.rulings, lookup=self._lookups),
            refusals=setup.refusals,
            keeper=self._recording,
            origin=setup.origin,
            call_index=setup.call_index,
        )
        self.calls = CallEngine(self.engine)
        self.recording = self.engine.recording
        self.overrides = Overrides()
        self.doubles: DoublesOfDeck | None = None
        self.witness: Witness | None = None
        self.parent: Session | None = None
        self.ambient = ambient
        self.counts_itself = not ambient
        """True if the run is told of this session when it closes; who opened an ambient one tells of it."""
        self.is_open = True
        self.strands: set[Future[Any]] = set()
        """The threads that were started under this session, and the jobs given to pools, while they are under way."""
        self.keeps_threads = True
        """True if threads that start while this is the ambient session belong to it."""
        self.at_once_without_loop = False
        """True if a program without an event loop, which cannot have virtual time, is answered at once."""
        self._before_close: list[Callable[[], None]] = []
        self._closing = ExitStack()
        self._began_ns = monotonic_ns()
        replays = not self.recording  # while recording, time is what it is
        self.gate = Gate(self.engine.outlines, setup.slots)
        self.gate.speed = setup.options.speed if replays else None
        self.gate.exact = setup.options.virtual and replays
        self._clock: Clock | None = running_clock() if self.gate.exact else None

    @property
    def seen(self) -> Sequence[SeenRequest]:
        """Every request, in the order in which they were issued."""
        return self.engine.seen

    @property
    def misses(self) -> list[PlayheadError]:
        """The errors that are raised when the session closes."""
        return self.engine.misses

    @property
    def file(self) -> Path:
        """The file that holds the cassette: another tool's, until ours is written."""
        source = self._setup.source
        return self.path if source is None or self.path.exists() else source

    @property
    def inherited(self) -> bool:
        """True in a process that got the session by a fork: it replays, and leaves the files alone."""
        return self.files.inherited

    def now_us(self) -> int:
        """Return microseconds since the session was opened; under virtual time, since the clock of the loop started.

        Raises:
            UsageError: Virtual time is asked for, and the running event loop has none.
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

    def aside(self, request: Request) -> PassThrough | Discard | None:
        """Return the decision for a request that `passthrough` or `discard` covers."""
        return self.engine.aside(request)

    def decide(self, request: Request) -> Decision:
        """Return what a request gets. An error is kept too, in case the code under test swallows it."""
        try:
            with self.lock:
                return self.engine.begin(request, self.now_us())
        except PlayheadError as error:
            self.keep_miss(error)
            raise

    async def decide_beside(self, request: Request) -> Decision:
        """Like `decide`, but look up a large body while the event loop goes on."""
        if request.body != b"" and (not self.recording or self.engine.index is not None):
            await self._lookups.prepare(request)
        return self.decide(request)

    def enter(self, play: Play) -> Passage | None:
        """Begin to play an interaction; `None` if none of its events will ever have to wait."""
        exchange = play.exchange
        return self.enter_slot(play.slot, head_us(exchange), repeated=play.repeated, listening=exchange.waiting)

    def enter_slot(self, slot: int, first_us: int, *, repeated: bool, listening: bool) -> Passage | None:
        """Begin to play what is recorded at a slot, whose first event was at `first_us`."""
        now = self.now_us()
        with self.lock:
            if repeated:
                return self.gate.apart(slot, now, first_us)
            return self.gate.enter(slot, now, first_us, listening=listening)

    def leave(self, passage: Passage | None) -> None:
        """Let nobody wait for anything more of an interaction."""
        if passage is None or passage.lane is None or passage.next_us is None:
            return
        with self.lock:
            leader = self.gate.leave(passage)
        if leader is not None:
            leader.wake()

    def ended(self, call: SeenRequest, at_us: int, *, completed: bool) -> None:
        """Note that a request is over: at its own end (`completed`), or because its caller left."""
        self.engine.ended(call, at_us, completed=completed)

    def answered(self, call: SeenRequest, at_us: int) -> None:
        """Note a request that an override answered."""
        self.engine.answered(call, at_us)

    def drop(self, take: Take | CallTake) -> None:
        """Forget a take that cannot be replayed."""
        self.engine.drop(take)

    def give_up(self, take: Take, error: PlayheadError) -> None:
        """Forget a take that cannot be written, and keep the error."""
        self.engine.give_up(take, error)

    def upgraded(self, take: Take) -> PlayheadError:
        """Return the error for a request that left HTTP (101), and forget its take."""
        return self.engine.upgraded(take)

    def cut(self, request: Request) -> Exhausted:
        """Return the error for reading past the recorded end of a body."""
        return self.engine.cut(request)

    def keep_miss(self, error: PlayheadError) -> None:
        """Keep an error, to be raised when the session closes."""
        self.engine.misses.append(error)

    def explain(self, error: PlayheadError) -> None:
        """Add to a miss that a recorded token has expired since, if one has."""
        if self.options.wall_clock == "now":
            recorded_at = "" if self._setup.cassette is None else self._setup.cassette.recorded.at
            note_expiry(error, chain(self.engine.played_from, self.engine.recorded), recorded_at)

    def on_close(self, callback: Callable[[], None], *, in_children: bool = False) -> None:
        """Call this when the session closes; in forked children too if it only touches their memory."""

        def unless_inherited() -> None:
            if not self.inherited:
                callback()

        self._closing.callback(callback if in_children else unless_inherited)

    def before_close(self, callback: Callable[[], None]) -> None:
        """Call this as the first thing when the session closes, in forked children too."""
        self._before_close.append(callback)

    def become_inherited(self) -> None:
        """Note that this process is a forked child: what was under way, and the misses, are its parent's."""
        self.lock = threading.Lock()  # a thread that the child does not have may have held the old one
        self.engine.become_inherited()

    @property
    def report(self) -> DeckReport:
        """An account of what this session has done so far."""
        unrecorded = [] if self.witness is None else self.witness.lines()
        return report_of(self.engine, self.redactor.counts, unrecorded, self.label)

    def label(self, interaction: Interaction) -> str:
        """Return number, method and URL of an interaction for a message."""
        return label_of(interaction, self._shown)

    def _shown(self, url: str) -> str:
        """Return a recorded URL as it may be printed: in another tool's file it may have secrets."""
        cassette = self._setup.cassette
        return url if cassette is None or not cassette.recorded.unredacted else same_kind(self.redactor.url(url))

    @property
    def recorded(self) -> list[Interaction]:
        """The interactions recorded so far, in the order in which the requests were issued."""
        return self.engine.recorded

    async def close_reals(self) -> None:
        """Close the real objects of doubles, in the event loop that they were opened in."""
        if self.doubles is not None:
            await self.doubles.close_reals()

    def close(self, *, commit: bool, error: BaseException | None = None, keep_journal: bool = False) -> None:
        """Close the session.

        Args:
            commit: Write what was recorded, and raise the misses that nobody has seen. Otherwise the recording is
                discarded.
            error: What is being raised already; then no miss is raised.
            keep_journal: Keep the journal of a recording that is not written.
        """
        if self.is_open:
            with self._ending(error, commit=commit):
                apart(lambda: self._keep(commit=commit, keep_journal=keep_journal))

    async def aclose(self, *, commit: bool, error: BaseException | None = None) -> None:
        """Like `close`, while the event loop goes on."""
        if self.is_open:
            with self._ending(error, commit=commit):
                await beside(lambda: self._keep(commit=commit, keep_journal=False))

    @contextmanager
    def _ending(self, error: BaseException | None, *, commit: bool) -> Iterator[None]:
        """Close around the writing of what was recorded."""
        __tracebackhide__ = True
        self.is_open = False
        for callback in self._before_close:
            callback()
        try:
            with self._closing:
                if self.engine.takes and not self.inherited:
                    with self.lock:
                        self.engine.abandon_takes(self.now_us())
                yield
                self.files.tell()
            self._tell_unrecorded()
        finally:
            if SURROUNDINGS.closed is not None and self.counts_itself and not self.inherited:
                SURROUNDINGS.closed(self, commit and self.files.journal_path is None)
        if error is None:
            self.raise_misses()
            warn_of_credentials(self.engine, self._shown)

    def _keep(self, *, commit: bool, keep_journal: bool) -> None:
        if self.inherited:
            return
        self._recording.wait()
        try:
            if commit:
                self.files.commit(self.engine.recorded, self.engine.played_from)
            else:
                self.files.leave(keep_journal=keep_journal)
        finally:
            self.files.close()

    def _tell_unrecorded(self) -> None:
        """Warn of what went past this session, where no test run's summary says so."""
        if self.witness is None or SURROUNDINGS.closed is not None or self.inherited:
            return
        lines = self.witness.lines()
        if lines:
            said = f"{self.name} was recorded without {', '.join(lines)}: only httpx, httpx2 and doubles are recorded."
            warn_caller(PlayheadWarning(said))

    def raise_misses(self) -> None:
        """Raise the first miss, with a line on each other one; the code under test may have swallowed it."""
        __tracebackhide__ = True  # pytest shows the line of the test instead
        if self.raises_misses:
            raise_first(self.misses)

    def __repr__(self) -> str:
        state = "open" if self.is_open else "closed"
        engine = self.engine
        return f"<Deck {self.name} {engine.mode.value} {state}: {engine.played} played, {len(engine.taken)} recorded>"
