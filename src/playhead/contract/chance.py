"""Whether chance explains a change: what a service does seldom is soon on one side of a comparison and not the other.

If k of the documents of both sides together show something, and nothing has changed, then all k are on the new side in
C(n_new, k) of C(n_old + n_new, k) cases.
"""

from __future__ import annotations

from math import comb

from playhead.contract.changes import Count, Evidence

__all__ = ["explained_by_chance"]

EVEN_ODDS = 0.5
UNLIKELY = 0.05
OFTEN = 0.2
"""What a fifth of the values show is told even where chance may explain it, unless that is the likelier reading."""


def explained_by_chance(evidence: Evidence) -> bool:
    """Whether the new side shows something so seldom that the old one may have missed it."""
    share = _share(evidence.old, evidence.new)
    if share in (0, 1):
        return False
    before, after = evidence.old.samples, evidence.new.samples
    seen = max(1, round(share * after))
    chance = comb(after, seen) / comb(before + after, seen)
    return chance > EVEN_ODDS or (share < OFTEN and chance > UNLIKELY)


def _share(old: Count, new: Count) -> float:
    """The share of the new values that do what no old value did: to be there, or to be absent."""
    if not old.hits:
        return new.hits / new.total if new.total else 0
    return (new.total - new.hits) / new.total if old.hits == old.total and new.total else 0
