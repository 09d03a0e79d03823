"""Pair fields that are gone at one place and new at another in the same answer: one move instead of two findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from playhead.contract.alike import alike, kinds_of
from playhead.contract.changes import Change, Evidence
from playhead.contract.shape import Shape

__all__ = ["moved", "same_values"]

_TELLING_VALUE = 4


def moved(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes, with the two of a moved field as one. Ambiguous pairs are left as they are."""
    found = list(changes)
    gone = [change for change in found if change.rule == "field-removed"]
    come = [change for change in found if change.rule == "field-added"]
    named: dict[str, list[Change]] = {}
    for change in come:
        named.setdefault(_name(change), []).append(change)
    pairs = [(left, right) for left in gone for right in named.get(_name(left), ()) if _one_field(left, right)]
    times = Counter(id(change) for pair in pairs for change in pair)
    sure = [pair for pair in pairs if all(times[id(change)] == 1 for change in pair)]
    paired = {id(change) for pair in sure for change in pair}
    yield from (change for change in found if id(change) not in paired)
    yield from (_paired(left, right) for left, right in sure)


def _one_field(left: Change, right: Change) -> bool:
    before, after = left.shape, right.shape
    if before is None or after is None or left.place == right.place:
        return False
    return bool(kinds_of(before)) and alike(before, after) and same_values(before, after)


def same_values(before: Shape, after: Shape) -> bool:
    """Return True if both may be one field: they share some strings, or their ranges of numbers overlap."""
    if before.words and after.words:
        return any(len(word) >= _TELLING_VALUE for word in before.words.keys() & after.words.keys())
    if before.low <= before.high and after.low <= after.high:
        return before.low <= after.high and after.low <= before.high
    return True


def _paired(left: Change, right: Change) -> Change:
    evidence = Evidence(left.evidence.old, left.evidence.new)
    return replace(
        left, rule="field-moved", old=left.place, new=right.place, evidence=evidence, context=(), label="there"
    )


def _name(change: Change) -> str:
    return change.place.rpartition("/")[2]
