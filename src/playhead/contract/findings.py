"""A finding: one judged change, with what it rests on and what it may break."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from playhead.contract.rules import Grade, Severity
from playhead.contract.samples import Sample

__all__ = ["Acceptance", "Accepted", "Finding", "Stale", "fingerprint_of"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One change between two contracts, however many endpoints show it.

    `place` is a JSON pointer into the body (`*` stands for any item or data key; `4xx `, `event NAME ` or `request `
    before it for other bodies), or `status`, `header.NAME`, `query.NAME`. `evidence` is a sentence such as "in 5 of 5,
    now in 0 of 5". `sample` is the URL of one recording that shows it.
    `old_samples` and `new_samples` are a few recordings to look it up in; none where a side was no file.
    `also` are the further places, as `endpoint place`. `fingerprint` depends on rule, endpoint and place alone;
    `covers` are the fingerprints of all places, this one's first.
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
    also: tuple[str, ...] = ()
    old_samples: tuple[Sample, ...] = ()
    new_samples: tuple[Sample, ...] = ()
    covers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} {self.endpoint} {self.place}: {self.old} -> {self.new} ({self.evidence})"


def fingerprint_of(rule: str, endpoint: str, place: str) -> str:
    """Sixteen hex digits that identify a finding, whatever its wording and values."""
    return blake2b("\n".join((rule, endpoint, place)).encode("utf-8", "replace"), digest_size=8).hexdigest()


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
