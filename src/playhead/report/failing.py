"""Reasons for a comparison to fail, from `--fail-on`: a severity, confirmed findings, answers that were not read."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.contract.comparison import Comparison
from playhead.contract.findings import Finding
from playhead.contract.rules import Severity

__all__ = ["REASONS", "FailOn"]

_SEVERITIES = (Severity.BREAKING, Severity.RISKY, Severity.COMPATIBLE)
_NEVER, _UNREAD, _CONFIRMED = "never", "unread", "confirmed"

REASONS = (*(severity.value for severity in _SEVERITIES), _NEVER, _UNREAD, _CONFIRMED)
"""The words of `--fail-on`."""


@dataclass(frozen=True, slots=True)
class FailOn:
    """The reasons to fail.

    Attributes:
        severity: The mildest severity that fails, or `None` if none does.
        confirmed: True if findings fail that the live service has confirmed.
        unread: True if answers fail that were not read.
    """

    severity: Severity | None = Severity.BREAKING
    confirmed: bool = False
    unread: bool = False

    @classmethod
    def parse(cls, text: str) -> FailOn:
        """Parse a list such as `"breaking,unread"`. Of several severities the mildest counts.

        Raises:
            ValueError: A word is unknown, or `never` is not the only one.
        """
        words = {word.strip() for word in text.split(",")}
        for word in sorted(words - set(REASONS)):
            raise ValueError(f"{word!r} is not one of {', '.join(REASONS)}")
        if _NEVER in words and len(words) > 1:
            raise ValueError("'never' cannot be combined with anything else")
        severities = [severity for severity in _SEVERITIES if severity in words]
        if _CONFIRMED in words:
            severities.append(Severity.BREAKING)
        mildest = min(severities, key=lambda each: each.rank, default=None)
        return cls(mildest, _CONFIRMED in words, _UNREAD in words)

    def fails(self, finding: Finding) -> bool:
        """Return True if a finding fails."""
        if self.confirmed and finding.confirmed:
            return True
        return self.severity is not None and finding.severity.rank >= self.severity.rank

    def any_fails(self, comparison: Comparison) -> bool:
        """Return True if anything in a comparison fails."""
        return (self.unread and bool(comparison.unread)) or any(map(self.fails, comparison.findings))
