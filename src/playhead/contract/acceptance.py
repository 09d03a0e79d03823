"""Findings that a project has accepted, as values. Which of them hold is told in `accepting`."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.contract.findings import Finding

__all__ = ["Acceptance", "Accepted", "Stale"]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of the file: a finding by its fingerprint, why it is accepted, and the last day on which it is
    (`"2027-01-31"`, or `""` for ever). `rule`, `endpoint` and `place` are for the reader."""

    fingerprint: str
    reason: str
    until: str = ""
    rule: str = ""
    endpoint: str = ""
    place: str = ""

    def __str__(self) -> str:
        what = " ".join(part for part in (self.rule, self.endpoint, self.place) if part)
        return f"{self.fingerprint} {what}".rstrip()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding, and the entry that accepts it."""

    finding: Finding
    entry: Acceptance


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that does not hold (any more), and why."""

    entry: Acceptance
    why: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.why}"
