"""A deck that is open: the core's decisions with a clock, a lock, files and the gate around them."""

from __future__ import annotations

import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playhead.engine.decisions import Decision, Play
from playhead.engine.gate import Gate, Groups, Passage
from playhead.engine.pacing import head_us
from playhead.engine.policy import Mode
from playhead.errors import Exhausted, PlayheadError, PlayheadWarning, UsageError
from playhead.fronts.call_deck import CallDeck
from playhead.fronts.clock.running import in_loop, running_clock, virtual_clock
from playhead.fronts.clock.timeline import Clock
from playhead.fronts.registry import innermost, register, restore, unregister, use_in_context
from playhead.fronts.settle import settled
from playhead.fronts.setup import DeckReport, Setup, label_of
from playhead.fronts.stopwatch import DeckClock
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Request
from playhead.redaction.calls import redacted, redacted_invocation
from playhead.settings.surroundings import SURROUNDINGS
from playhead.store.orphans import bodies_in, drop_bodies, files_of
from playhead.store.spools import Spool

if TYPE_CHECKING:
    from playhead.fronts.overrides import RouteOverrides
    from playhead.fronts.route import Route
    from playhead.fronts.route_call import RouteCall

__all__ = ["Deck"]


class Deck(CallDeck):
    """A cassette in use. Made by `use_cassette` and by the pytest plugin; closed by whoever opened it.

    An `ambient` deck belongs to no context: whatever is opened while it is open was opened under it.
    """

    def __init__(self, setup: Setup, *, ambient: bool = True) -> None:
        super().__init__(
            setup.cassette,
            mode=setup.mode,
            index=setup.index,
            rulings=setup.rulings,
            refusals=setup.refusals,
            sink=self._spool,
            origin=setup.origin,
            call_index=setup.call_index,
        )
        self.path = setup.path
        self.name = setup.name
        self.options = setup.options
        self.lock = threading.Lock()
        self.parent: Deck | None = None
        self.is_open = True
        self.ambient = ambient
        self.journal_path: Path | None = None
        self.written: Sequence[Interaction] = ()
        self.replaced: Sequence[Interaction] = ()
        self._setup = setup
        self._folder = setup.path.parent
        self.redactor = setup.redactor
        self.call_rules = setup.call_rules
        self.overrides: dict[object, RouteOverrides] = {}
        self._reals = []
        self._doubles: dict[str, tuple[object, Any]] = {}
        self._journal: Journal | None = None
        self._journal_error: PlayheadError | None = None
        self._uploads: tempfile.TemporaryDirectory[str] | None = None
        self._closing = ExitStack()
        self._bodies_before: frozenset[str] | None = None
        self._began_ns = time.perf_counter_ns()
        self.gate = Gate(self._outlines.__getitem__, self._group_of)
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
            return (time.perf_counter_ns() - self._began_ns) // 1000
        try:
            self._clock = virtual_clock(self._clock)
        except UsageError:
            if self.at_once_without_loop and not in_loop():
                return 0
            raise
        return self._clock.now_us()

    @property
    def uploads(self) -> Path:
        """Where large request bodies are while they are under way, as they were sent: gone when the deck closes."""
        if self._uploads is None:
            self._uploads = tempfile.TemporaryDirectory(prefix="playhead-")
            self.on_close(self._uploads.cleanup)
        return Path(self._uploads.name)

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
        from playhead.fronts.route import Route

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
        from playhead.fronts.double.build import make_double

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
        from playhead.fronts.route_call import RouteCall

        return [RouteCall(call, self.redactor) for call in self._ended if call.completed]

    def enter(self, play: Play) -> Passage | None:
        """An interaction starts to play; `None` if nothing of it will ever have to wait."""
        return self._enter(play.slot, play.exchange.timing.start_us, head_us(play.exchange), repeated=play.repeated)

    def _enter(self, slot: int, start_us: int, first_us: int, *, repeated: bool) -> Passage | None:
        if self.gate.speed is None and (repeated or self._groups.of(slot) is None):
            return None
        now = self.now_us()
        if repeated:
            return Passage(start_us, now, None, first_us)
        with self.lock:
            return self.gate.enter(slot, now, first_us)

    def leave(self, passage: Passage | None) -> None:
        """Nobody waits for anything of this interaction any more."""
        if passage is None or passage.cluster is None or passage.next_us is None:
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

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call this when the deck closes, whatever happens."""
        self._closing.callback(callback)

    @property
    def report(self) -> DeckReport:
        """What this deck has done so far."""
        return DeckReport(
            played=self.played,
            recorded=len(self._taken),
            unplayed=[label_of(each) for each in self.unplayed],
            misses=list(self.misses),
            drifted=[str(each) for each in self.request_drift],
            redacted=self.redactor.counts,
        )

    def close(self, *, commit: bool, error: BaseException | None = None, keep_journal: bool = False) -> None:
        """Close the deck. With `commit`, write what was recorded, and raise the misses that nobody has seen.

        Without it the recording is discarded, or its journal kept at `journal_path`. `error` is what is being raised
        already.
        """
        if not self.is_open:
            return
        self.is_open = False
        unregister(self)
        try:
            with self._closing:
                self._end(commit=commit, keep_journal=keep_journal)
        finally:
            if self._journal is not None:
                self._journal.close()
            if SURROUNDINGS.closed is not None and not self.ambient:
                SURROUNDINGS.closed(self, commit and self.journal_path is None)
        if error is None:
            self.raise_misses()

    def _end(self, *, commit: bool, keep_journal: bool) -> None:
        if self._takes:
            with self.lock:
                self.abandon_takes(self.now_us())
        if commit:
            self._commit()
        elif self._journal is not None:
            if keep_journal:
                self._journal.close()
                self.journal_path = self._journal.path
            else:
                self._discard(self._journal)

    def _discard(self, journal: Journal) -> None:
        """Leave nothing of what was recorded: neither the journal nor large bodies."""
        journal.discard()
        bodies = {each.name for exchange in self.recorded for each in files_of(exchange)}
        drop_bodies(self.path.parent, bodies - (self._bodies_before or frozenset()))

    def _commit(self) -> None:
        if not self._taken and not (self._mode is Mode.ALL and self.path.exists()):
            return
        from playhead.store.commits import commit

        if self._journal is not None:
            self.journal_path = self._journal.path
        replace = self._mode is Mode.ALL
        before = {each.name for exchange in self._played_from for each in files_of(exchange)} if replace else set()
        kept = self._scanned()
        commit(self.path, kept, origin=self._origin, replace=replace, journal=self._journal)
        self.journal_path = None
        self.written = kept
        if replace:
            taking_part = (self._played_from[slot] for slot in self._setup.slots)
            self.replaced = [each for each in taking_part if self._origin in (None, each.origin)]
        if before:
            drop_bodies(self.path.parent, before)
        if self._journal_error is not None:
            said = f"{self._journal_error} Nothing is lost: the cassette was written."
            warnings.warn(PlayheadWarning(said), stacklevel=5)

    def _scanned(self) -> list[Interaction]:
        """What was recorded, redacted once more now that all secrets are known, and without any that survived.

        Raises `SecretFound`; the journal goes too, for it holds the same.
        """
        from playhead.redaction.scan import scan, secret_found

        kept = [redacted(self.redactor, each) for each in self.recorded]
        for interaction in kept:
            for hit in scan(interaction, self.redactor.rules):
                if hit.sure:
                    if self._journal is not None:
                        self._discard(self._journal)
                        self.journal_path = None
                    raise secret_found(hit)
        return kept

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

    def _settled(self, exchange: Exchange) -> Exchange:
        kept = settled(exchange, self.redactor, self._folder)
        self._append(kept)
        return kept

    def _settled_call(self, invocation: Invocation) -> Invocation:
        kept = redacted_invocation(self.redactor, invocation)
        self._append(kept)
        return kept

    def _append(self, kept: Interaction) -> None:
        try:
            (self._journal or self._new_journal()).append(kept)
        except PlayheadError as error:
            self._journal_error = error  # what was recorded is still here, and may yet be written as a whole

    def _new_journal(self) -> Journal:
        from playhead.store.journals import Journal

        self._journal = Journal(self.path)
        return self._journal

    def _spool(self) -> Spool:
        """Where the bytes of a body go; notes first which large bodies belong to others."""
        if self._bodies_before is None:
            self._bodies_before = bodies_in(self._folder)
        return Spool(self._folder)

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self._outlines, self._setup.slots)

    def _group_of(self, slot: int) -> list[int] | None:
        return self._groups.of(slot)

    def __repr__(self) -> str:
        state = "open" if self.is_open else "closed"
        return f"<Deck {self.name} {self._mode.value} {state}: {self.played} played, {len(self._taken)} recorded>"

    def __fspath__(self) -> str:
        return os.fspath(self.path)


if TYPE_CHECKING:
    from playhead.store.journals import Journal
