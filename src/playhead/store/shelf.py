"""Cassettes that many tests of a run share: read once, and written once, when the run (or a worker of it) is over.

Theory of operation. A deck asks the shelf for its `view` of a cassette: what is in the file, and what tests of this
run have recorded since. A test that passes hands its recording over (`keep`): it goes into the run's journal beside the
cassette, `<cassette>.journal`, with a note that the test has passed, and stays in memory. `flush` takes the file's
lock, reads the file again if another program has changed it, merges all that was handed over, and removes the journal.
So 400 tests cost 400 times what one costs, and not the square of that.

What a killed run has left in such a journal is folded in by the next one (see `folding`): into the file if it records,
else into what is replayed. A journal that is locked belongs to a run that lives, and is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.model.cassette import Cassette, Interaction, LazyInteractions, Outline, Recorded, outline_of, outlines
from playhead.redaction.redact import Redactor
from playhead.store.cassettes import load_standing, put
from playhead.store.cleaning import cleaned, known_on, note_known
from playhead.store.commits import Overtaken, changed_meanwhile, commit, kept_in
from playhead.store.folding import digest_of, fold, left_for
from playhead.store.homes import standing
from playhead.store.journals import Journal
from playhead.store.lacking import tell_lacks
from playhead.store.locks import locked
from playhead.store.merging import Batch
from playhead.store.orphans import drop_bodies, files_of, sweep
from playhead.store.stamp import stamp
from playhead.store.taking_over import joined

__all__ = ["Contested", "Shelf"]

Signature = tuple[int, int, int]


@dataclass(slots=True)
class _Shelved:
    """One cassette: what was read of it, and what was recorded since, at the positions behind.

    `found` is what was in the file of a test that recorded, when the first recording of it was handed over.
    """

    path: Path
    signature: Signature | None = None
    there: Sequence[Interaction] = ()
    recorded: Recorded | None = None
    built: bool = False
    outlines: list[Outline] = field(default_factory=list)
    slots: dict[str | None, list[int]] = field(default_factory=dict)
    added: list[Interaction] = field(default_factory=list)
    session: int = 0
    batches: list[Batch] = field(default_factory=list)
    found: dict[str | None, list[Interaction]] = field(default_factory=dict)
    journal: Journal | None = None

    def read(self, cassette: Cassette | None, signature: Signature | None) -> None:
        """Take what is in the file; what was recorded since comes behind it again."""
        self.signature, self.built = signature, False
        self.there = () if cassette is None else cassette.interactions
        self.recorded = None if cassette is None else cassette.recorded
        self.outlines, self.slots, self.added = list(outlines(self.there)), {}, []
        self.session = max((each.session for each in self.outlines), default=-1) + 1
        for position, outline in enumerate(self.outlines):
            self.slots.setdefault(outline.origin, []).append(position)
        for batch in self.batches:
            self.add(batch)

    def add(self, batch: Batch) -> None:
        """Show what a test has recorded."""
        own = [] if batch.replaces else self.slots.get(batch.origin, [])
        session = self.session
        for interaction in batch.interactions:
            timing = replace(interaction.timing, session=session + interaction.timing.session)
            shown = replace(interaction, id=len(self.outlines) + 1, timing=timing)
            self.session = max(self.session, timing.session + 1)
            own.append(len(self.outlines))
            self.added.append(shown)
            self.outlines.append(outline_of(shown))
        self.slots[batch.origin] = own

    def learn(self, batch: Batch) -> None:
        """Take what a test knows to be secret out of what the earlier ones have recorded, journal included."""
        new = note_known(self.path, batch.secrets)
        if not new or self.journal is None:
            return
        spellings = Redactor(batch.rules, secrets=new).learned()
        if self.journal.holds_any(spellings):
            self.batches = [
                replace(each, interactions=cleaned(each.interactions, new, batch.rules)) for each in self.batches
            ]
            self.journal.note_again(self.batches)
            self.signature = None  # what is shown is put together anew

    def find(self, origin: str | None) -> list[Interaction]:
        """Return what was in the file of a test before it recorded."""
        if origin not in self.found:
            count = len(self.there)
            self.found[origin] = [self.there[slot] for slot in self.slots.get(origin, ()) if slot < count]
        return self.found[origin]

    @property
    def expected(self) -> dict[str | None, list[Interaction]]:
        """By test, what is to be replaced."""
        return {batch.origin: self.found[batch.origin] for batch in self.batches if batch.replaces}

    def interaction(self, position: int) -> Interaction:
        """Return the interaction at a position of `outlines`."""
        count = len(self.there)
        return self.there[position] if position < count else self.added[position - count]

    @property
    def has_origins(self) -> bool:
        """True if anything in it is the recording of a test."""
        return any(slots for origin, slots in self.slots.items() if origin is not None)


class Shelf:
    """The shared cassettes of a run, in one process."""

    def __init__(self) -> None:
        self._shelved: dict[str, _Shelved] = {}
        self._process = os.getpid()

    @property
    def inherited(self) -> bool:
        """True if this process got it by a fork: then what it records is committed at once."""
        return os.getpid() != self._process

    def view(self, path: Path, origin: str | None, *, records: bool) -> tuple[Cassette | None, tuple[int, ...]]:
        """Return the cassette as one test sees it, and the slots that take part: its own and those of no test.

        A test that has recorded nothing there, and only replays, gets all: it may have been renamed. With `records` all
        of the file is built once: what is broken inside must come out before anything is lost. Errors are those of
        `load`.
        """
        shelved = self._current(path, records=records)
        own, common = shelved.slots.get(origin, []), shelved.slots.get(None, [])
        if own:
            slots = sorted({*own, *common})
        elif records and shelved.has_origins:
            if not (common and shelved.recorded is not None and shelved.recorded.foreign):
                return None, ()
            slots = list(common)  # another tool's recording, which says of none whose it is
        else:
            slots = sorted(slot for each in shelved.slots.values() for slot in each)
        if not shelved.outlines:
            return None, ()
        interactions = shelved.there
        if shelved.added:
            interactions = LazyInteractions(list(shelved.outlines), shelved.interaction)
        return Cassette(interactions, shelved.recorded or stamp()), tuple(slots)

    def keep(self, path: Path, batch: Batch, journal: Journal | None) -> None:
        """Note the recording of a test that has passed in the run's journal, and discard its own journal.

        Raises `PlayheadError` if the disk refuses: then nothing has changed.
        """
        shelved = self._shelved[os.path.realpath(path)]
        batch = replace(batch, expects=digest_of(shelved.find(batch.origin)))
        if not batch.interactions and not (batch.replaces and shelved.slots.get(batch.origin)):
            return
        shelved.learn(batch)
        if shelved.journal is None:
            shelved.journal = Journal(path)
        shelved.journal.note(batch)
        shelved.batches.append(batch)
        shelved.add(batch)
        if journal is not None:
            journal.discard()

    def flush(self) -> dict[Path, PlayheadError]:
        """Write what was handed over. What cannot be written keeps its journal, which the error names.

        The journal of a recording that came too late is set aside: later runs must not take it in.
        """
        errors: dict[Path, PlayheadError] = {}
        for key, shelved in self._shelved.items():
            if not shelved.batches or self.inherited:
                continue
            path, journal = Path(key), shelved.journal
            try:
                self._write(path, shelved)
            except PlayheadError as error:
                if journal is not None and isinstance(error, Overtaken):
                    journal.set_aside()
                errors[shelved.path] = kept_in(error, journal)
            if journal is not None:
                journal.close()
            tell_lacks(path)
        self._shelved.clear()
        return errors

    def _write(self, path: Path, shelved: _Shelved) -> None:
        with locked(path) as now_s:
            sweep(path.parent, now_s=now_s)
            if shelved.signature != _signature(path):
                shelved.read(load_standing(path), _signature(path))
            self._expect_unchanged(path, shelved)
            there = None if shelved.recorded is None else Cassette(shelved.there, shelved.recorded)
            replaced = {body.name for each in shelved.expected.values() for old in each for body in files_of(old)}
            whole = joined(there, shelved.batches)
            kept = cleaned(whole.interactions, known_on(path), shelved.batches[-1].rules)
            put(whole.with_interactions(tuple(kept)), path)
        if shelved.journal is not None:
            shelved.journal.discard()
        drop_bodies(path.parent, replaced)

    def _expect_unchanged(self, path: Path, shelved: _Shelved) -> None:
        expected_by_origin = shelved.expected
        now: dict[str | None, list[Interaction]] = {origin: [] for origin in expected_by_origin}
        for position, outline in enumerate(outlines(shelved.there)):
            if outline.origin in now:
                now[outline.origin].append(shelved.there[position])
        for origin, expected in expected_by_origin.items():
            if now[origin] != expected:
                raise changed_meanwhile(path, origin)

    def _current(self, path: Path, *, records: bool) -> _Shelved:
        key = os.path.realpath(path)
        shelved = self._shelved.get(key)
        if shelved is None:
            shelved = self._shelved[key] = _Shelved(path)
            shelved.read(load_standing(path), _signature(path))
            self._fold(path, shelved, records=records)
        elif shelved.signature != _signature(path):
            shelved.read(load_standing(path), _signature(path))
            if not records:  # what this run records may be what a killed one has left too: it is folded in before
                self._fold(path, shelved, records=False)
        if records and not shelved.built:
            for _ in shelved.there:
                pass
            shelved.built = True
        return shelved

    def _fold(self, path: Path, shelved: _Shelved, *, records: bool) -> None:
        """Take in what killed runs have noted: into the file, or for a run that only replays into what it sees."""
        if not records:
            for batch in left_for(path, shelved.there):
                shelved.add(batch)
            return
        fold(path)
        if shelved.signature != _signature(path):  # this or another worker has taken something in
            shelved.read(load_standing(path), _signature(path))


class Contested(Shelf):
    """Adds the recordings of workers that record the same: each is written at once, and once where they are equal."""

    def keep(self, path: Path, batch: Batch, journal: Journal | None) -> None:
        """Commit the recording, unless another worker has added it meanwhile. Errors are those of `commit`."""
        seen = self._shelved[os.path.realpath(path)].find(batch.origin)
        commit(path, batch, seen=seen, journal=journal)


def _signature(path: Path) -> Signature | None:
    try:
        found = standing(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
