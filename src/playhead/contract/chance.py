"""Whether chance explains a change: what a service does seldom is soon on one side of a comparison and not the other.

If k of the documents of both sides together show something, and nothing has changed, then all k are on the side of n
documents in C(n, k) of C(n + others, k) cases.
"""

from __future__ import annotations

from math import exp, lgamma

from playhead.contract.changes import Count, Evidence

__all__ = ["explained_by_chance"]

EVEN_ODDS = 0.5
UNLIKELY = 0.05
_ROUNDING = 1e-9
OFTEN = 0.2
"""What a fifth of the values show is told even where chance may explain it, unless that is the likelier reading."""


def explained_by_chance(evidence: Evidence) -> bool:
    """Whether one side does something so seldom that the other may have missed it, in either direction."""
    old, new = evidence
    return _missed(old, new) or _missed(new, old)


def _missed(never: Count, seldom: Count) -> bool:
    share = _share(never, seldom)
    if not 0 < share < 1 or not seldom.samples:
        return False
    seen = max(1, round(share * seldom.samples))
    chance = exp(_log_choose(seldom.samples, seen) - _log_choose(never.samples + seldom.samples, seen))
    return chance > EVEN_ODDS + _ROUNDING or (share < OFTEN and chance > UNLIKELY)


def _log_choose(of: int, some: int) -> float:
    # Of a million documents the number itself would have hundreds of thousands of digits.
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def _share(never: Count, seldom: Count) -> float:
    """The share of the values of one side that do what none of the other does: to be there, or to be absent."""
    if not seldom.total:
        return 0
    if not never.hits:
        return seldom.hits / seldom.total
    return (seldom.total - seldom.hits) / seldom.total if never.hits == never.total else 0
