"""Decide if chance explains a change: something that a service does seldom may be on one side only by chance.

If k documents of both sides together show something, and nothing has changed, then all k of them are on the side of n
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
"""Share of the values from which a change is reported even if chance may explain it, unless chance is likelier."""


def explained_by_chance(evidence: Evidence) -> bool:
    """Return True if one side does something so seldom that the other may have missed it."""
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
    # As a logarithm: for a million documents the number itself has hundreds of thousands of digits.
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def _share(never: Count, seldom: Count) -> float:
    """Return the share of values on side `seldom` that do what no value on side `never` does: be present, or absent."""
    if not seldom.total:
        return 0
    if not never.hits:
        return seldom.hits / seldom.total
    return (seldom.total - seldom.hits) / seldom.total if never.hits == never.total else 0
