"""Choose the recordings that show a finding best, one of each side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.contract.contract import Endpoint, Read, fold_all, in_memory
from playhead.contract.endpoint_diff import endpoint_changes
from playhead.contract.findings import Finding
from playhead.contract.requests import Key
from playhead.contract.samples import Sample
from playhead.model.cassette import Interaction

__all__ = ["NO_EXHIBITS", "Exhibit", "Exhibits", "Pair", "best_pair", "changes_between", "folded"]

_NOWHERE = Key("", "", "")

Samples = tuple[Sample, ...]
Between = Callable[[Samples, Samples], frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A recording that shows a finding: its file as reports name it, its number there, and the line of the finding."""

    file: str
    id: int
    line: int
    interaction: Interaction


class Pair(NamedTuple):
    """The recordings of one finding; `None` for a side without a readable cassette."""

    old: Exhibit | None = None
    new: Exhibit | None = None

    @property
    def latest(self) -> Exhibit | None:
        """The new recording, or else the old one."""
        return self.new or self.old


@dataclass(frozen=True, slots=True)
class Exhibits:
    """The recordings of each finding, by fingerprint; `where` is the new side as the user named it."""

    pairs: Mapping[str, Pair] = field(default_factory=dict)
    where: str = ""

    def of(self, finding: Finding) -> Pair:
        """Return the recordings of a finding."""
        return self.pairs.get(finding.fingerprint, Pair())


NO_EXHIBITS = Exhibits()
"""For comparisons of recordings that are not in files."""


def changes_between(old: Endpoint, new: Endpoint) -> frozenset[tuple[str, str]]:
    """Return the changes between two sets of recordings of one endpoint, each as rule and place."""
    return frozenset((change.rule, change.place) for change in endpoint_changes(_NOWHERE, old, new))


def folded(interactions: Iterable[Interaction], read: Read = in_memory) -> Endpoint:
    """Fold recordings of one endpoint into one, even if their URLs alone would fold into several."""
    merged = Endpoint()
    for endpoint in fold_all(interactions, read).endpoints.values():
        merged.absorb(endpoint)
    return merged


def best_pair(finding: Finding, olds: Samples, news: Samples, between: Between) -> tuple[Sample, Sample]:
    """Return an old and a new recording that show the finding by themselves, or else the first ones.

    A finding such as "sometimes null" is in some of the recordings only.

    Args:
        finding: The finding.
        olds: Recordings of the old side, at least one.
        news: Recordings of the new side, at least one.
        between: Returns the changes between some of the old and some of the new recordings.
    """
    new = _best(finding, news, lambda each: between(olds, (each,)))
    return _best(finding, olds, lambda each: between((each,), (new,))), new


def _best(finding: Finding, samples: Samples, changes: Callable[[Sample], frozenset[tuple[str, str]]]) -> Sample:
    at_the_place: Sample | None = None
    for sample in samples:
        found = changes(sample)
        if (finding.rule, finding.place) in found:
            return sample
        if at_the_place is None and any(place == finding.place for _, place in found):
            at_the_place = sample
    return at_the_place or samples[0]
