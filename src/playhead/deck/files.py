"""The files of a deck that records: its journal while it does, the cassette and large bodies in the end.

They belong to the process that opened the deck. A forked child has the deck too, but only to replay from it: whatever
it does, journal, bodies and cassette stay as the parent has them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.apart import apart
from playhead.caller import warn_caller
from playhead.deck.environment import learn_environment
from playhead.deck.setup import Setup
from playhead.deck.storing import holds_any, numbered, redacted_again
from playhead.errors import NetworkBlocked, PlayheadError, PlayheadWarning, SecretFound
from playhead.model.cassette import Interaction
from playhead.model.http import BodyFile, Request
from playhead.model.mode import Mode
from playhead.store.claims import release
from playhead.store.lacking import tell_lacks
from playhead.store.merging import Batch
from playhead.store.orphans import bodies_in, drop_bodies, files_of
from playhead.store.spools import HeldSpool, Spool, finalise

if TYPE_CHECKING:
    from playhead.store.journals import Journal
    from playhead.store.shelf import Shelf

__all__ = ["RecordedFiles"]


class RecordedFiles:
    """The files of one recording: its journal and, at the end, the cassette and its large bodies.

    `written` and `replaced` are what its commit put on the cassette and took off it; `journal_path` is where the
    recording is if it was kept without being written.
    """

    def __init__(self, setup: Setup) -> None:
        self.journal_path: Path | None = None
        self.written: Sequence[Interaction] = ()
        self.replaced: Sequence[Interaction] = ()
        self._setup = setup
        self._folder = setup.path.parent
        self._journal: Journal | None = None
        self._journal_error: PlayheadError | None = None
        self._kept: dict[int, Interaction] = {}
        self._known: dict[int, int | None] = {}
        self._large: list[int] = []
        self._learned = 0
        self._left: set[str] = set()
        self._told: list[PlayheadWarning] = []
        self._bodies_before: frozenset[str] | None = None
        self._process = os.getpid()

    @property
    def _shelf(self) -> Shelf | None:
        shelf = self._setup.shelf
        return None if shelf is None or shelf.inherited else shelf

    @property
    def inherited(self) -> bool:
        """True if this process got the deck by a fork, from the process that opened it."""
        return os.getpid() != self._process

    def expect_own(self) -> None:
        """Refuse to record in a forked child: `NetworkBlocked` names the cassette and both processes."""
        if self.inherited:
            raise NetworkBlocked(
                f"{self._setup.name} is recorded by process {self._process}, which opened it, and not by its forked "
                f"child {os.getpid()}: make the request in that process, or open another cassette in the child."
            )

    def spool(self) -> Spool:
        """Return a place for the bytes of a body; note first which large bodies belong to others."""
        if self._bodies_before is None:
            self._bodies_before = apart(lambda: bodies_in(self._folder))
        return HeldSpool(self._folder)

    def add(self, kept: Interaction, known: int | None) -> Interaction:
        """Put an interaction that has ended into the journal, and return it as it stands there.

        What became known as secret with it is taken out of all that is there, before anything else comes in, and out of
        the interaction itself.

        Args:
            kept: The interaction, redacted.
            known: The number of secrets at which redacting it changed nothing; `None` if there is none.
        """
        try:
            self._forget_learned()
            kept, known = self._settled(kept, known)
            (self._journal or self._new_journal()).append(kept)
        except PlayheadError as error:
            self._journal_error = error  # what was recorded is still here, and may yet be written as a whole
        else:
            for body in files_of(kept):
                release(self._folder / body.name)
        self._kept[kept.id] = kept
        self._known[kept.id] = known
        if any(True for _ in files_of(kept)):
            self._large.append(kept.id)
        return kept

    def _settled(self, kept: Interaction, known: int | None) -> tuple[Interaction, int | None]:
        """Redact an interaction again if that may still change it: what replaces one secret may lay open another."""
        redactor = self._setup.redactor
        now = redactor.known
        if known == now:
            return kept, now
        again = redacted_again(kept, redactor, self._folder, redactor.learned())
        return again, now if again == kept else None

    def drop(self, request: Request) -> None:
        """Remove the large body of a request whose take is forgotten."""
        if isinstance(request.body, BodyFile) and not self.inherited:
            name = request.body.name
            apart(lambda: drop_bodies(self._folder, [name]))

    def _forget_learned(self) -> None:
        """Take out of journal and large bodies what became known as secret since they were written."""
        learned = self._setup.redactor.learned(self._learned)
        if learned:
            apart(lambda: self._forget(learned))

    def _forget(self, learned: Sequence[bytes]) -> None:
        self._learned += len(learned)
        noted = self._journal is not None and self._journal.holds_any(learned)
        sought = self._kept if noted else {each: self._kept[each] for each in self._large}
        holding = {number: each for number, each in sought.items() if noted or holds_any(each, learned)}
        if not holding:
            return
        before = {body.name for each in holding.values() for body in files_of(each)}
        for number, each in holding.items():
            self._kept[number] = redacted_again(each, self._setup.redactor, self._folder, learned)
        if self._journal is not None:
            self._journal.rewrite(list(self._kept.values()))
        names = {body.name for number in self._large for body in files_of(self._kept[number])}
        drop_bodies(self._folder, before - names)

    def leave(self, *, keep_journal: bool) -> None:
        """Write nothing: leave nothing of what was recorded, neither journal nor large bodies, or keep the journal."""
        if self._journal is not None and keep_journal:
            self._forget_learned()
            self._journal.close()
            self.journal_path = self._journal.path
        else:
            self._discard()

    def commit(self, recorded: Sequence[Interaction], played_from: Sequence[Interaction]) -> None:
        """Write what was recorded, beside or in place of what is on the cassette."""
        mode, path, origin = self._setup.mode, self._setup.path, self._setup.origin
        replace = mode is Mode.ALL
        if not recorded and not (replace and (path.exists() or self._shelf is not None)):
            return
        from playhead.store.commits import commit

        if self._journal is not None:
            self.journal_path = self._journal.path
        before = {each.name for exchange in played_from for each in files_of(exchange)} if replace else set()
        taking_part = (played_from[slot] for slot in self._setup.slots) if replace else ()
        cassette = self._setup.cassette
        everything = origin is None or (cassette is not None and cassette.recorded.unredacted and self._shelf is None)
        replaced = [each for each in taking_part if everything or each.origin == origin]
        expected = None if self._setup.contested else replaced
        kept = self._whole(recorded)
        secrets, rules = self._setup.redactor.certain, self._setup.redactor.rules
        redactor = self._setup.redactor if self._shelf is None else None
        batch = Batch(origin, replace, kept, secrets=secrets, rules=rules, redactor=redactor)
        if self._shelf is not None:
            self._shelf.keep(path, batch, self._journal)
        else:
            commit(path, batch, expected=expected, journal=self._journal)
        self.journal_path = None
        self.written, self.replaced = kept, replaced
        drop_bodies(self._folder, before | self._left)
        if self._journal_error is not None:
            self._told.append(PlayheadWarning(f"{self._journal_error} Nothing is lost: the cassette was written."))
        self._note_unread()

    def tell(self) -> None:
        """Warn of what went wrong on the way, at the line of the user's code that closed the deck."""
        while self._told:
            warn_caller(self._told.pop(0))

    def _note_unread(self) -> None:
        """Tell of bodies in which secrets may have been missed, the first of them by name."""
        unread = list(self._setup.redactor.unread)
        if unread:
            others = f" (and of {len(unread) - 1} more)" if len(unread) > 1 else ""
            said = (
                f"The content coding {unread[0]}{others} could not be undone as a whole, so secrets may be left in it: "
                f"look at it in {self._setup.name} before you commit that."
            )
            self._told.append(PlayheadWarning(said))

    def _whole(self, recorded: Sequence[Interaction]) -> list[Interaction]:
        """Return what was recorded, redacted as a whole. Only now may others read its large bodies."""
        self._forget_learned()
        scanned = self._scanned([self._kept.get(each.id, each) for each in recorded])
        kept = numbered(scanned, self._setup.redactor, self._folder)
        names = {body.name for each in kept for body in files_of(each)}
        self._left = {body.name for each in scanned for body in files_of(each)} - names
        for each in kept:
            for body in files_of(each):
                finalise(body, self._folder)
        return kept

    def close(self) -> None:
        """Let go of the journal's file, whatever has become of it."""
        if self.inherited:
            return
        if self._journal is not None:
            self._journal.close()
        tell_lacks(self._setup.path)

    def _scanned(self, recorded: Sequence[Interaction]) -> list[Interaction]:
        """Redact what was recorded once more, now that all secrets are known.

        Raises `SecretFound` for one that survived. Then the journal is removed too, for it holds the same.
        """
        from playhead.redaction.scan import last_look

        learn_environment(self._setup.redactor)
        try:
            return last_look(self._setup.redactor, recorded, self._known)
        except SecretFound:
            self._discard()
            self.journal_path = None
            raise

    def _discard(self) -> None:
        if self._journal is not None:
            self._journal.discard()
        bodies = {body.name for each in self._kept.values() for body in files_of(each)}
        drop_bodies(self._folder, bodies - (self._bodies_before or frozenset()))

    def _new_journal(self) -> Journal:
        from playhead.store.journals import Journal

        self._journal = Journal(self._setup.path, aside=self._shelf is not None)
        return self._journal
