"""The recordings that show a finding, one of each side: which of those that are known show it best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.contract.contract import Endpoint, Read, fold_all, in_memory
from playhead.contract.endpoint_diff import endpoint_changes
from playhead.contract.findings import Finding
from playhead.contract.requests import Key
from playhead.model.cassette import Interaction

__all__ = ["NO_EXHIBITS", "Exhibit", "Exhibits", "Pair", "best_pair"]

_NOWHERE = Key("", "", "")


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


def best_pair(
    finding: Finding, olds: Sequence[Interaction], news: Sequence[Interaction], read: Read = in_memory
) -> tuple[int, int]:
    """The positions of the old and the new recording that show the finding by themselves; where none does, the first.

    Neither may be empty. A finding such as "sometimes null" is in some of the recordings only.
    """
    before = _folded(olds, read)
    new = _best([_telling(finding, before, _folded([each], read)) for each in news])
    after = _folded([news[new]], read)
    return _best([_telling(finding, _folded([each], read), after) for each in olds]), new


def _folded(interactions: Sequence[Interaction], read: Read) -> Endpoint:
    # They are of one endpoint, though its path may have been folded further than their URLs show.
    merged = Endpoint()
    for endpoint in fold_all(interactions, read).endpoints.values():
        merged.absorb(endpoint)
    return merged


def _telling(finding: Finding, old: Endpoint, new: Endpoint) -> int:
    changes = [change.rule for change in endpoint_changes(_NOWHERE, old, new) if change.place == finding.place]
    return bool(changes) + (finding.rule in changes)


def _best(scores: Sequence[int]) -> int:
    return scores.index(max(scores))
