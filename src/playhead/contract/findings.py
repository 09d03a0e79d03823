"""Findings, which are judged changes with their evidence; and the acceptances of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from playhead.contract.rules import Grade, Severity
from playhead.contract.samples import Sample

__all__ = ["Acceptance", "Accepted", "Finding", "Stale", "fingerprint_of", "with_consequences"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One change between two contracts, shown by one endpoint or more.

    Attributes:
        rule: The id of the rule.
        severity: How bad the change is.
        grade: How many independent observations show it.
        endpoint: The endpoint with the best evidence.
        place: A JSON pointer into the body (`*` stands for any item or data key; `4xx `, `event NAME ` or `request `
            before it for other bodies), or `status`, `header.NAME`, `query.NAME`.
        old: The old side in words.
        new: The new side in words.
        fingerprint: Sixteen hex digits that depend only on rule, endpoint and place.
        evidence: A sentence such as "in 5 of 5, now in 0 of 5".
        sample: The URL of one recording that shows it.
        consequence: What may break.
        accept: How to accept it.
        chance: The probability of such evidence if nothing had changed.
        if_confirmed: True if it was seen once, and would be breaking if other entities showed it too.
        also: The other places, as `endpoint place`.
        old_samples: A few recordings of the old side; none if the side was not in files.
        new_samples: A few recordings of the new side.
        covers: The fingerprints of all places, this one's first.
        doubtful: True if the sides may not be comparable.
        consequences: The findings that this one explains.
        confirmed: What asking the live service again has shown, such as `"confirmed on one entity"`, or `""`.
    """

    rule: str
    severity: Severity
    grade: Grade
    endpoint: str
    place: str
    old: str
    new: str
    fingerprint: str
    evidence: str
    sample: str
    consequence: str
    accept: str
    chance: float = 0.0
    if_confirmed: bool = False
    also: tuple[str, ...] = ()
    old_samples: tuple[Sample, ...] = ()
    new_samples: tuple[Sample, ...] = ()
    covers: tuple[str, ...] = ()
    doubtful: bool = False
    consequences: tuple[Finding, ...] = ()
    confirmed: str = ""

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} {self.endpoint} {self.place}: {self.old} -> {self.new} ({self.evidence})"


def with_consequences(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings, each followed by what it explains."""
    for finding in findings:
        yield finding
        yield from with_consequences(finding.consequences)


def fingerprint_of(rule: str, endpoint: str, place: str) -> str:
    """Return sixteen hex digits that identify a finding, whatever its wording and values."""
    return blake2b("\n".join((rule, endpoint, place)).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An accepted finding by its fingerprint, with the reason.

    `until` is the last day of the acceptance (`"2027-01-31"`), or `""` if it has no end. `rule`, `endpoint` and `place`
    are for the reader.
    """

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
    """A finding, and the acceptance that covers it."""

    finding: Finding
    entry: Acceptance


@dataclass(frozen=True, slots=True)
class Stale:
    """An acceptance that does not apply, or no longer, and the reason."""

    entry: Acceptance
    why: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.why}"
