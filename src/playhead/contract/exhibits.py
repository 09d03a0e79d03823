"""The recordings that show a finding, one of each side: which of those that are known show it best."""

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
    """A recording to look a finding up in: its file as a report names it, its number there, and the line to look at."""

    file: str
    id: int
    line: int
    interaction: Interaction


class Pair(NamedTuple):
    """The recordings of one finding, of the old side and of the new; `None` where a side is no cassette to be read."""

    old: Exhibit | None = None
    new: Exhibit | None = None


@dataclass(frozen=True, slots=True)
class Exhibits:
    """The pairs of a comparison by the fingerprints of its findings; `where` is what was given as the new side."""

    pairs: Mapping[str, Pair] = field(default_factory=dict)
    where: str = ""

    def of(self, finding: Finding) -> Pair:
        """The recordings of a finding."""
        return self.pairs.get(finding.fingerprint, Pair())


NO_EXHIBITS = Exhibits()
"""For comparisons of what is in no file."""


def changes_between(old: Endpoint, new: Endpoint) -> frozenset[tuple[str, str]]:
    """The changes between some recordings of one endpoint and some others, each as rule and place."""
    return frozenset((change.rule, change.place) for change in endpoint_changes(_NOWHERE, old, new))


def folded(interactions: Iterable[Interaction], read: Read = in_memory) -> Endpoint:
    """Some recordings of one endpoint, though its path may have been folded further than their URLs show."""
    merged = Endpoint()
    for endpoint in fold_all(interactions, read).endpoints.values():
        merged.absorb(endpoint)
    return merged


def best_pair(finding: Finding, olds: Samples, news: Samples, between: Between) -> tuple[Sample, Sample]:
    """The old and the new recording that show the finding by themselves; where none does, the first.

    Neither may be empty. A finding such as "sometimes null" is in some of the recordings only. `between` gives the
    changes between some of the old and some of the new ones.
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
