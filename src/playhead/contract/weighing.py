"""Weigh one change: how much evidence is there, how likely is it by chance, and what may it be called for that."""

from __future__ import annotations

from typing import NamedTuple

from playhead.contract.changes import Change, grade_of
from playhead.contract.probability import (
    Observed,
    chance_of,
    even_if_optional,
    kind_of,
    observed,
    paired_chance,
    told_apart_from,
)
from playhead.contract.rules import RULES, Grade, Whose
from playhead.contract.vocabularies import WORD_RULES, of_moments

__all__ = ["BREAKING_CHANCE", "RISKY_CHANCE", "Weight", "weight_of"]

BREAKING_CHANCE = 0.005
"""The largest probability of a breaking change, if nothing had changed."""

RISKY_CHANCE = 0.03
"""The largest probability of a risky change, unless the same entities show it."""

_FEWEST = 3
"""So many entities that have changed, and none that has not, are enough without others to compare them with."""

_FEWEST_OF_ALL = 2
"""One observation on a side, of something that is not on the other, is other data, unless all is of another type."""

_OFTEN = 0.2
"""The share of values from which one or two entities tell that something is new."""

_OF_VALUES = frozenset(
    {
        "became-nullable",
        "enum-grew",
        "event-new",
        "integer-became-fractional",
        "integer-outgrew-double",
        "union-widened",
        "variant-new",
        "list-emptied",
    }
)
"""Changes that a different value makes: one entity that shows them proves nothing."""

_OF_ABSENCE = frozenset({"field-removed", "field-became-optional", "became-nullable"})
_NEXT_PAGE = frozenset(
    (
        "next", "next_url", "nextlink", "nexturl", "next_cursor", "nextcursor", "next_page", "next_page_token",
        "nextpagetoken", "nexttoken", "next_token", "continuation", "continuationtoken", "@odata.nextlink",
        "cursor", "after",
    )
)  # fmt: skip

_STALE = 10
"""If so many times as many others have changed, the entities that have not may be a recording left over."""

_OF_PAIRS = frozenset({"list-emptied"})
"""Changes of which other entities say nothing: their lists may be empty for all that is known."""

_ALWAYS_TOLD = frozenset(
    {
        "host-changed",
        "base-path-changed",
        "account-changed",
        "deprecated",
        "undeprecated",
        "answers-slower",
        "answers-faster",
    }
)


class Weight(NamedTuple):
    """The evidence for a change.

    Attributes:
        grade: The number of independent observations that show it.
        chance: The probability of it if nothing had changed.
        told: False if it is other data, and no finding.
        enough: True if the evidence is enough to call it breaking, if its rule is.
        alone: True if it was seen once only, in a way that would be enough if more entities showed it.
    """

    grade: Grade
    chance: float
    told: bool
    enough: bool
    alone: bool = False


def weight_of(change: Change) -> Weight:
    """Weigh a change by itself."""
    rule = RULES[change.rule]
    seen = observed(change.evidence)
    grade = grade_of(min(seen.old or 1, seen.differ or 1) if seen.old else _least(change))
    if change.rule in _ALWAYS_TOLD:
        return Weight(grade, 0.0, told=True, enough=True)
    if rule.whose is Whose.OURS:
        return Weight(grade, 0.0, told=seen.entirely or even_if_optional(seen) <= RISKY_CHANCE, enough=False)
    paired = seen.changed > 0 and not seen.kept
    chance = chance_of(change, seen)
    enough = _unpaired_enough(change, seen) or (
        paired and seen.changed >= _FEWEST and _is_steady(change) and paired_chance(change, seen) <= BREAKING_CHANCE
    )
    structural = change.rule not in _OF_VALUES
    if seen.kept and not seen.changed and seen.kept * _STALE > seen.differ:
        return Weight(grade, chance, told=False, enough=False)  # those that can be compared are as they were
    if change.rule in WORD_RULES:
        return _weight_of_words(change, seen, grade, chance)
    shown = paired and ((structural and seen.entirely and not change.doubt) or seen.changed >= _FEWEST)
    certain = BREAKING_CHANCE if change.doubt else RISKY_CHANCE
    few = min(seen.old, seen.new) < _fewest(change, seen) or (not structural and _rare(change, seen))
    if change.rule in _OF_PAIRS or _leads_on(change):
        return Weight(grade, chance, told=shown, enough=enough and paired and seen.changed >= _FEWEST)
    told = enough or shown or (told_apart_from(change, seen) <= certain and not few)
    alone = told and structural and grade < Grade.E2  # which is not breaking, however unlikely
    return Weight(grade, chance, told, enough, alone)


def _is_steady(change: Change) -> bool:
    """Return True if entities are known to stay as they are: other fields of theirs do, or they have none."""
    siblings = change.siblings
    alone = kind_of(change) == "" and not siblings.optional + siblings.required + siblings.unstable
    return bool(siblings.stable) or alone or kind_of(change) == "type"


def _leads_on(change: Change) -> bool:
    """Return True if a link to the next page is gone: the last page has none, and others may be asked for now."""
    return change.rule == "next-link-gone" or (
        change.rule in _OF_ABSENCE and change.place.rpartition("/")[2].lower() in _NEXT_PAGE
    )


def _fewest(change: Change, seen: Observed) -> int:
    """Return from how many observations on a side a difference may be told that no entity on both sides shows."""
    if change.doubt or kind_of(change) in ("null", "whole"):  # nulls are the noisiest
        return _FEWEST
    return 1 if kind_of(change) == "type" and (seen.entirely or seen.differ >= _FEWEST) else _FEWEST_OF_ALL


def _rare(change: Change, seen: Observed) -> bool:
    """Return True if one entity or two show a value among many others: the old side may have missed it."""
    new = change.evidence.new
    hits = new.hits if not change.evidence.old.hits else new.total - new.hits
    return seen.differ < _FEWEST and hits < _OFTEN * new.total


def _unpaired_enough(change: Change, seen: Observed) -> bool:
    """Return True if a change cannot be chance, even at a place that comes and goes.

    Places that have several types are rare, and so are those that have a body now and then.
    """
    rare = seen.entirely and kind_of(change) in ("type", "whole")
    certain = min(even_if_optional(seen), told_apart_from(change, seen) if rare else 1.0)
    return certain <= BREAKING_CHANCE and min(seen.old, seen.new) >= _FEWEST


def _weight_of_words(change: Change, seen: Observed, grade: Grade, chance: float) -> Weight:
    """Weigh other values: a few entities that have changed are enough to break, as many as E2 to tell."""
    pairs = seen.changed >= _FEWEST and not seen.kept
    enough = pairs or (change.rule != "constant-changed" and grade >= Grade.E3)
    if of_moments(change.place.rpartition("/")[2]):
        enough = enough and grade >= Grade.E3
    return Weight(grade, chance, told=pairs or grade >= Grade.E2, enough=enough)


def _least(change: Change) -> int:
    old, new = change.evidence
    return min(old.independent, new.independent)
