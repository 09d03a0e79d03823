"""Counts of a run, added up over its decks and over the workers of xdist. They are plain values, to be sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playhead.deck.session import Session
from playhead.errors import RequestDrift
from playhead.model.mode import Mode
from playhead.store.files import remove
from playhead.store.homes import replaced_by

if TYPE_CHECKING:
    from playhead.pytest_plugin.fixture_recordings import FixtureRecordings
    from playhead.pytest_plugin.rerecorded import Rerecorded

__all__ = ["Tally"]


@dataclass(slots=True)
class Tally:
    """Counts, and the lines that explain them."""

    decks: int = 0
    played: int = 0
    recorded: Counter[str] = field(default_factory=Counter)
    left: dict[str, set[str]] = field(default_factory=dict)
    """Interactions that a passed test did not play, by cassette."""
    used: dict[str, set[str]] = field(default_factory=dict)
    """Interactions that any test played, by cassette: tests may share one."""
    missing: list[str] = field(default_factory=list)
    drifted: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Requests whose bodies differ from the recordings that they got by `match="vcrpy"`."""
    stale: dict[str, str] = field(default_factory=dict)
    """Recordings of other tools that a cassette of ours has replaced, each with that cassette."""
    homes: set[Path] = field(default_factory=set)
    """The cassettes of this process, to look for such recordings when all are written."""
    ambiguous: list[str] = field(default_factory=list)
    """Requests that several recordings fitted, so that the recorded order decided."""
    keyless: list[str] = field(default_factory=list)
    """Requests that lacked the credential that was recorded."""
    redacted: Counter[str] = field(default_factory=Counter)
    unrecorded: list[str] = field(default_factory=list)
    journals: dict[str, str] = field(default_factory=dict)
    """The test whose recording is in a journal, by path."""
    rerecorded: Rerecorded | None = None
    """Recordings that were replaced, if any were."""
    outdated: dict[str, str] = field(default_factory=dict)
    """Interactions that `record="new"` has left unplayed, each with the command that records the test again."""
    fixtures: FixtureRecordings | None = None
    """Recordings of wider fixtures by workers of xdist."""
    unwritten: list[str] = field(default_factory=list)
    """Errors of shared cassettes that could not be written at the end of the run."""

    def add(self, deck: Session, who: str, *, written: bool) -> None:
        """Add a deck that has closed; `written` is False if its test failed."""
        report = deck.report
        self.decks += 1
        self.played += report.played
        self.missing += [
            f"{who}  {type(miss).__name__}" for miss in report.misses if not isinstance(miss, RequestDrift)
        ]
        told = self.drifted if deck.options.match == "exact" else self.loose
        told += [f"{who}  {drift}" for drift in report.drifted]
        self.homes.add(deck.path)
        self.unrecorded += [f"{each} in {who}" for each in report.unrecorded]
        self.ambiguous += [f"{who}  {each}" for each in report.ambiguous]
        self.keyless += [f"{who}  {each}" for each in report.without_credential]
        if deck.files.journal_path is not None:
            self.journals[str(deck.files.journal_path)] = who
        self.used.setdefault(deck.name, set()).update(deck.label(call.exchange) for call in deck.seen if call.exchange)
        if written:
            self._discard_journals(who)
            self.left.setdefault(deck.name, set()).update(map(deck.label, deck.engine.unplayed))
            if deck.options.record is Mode.NEW:
                self.outdated.update(
                    {f"{deck.name}  {deck.label(each)}": report.record_all for each in deck.engine.unplayed}
                )
        if written and report.recorded:
            self.recorded[deck.name] += report.recorded
            self.redacted.update(report.redacted)
        if written and deck.files.replaced and deck.files.written:
            self._rerecorded().add(deck)

    @property
    def unplayed(self) -> list[str]:
        """Cassette and interaction of what no test played."""
        return sorted(f"{name}  {each}" for name, left in self.left.items() for each in left - self.used[name])

    def look_for_stale(self) -> None:
        """Note the recordings of other tools that are no longer read, since ours have replaced them."""
        for home in self.homes:
            old = replaced_by(home)
            if old is not None:
                self.stale[str(old)] = str(home)

    def to_plain(self) -> dict[str, Any]:
        """Return the counts as values that any serialiser can carry."""
        return {
            "decks": self.decks,
            "played": self.played,
            "recorded": dict(self.recorded),
            "left": {name: sorted(each) for name, each in self.left.items()},
            "used": {name: sorted(each) for name, each in self.used.items()},
            "missing": self.missing,
            "drifted": self.drifted,
            "loose": self.loose,
            "stale": self.stale,
            "ambiguous": self.ambiguous,
            "keyless": self.keyless,
            "redacted": dict(self.redacted),
            "unrecorded": self.unrecorded,
            "journals": self.journals,
            "unwritten": self.unwritten,
            "rerecorded": None if self.rerecorded is None else self.rerecorded.to_plain(),
            "outdated": self.outdated,
            "fixtures": None if self.fixtures is None else self.fixtures.to_plain(),
        }

    def merge(self, plain: dict[str, Any]) -> None:
        """Add what another process has sent with `to_plain`."""
        self.decks += plain["decks"]
        self.played += plain["played"]
        self.recorded.update(plain["recorded"])
        for mine, theirs in ((self.left, plain["left"]), (self.used, plain["used"])):
            for name, each in theirs.items():
                mine.setdefault(name, set()).update(each)
        self.missing += plain["missing"]
        self.drifted += plain["drifted"]
        self.loose += plain["loose"]
        self.stale.update(plain["stale"])
        self.ambiguous += plain["ambiguous"]
        self.keyless += plain["keyless"]
        self.redacted.update(plain["redacted"])
        self.unrecorded += plain["unrecorded"]
        self.journals.update(plain["journals"])
        self.unwritten += plain["unwritten"]
        if plain["rerecorded"] is not None:
            self._rerecorded().merge(plain["rerecorded"])
        self.outdated.update(plain["outdated"])
        if plain["fixtures"] is not None:
            self.fixture_recordings().merge(plain["fixtures"])

    def fixture_recordings(self) -> FixtureRecordings:
        """Return the recordings of wider fixtures, to be compared between workers of xdist."""
        from playhead.pytest_plugin.fixture_recordings import FixtureRecordings

        if self.fixtures is None:
            self.fixtures = FixtureRecordings()
        return self.fixtures

    def _rerecorded(self) -> Rerecorded:
        # Loaded only in runs that have something to compare.
        from playhead.pytest_plugin.rerecorded import Rerecorded

        if self.rerecorded is None:
            self.rerecorded = Rerecorded()
        return self.rerecorded

    def _discard_journals(self, who: str) -> None:
        """Remove the journals that a test left when it failed before it was run again."""
        for path in [path for path, owner in self.journals.items() if owner == who]:
            remove(Path(path))
            del self.journals[path]
