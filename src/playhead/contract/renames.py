"""Pair fields that are gone with new ones: they may be one field under another name.

Two fields are one if they are alike and either their names share a word (`name`, `full_name`) or some of their values
are equal. A name in another spelling (`userName`, `user_name`) goes before all others. Ambiguous pairs are left alone:
a wrong pair misleads more than two findings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from playhead.contract.alike import alike, kinds_of
from playhead.contract.changes import Change, Evidence
from playhead.contract.looks import spelling
from playhead.contract.moves import same_values
from playhead.contract.shape import Fields, Shape

__all__ = ["renamed"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def renamed(gone: Sequence[Change], come: Sequence[Change], old: Fields, new: Fields) -> Iterator[Change]:
    """Yield the changes of `gone` and `come`, with the two of a renamed field as one.

    Args:
        gone: The changes of fields of the old side.
        come: The changes of fields of the new side.
        old: The objects before.
        new: The objects now.
    """
    removed = [change for change in gone if change.rule == "field-removed"]
    added = [change for change in come if change.rule == "field-added"]
    pairs = _preferred([(left, right) for left in removed for right in added if _one_field(left, right, old, new)])
    times = Counter(change.place for pair in pairs for change in pair)
    sure = [pair for pair in pairs if all(times[change.place] == 1 for change in pair)]
    yield from (_paired(left, right) for left, right in sure)
    paired = {change.place for pair in sure for change in pair}
    yield from (change for change in (*gone, *come) if change.place not in paired)


def _preferred(pairs: list[tuple[Change, Change]]) -> list[tuple[Change, Change]]:
    """Return the pairs without those that compete with another spelling of one name (`userName`, `user_name`)."""
    spelled = [(left, right) for left, right in pairs if spelling(_name(left)) == spelling(_name(right))]
    taken = {change.place for pair in spelled for change in pair}
    return spelled + [pair for pair in pairs if not any(change.place in taken for change in pair)]


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
    """Return True if both share some strings. Numbers in the same range say little by themselves."""
    return bool(before.words and after.words) and same_values(before, after)
