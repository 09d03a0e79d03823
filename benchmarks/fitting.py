"""Fit the parameters of `playhead.contract.probability` by maximum likelihood, to what `benchmarks.unchanged` found.

What never happens would make a parameter infinite, so they are looked for within bounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import exp, lgamma, log
from typing import TypeVar

from benchmarks.unchanged import Corpus, Mixed, Pairs, Unpaired
from playhead.contract.probability import IN_USE, Parameters

__all__ = ["KINDS", "fitted", "fitted_share", "sequence", "told"]

KINDS = ("", "null", "words", "type", "whole")
FEWEST, MOST = 1e-5, 1e2
"""The bounds of the parameters."""

_Beta = tuple[float, float]
_Seen = TypeVar("_Seen", bound=Hashable)


def fitted(corpora: Sequence[Corpus], share: _Beta) -> Parameters:
    """Fit the parameters of what comes and goes, and of what is lost, given those of the share that differs.

    Of what is lost only the first is fitted: how much objects differ cannot be learnt where none loses much.
    """
    unpaired = _pooled(corpus.unpaired for corpus in corpora)
    optional = {
        kind: _best(_of_optional({each: count for each, count in unpaired.items() if each.kind == kind}, share))
        for kind in KINDS
    }
    pairs = _pooled(corpus.pairs for corpus in corpora)
    lost = {
        kind: (_best(_of_lost({each: count for each, count in pairs.items() if each.kind == kind}, b))[0], b)
        for kind, (_, b) in IN_USE.lost.items()
    }
    return Parameters(share, optional, lost)


def fitted_share(corpora: Sequence[Corpus]) -> tuple[_Beta, float]:
    """Fit the share of observations that differ, to places at which some do, and some do not.

    Returns:
        The parameters, and by how much their log likelihood exceeds that of those in use.
    """
    mixed = _pooled(told(corpus.mixed) for corpus in corpora)

    def likelihood(share: _Beta) -> float:
        return sum(
            count * (_log_pmf(each.differ, each.total, *share) - log(_both(each.total, share)))
            for each, count in mixed.items()
        )

    best = _best(likelihood)
    return best, likelihood(best) - likelihood(IN_USE.share)


def told(mixed: Counter[Mixed]) -> Counter[Mixed]:
    """Return the places at which some observations differ and some do not; of two, it is always one."""
    return Counter({each: count for each, count in mixed.items() if 0 < each.differ < each.total and each.total > 2})


def _pooled(counters: Iterable[Counter[_Seen]]) -> Counter[_Seen]:
    return sum(counters, Counter())


def _of_optional(unpaired: Mapping[Unpaired, int], share: _Beta) -> Callable[[_Beta], float]:
    """Return the likelihood of what the new half shows, given that all of the old half agree."""
    a, b = share
    ready = [
        (sequence(0, each.old, share), exp(_log_pmf(each.differ, each.new, a, b + each.old)), each, w)
        for each, w in unpaired.items()
    ]

    def likelihood(optional: _Beta) -> float:
        total = 0.0
        for agreeing, differing, each, weight in ready:
            siblings = each.optional + each.required
            prior = (optional[0] + each.optional) / (sum(optional) + siblings)
            comes_and_goes = prior * agreeing / (1 - prior + prior * agreeing)
            total += weight * log(comes_and_goes * differing + (0 if each.differ else 1 - comes_and_goes))
        return total

    return likelihood


def _of_lost(pairs: Mapping[Pairs, int], b: float) -> Callable[[_Beta], float]:
    def likelihood(lost: _Beta) -> float:
        a, _ = lost
        return sum(
            weight * _log_pmf(each.changed, each.changed + each.kept, a + each.unstable, b + each.stable)
            for each, weight in pairs.items()
        )

    return likelihood


def _best(likelihood: Callable[[_Beta], float]) -> _Beta:
    """Return the parameters of the largest likelihood: look around in steps of their logarithms, ever smaller ones."""
    best = 0.5, 5.0
    value, step = likelihood(best), 2.0
    while step > 0.02:
        for near in _around(best, step):
            if (there := likelihood(near)) > value:
                best, value = near, there
                break
        else:
            step /= 2
    return best


def _around(at: _Beta, step: float) -> Iterator[_Beta]:
    for one, other in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)):
        a, b = (value * exp(step * sign) for value, sign in zip(at, (one, other), strict=True))
        if min(a, b) >= FEWEST and max(a, b) <= MOST:
            yield a, b


def sequence(differ: int, agree: int, share: _Beta) -> float:
    """Return the probability that certain observations differ, and certain others do not."""
    a, b = share
    return exp(_log_beta(a + differ, b + agree) - _log_beta(a, b))


def _both(total: int, share: _Beta) -> float:
    """Return the probability that some of so many observations differ, and some do not."""
    return 1 - sequence(0, total, share) - sequence(total, 0, share)


@lru_cache(maxsize=2**16)
def _log_pmf(some: int, of: int, a: float, b: float) -> float:
    choose = lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
    return choose + _log_beta(a + some, b + of - some) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
