"""Say how likely a change would look as it does if nothing had changed.

A field may be optional, and a service may do something now and then. Let a place do something with a share that
nobody knows, with a Beta distribution fitted on recordings of services that had not changed (`python -m benchmarks
drift` fits it again). If all n observations of the old side agree, then the number of m new ones that do not follows a
beta-binomial distribution; its tail is the probability of the change. Only a part of all places ever come and go: how
large a part depends on the kind of place, and on its siblings, of which one has seen how many do.

Where entities are on both sides, each is compared with itself: q of them lose something by chance, and its siblings
show how often that happens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import exp, lgamma
from typing import Literal, NamedTuple

from playhead.contract.changes import Change, Count, Evidence
from playhead.contract.rules import WHOLE_RULES
from playhead.contract.tally import common, limit_of, missing, size_of

__all__ = [
    "IN_USE",
    "Observed",
    "Parameters",
    "chance_of",
    "even_if_optional",
    "kind_of",
    "observed",
    "paired_chance",
    "told_apart_from",
]

_Beta = tuple[float, float]


class Parameters(NamedTuple):
    """Parameters of the Beta distributions.

    Attributes:
        share: Of the share of observations that differ, at places that come and go.
        optional: Of the share of places that come and go, by kind of place.
        lost: Of the share of entities that differ from one recording to the next, by kind of place.
    """

    share: _Beta
    optional: Mapping[str, _Beta]
    lost: Mapping[str, _Beta]


IN_USE = Parameters(
    share=(0.5, 0.5),
    optional={"": (0.6, 9.4), "null": (0.8, 9.2), "words": (1.5, 8.5), "type": (0.2, 9.8), "whole": (0.2, 9.8)},
    lost={"": (0.002, 3.0), "null": (0.5, 3.0), "words": (0.5, 3.0), "type": (0.002, 3.0), "whole": (0.5, 3.0)},
)
"""Fitted, or larger where the fit is too sure of itself: see "The probability" in docs/explanation/drift.md."""

_MANY = 200
"""More observations say no more: the probability is as small as it gets."""

_KINDS = {
    "became-nullable": "null",
    "enum-grew": "words",
    "variant-new": "words",
    "event-new": "words",
    "format-changed": "words",
    "constant-changed": "words",
    "spelling-changed": "words",
    "tag-changed": "words",
    "vocabulary-changed": "words",
    "type-changed": "type",
    "structure-changed": "type",
    "union-widened": "type",
    "integer-became-fractional": "type",
    "integer-outgrew-double": "type",
    "array-wrapped": "type",
    "array-unwrapped": "type",
    "object-wrapped": "type",
    "object-unwrapped": "type",
    **dict.fromkeys(WHOLE_RULES, "whole"),
}


class Observed(NamedTuple):
    """A change as both sides have seen it, in independent observations.

    Attributes:
        old: Observations of the old side, which all agree; 0 if they do not, or there are none.
        differ: Observations of the new side that differ from them.
        new: Observations of the new side.
        changed: Entities (or requests) on both sides that differ now.
        kept: Those that do not.
    """

    old: int
    differ: int
    new: int
    changed: int
    kept: int

    @property
    def entirely(self) -> bool:
        """True if there are old observations, and all new ones differ from them."""
        return bool(self.old) and self.differ == self.new


def observed(evidence: Evidence) -> Observed:
    """Return what both sides have seen."""
    old, new = evidence
    if not old.total or not new.total or 0 < old.hits < old.total:
        return Observed(0, 0, new.independent, 0, 0)
    had = bool(old.hits)
    changed, kept = _paired(old, new, had)
    observations = min(old.independent, old.having.independent) if had else old.independent
    differ = min(_differing(new, had), new.independent)
    most = min(observations, differ)
    return Observed(observations, differ, new.independent, min(changed, most), kept)


def _differing(new: Count, had: bool) -> int:
    """Return how many observations of the new side differ, of entities a share as large as among those remembered.

    An entity that was asked for often may show something in one answer of many, so that the share of entities that do
    is no larger than that of requests.
    """
    if new.hits == (0 if had else new.total):
        return new.independent
    share = _share(new, "entities")
    if had:
        differing = max(1, int((1 - share) * new.independent + 1e-9)) if share < 1 else 0
    elif not share:
        differing = 0
    else:
        differing = max(1, int(min(share, _share(new, "requests")) * new.independent + 1e-9))
        differing = min(differing, max(1, new.having.independent))
    return min(differing, new.independent - 1)  # some do not


def _share(count: Count, kind: Literal["entities", "requests"]) -> float:
    """Return the share of entities or requests that showed something, of those that both sketches know of."""
    among, having = getattr(count.among, kind), getattr(count.having, kind)
    known = bisect_right(among, limit_of(among, having))
    return 1 - len(missing(among, having)) / max(1, known)


def _paired(old: Count, new: Count, had: bool) -> tuple[int, int]:
    """Return how many entities on both sides changed, and how many did not.

    Without any, or if none of them kept what it had, requests on both sides are compared too.
    """
    changed = 0
    for kind in ("entities", "requests"):
        before, after = getattr(old.among, kind), getattr(new.among, kind)
        having = getattr(new.having, kind)
        limit = limit_of(before, after, having)
        both = {each for each in common(before, after) if each <= limit}
        if not both or (kind == "requests" and not _comparable(old, new)):
            continue
        still = len(both.intersection(having))
        lost, kept = (len(both) - still, still) if had else (still, len(both) - still)
        if kept:
            return (changed, 0) if changed else (lost, kept)
        changed = max(changed, lost)
    return changed, 0


def _comparable(old: Count, new: Count) -> bool:
    """Return True if the answers to one request can be compared although they show other entities.

    An object that was created anew can, and so can lists of them; that one entry is another says nothing.
    """
    lists = any(size_of(side.among.entities) > size_of(side.among.requests) for side in (old, new))
    return not lists or min(size_of(side.among.entities) for side in (old, new)) > 1


def even_if_optional(seen: Observed, given: Parameters = IN_USE) -> float:
    """Return the probability of an unpaired change at a place that is known to come and go."""
    if not seen.old or not seen.differ:
        return 1.0
    a, b = given.share
    return _tail(seen.differ, seen.new, a, b + seen.old)


def told_apart_from(change: Change, seen: Observed) -> float:
    """Return the probability by which a change is told from other data.

    A field that is sometimes absent now is known to come and go: it is as likely as if it always had, and more so where
    its siblings come and go. Places with several types, with null or without a body are rarer from the start.
    """
    prior, usual = _prior(change), IN_USE.optional[""]
    kind = _KINDS.get(change.rule)
    if kind is not None:
        open_to_change = kind == "words" or (kind == "whole" and not seen.entirely)
        return even_if_optional(seen) * (1.0 if open_to_change else prior)
    return max(1.0, prior / (usual[0] / sum(usual))) * even_if_optional(seen)


def chance_of(change: Change, seen: Observed, given: Parameters = IN_USE) -> float:
    """Return the probability that a change would look as it does, or more so, if nothing had changed."""
    return min(_unpaired(change, seen, given), paired_chance(change, seen, given))


def paired_chance(change: Change, seen: Observed, given: Parameters = IN_USE) -> float:
    """Return the probability that so many entities would have changed by chance, and none of them not."""
    if not seen.changed or seen.kept:
        return 1.0
    a, b = given.lost[kind_of(change)]
    a, b = a + change.siblings.unstable, b + change.siblings.stable
    return exp(_log_beta(a + seen.changed, b) - _log_beta(a, b))


def _unpaired(change: Change, seen: Observed, given: Parameters) -> float:
    if not seen.old or not seen.differ:
        return 1.0
    prior = _prior(change, given) if seen.entirely else 1.0  # what comes and goes now, is known to
    a, b = given.share
    agreeing = exp(_log_beta(a, b + seen.old) - _log_beta(a, b))
    share = prior * agreeing / (1 - prior + prior * agreeing)
    return share * even_if_optional(seen, given)


def kind_of(change: Change) -> str:
    """Return the kind of place that has changed: `"type"`, `"null"`, `"words"`, `"whole"`, or `""` for a field."""
    return _KINDS.get(change.rule, "" if change.context else "whole")


def _prior(change: Change, given: Parameters = IN_USE) -> float:
    """Return the share of places of a kind that come and go, adjusted by the siblings."""
    optional, required = given.optional[kind_of(change)]
    optional, required = optional + change.siblings.optional, required + change.siblings.required
    return optional / (optional + required)


def _tail(least: int, of: int, a: float, b: float) -> float:
    """Return the probability of at least `least` of `of`, if their share has a Beta distribution."""
    if of > _MANY:
        least, of = max(1, least * _MANY // of), _MANY
    terms = (_log_choose(of, some) + _log_beta(a + some, b + of - some) for some in range(least, of + 1))
    return min(1.0, sum(exp(term - _log_beta(a, b)) for term in terms))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _log_choose(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
