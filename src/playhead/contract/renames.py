"""Fields that went and fields that came: which of them are one field under another name.

Two are one when they hold the same, and either their names share a word (`name`, `full_name`) or their values do. If
more than one fits, none is paired: a wrong pair misleads more than two findings do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from playhead.contract.alike import alike, kinds_of
from playhead.contract.changes import Change, Evidence
from playhead.contract.moves import same_values
from playhead.contract.shape import Fields, Shape

__all__ = ["renamed"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def renamed(gone: Sequence[Change], come: Sequence[Change], old: Fields, new: Fields) -> Iterator[Change]:
    """The changes of `gone` and `come`, those that belong together made one."""
    removed = [change for change in gone if change.rule == "field-removed"]
    added = [change for change in come if change.rule == "field-added"]
    pairs = [(left, right) for left in removed for right in added if _one_field(left, right, old, new)]
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    sure = [(left, right) for left, right in pairs if lefts.count(left) == 1 and rights.count(right) == 1]
    yield from (_paired(left, right) for left, right in sure)
    paired = [change for pair in sure for change in pair]
    yield from (change for change in (*gone, *come) if change not in paired)


def _paired(left: Change, right: Change) -> Change:
    old, new = _name(left), _name(right)
    evidence = Evidence(left.evidence.old, left.evidence.new)
    return replace(left, rule="field-renamed", old=old, new=new, evidence=evidence, label=old)


def _name(change: Change) -> str:
    return change.place.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _one_field(left: Change, right: Change, old: Fields, new: Fields) -> bool:
    before, after = old.fields[_name(left)], new.fields[_name(right)]
    if not kinds_of(before) or not kinds_of(after) or not alike(before, after):
        return False
    return bool(_words(_name(left)) & _words(_name(right))) or _telling_values(before, after)


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)}


def _telling_values(before: Shape, after: Shape) -> bool:
    """Whether both hold strings, some of them the same: that numbers are in one range says little by itself."""
    return bool(before.words and after.words) and same_values(before, after)
