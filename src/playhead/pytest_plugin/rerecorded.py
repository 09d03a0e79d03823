"""The contract of recordings that a run has replaced, beside that of the recordings that took their place.

Bodies in files of their own (8 MiB and more) are not compared: the old files are gone by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playhead.contract.comparison import Comparison, compare
from playhead.contract.contract import Contract, fold_all
from playhead.contract.findings import Finding
from playhead.contract.plain import contract_of, plain_of
from playhead.contract.rules import Severity
from playhead.deck.session import Session
from playhead.errors import PlayheadError
from playhead.model.http import BodyFile
from playhead.report.verdict import counts_of
from playhead.services.comparing.judging import judging

__all__ = ["Rerecorded"]

_MOST_TOLD = 20


@dataclass
class Rerecorded:
    """Both contracts, added up over the decks of a run and the workers of xdist."""

    old: Contract = field(default_factory=Contract)
    new: Contract = field(default_factory=Contract)

    def add(self, deck: Session) -> None:
        """Add a deck that has replaced recordings of its cassette."""
        for side, interactions in ((self.old, deck.files.replaced), (self.new, deck.files.written)):
            side.absorb(fold_all(interactions, _unread, str(deck.path) if side is self.new else ""))

    def to_plain(self) -> dict[str, Any]:
        """Return both contracts as values that any serialiser can carry."""
        return {"old": plain_of(self.old.finish()), "new": plain_of(self.new.finish())}

    def merge(self, plain: dict[str, Any]) -> None:
        """Add what another process has sent with `to_plain`."""
        self.old.absorb(contract_of(plain["old"]))
        self.new.absorb(contract_of(plain["new"]))

    @cached_property
    def comparison(self) -> Comparison:
        """The changes, to be asked for when the run is over. Raises `PlayheadError` if settings cannot be read."""
        settings = judging()
        return settings.with_accepted_apart(compare(self.old, self.new, settings.policy))

    def fails(self, level: str) -> bool:
        """Return True if a finding is at least as severe as `level`."""
        try:
            worst = self.comparison.worst
        except PlayheadError:
            return True
        return worst is not None and worst.rank >= Severity(level).rank

    def lines(self) -> Iterator[str]:
        """Yield the lines for the summary if anything has changed: counts, then a line for each finding."""
        try:
            comparison = self.comparison
        except PlayheadError as error:
            yield f"drift     not judged: {error}"
            return
        if not comparison.findings and not comparison.could_not_check:
            return
        counts = ", ".join(f"{count} {severity}" for severity, count in counts_of(comparison).items())
        yield f"drift     {counts}, against what was replaced"
        for finding in comparison.findings[:_MOST_TOLD]:
            yield f"  {_told(finding)}"
        left_out = len(comparison.findings) - _MOST_TOLD
        if left_out > 0:
            yield f"  and {left_out} more; `playhead diff HEAD:cassettes cassettes` has all"
        for unchecked in comparison.could_not_check:
            yield f"  could not check {unchecked}"


def _told(finding: Finding) -> str:
    return f"{finding.severity.upper():<10} {finding.rule} {finding.endpoint} {finding.place} ({finding.grade})"


def _unread(_: BodyFile) -> bytes:
    return b""
