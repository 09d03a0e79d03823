"""What changed in the strings at one place: their format, and the set of values where it looks like an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.contract.changes import Change, Count, Evidence
from playhead.contract.looks import data_key, format_of
from playhead.contract.shape import BLANK, STRING, Shape

__all__ = ["word_changes"]

# Names of people and places are words too, so capitalised words and phrases are left out.
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,31}|[A-Z][A-Z0-9_.-]{0,31}")
_MOST_VALUES = 8
_REPEATED = 3
_MOST_SHOWN = 4
_DIGITS = frozenset({"epoch", "number"})


def word_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    """The changes among the strings at `place`. Values as such are never drift."""
    if not old.words or not new.words:
        return
    before, after = _format(old), _format(new)
    if before and after and before != after and not {before, after} <= _DIGITS:
        evidence = Evidence(_count(old, _strings(old)), _count(new, 0))
        yield Change("format-changed", place, before, after, evidence, context, label=before)
    elif _enumerated(old) and _enumerated(new) and old.words.keys() & new.words.keys():
        yield from _set_changes(old, new, place, context)


def _set_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    for rule, moved in (
        ("enum-grew", new.words.keys() - old.words.keys()),
        ("enum-shrank", old.words.keys() - new.words.keys()),
    ):
        if moved:
            hits = [sum(shape.words.get(word, 0) for word in moved) for shape in (old, new)]
            evidence = Evidence(_count(old, hits[0]), _count(new, hits[1]))
            yield Change(rule, place, _listed(old), _listed(new), evidence, context, label=_names(moved))


def _format(shape: Shape) -> str | None:
    formats = {format_of(word) for word in shape.words}
    return formats.pop() if len(formats) == 1 else None


def _enumerated(shape: Shape) -> bool:
    """Two values or a few more, each repeated on average, that are words and no identifiers, in two samples."""
    return (
        not shape.spilled
        and shape.samples > 1
        and 1 < len(shape.words) <= _MOST_VALUES
        and shape.counts[STRING] >= _REPEATED * len(shape.words)
        and all(_WORD.fullmatch(word) and not data_key(word) for word in shape.words)
    )


def _count(shape: Shape, hits: int) -> Count:
    return Count(hits, _strings(shape), shape.samples)


def _strings(shape: Shape) -> int:
    return shape.counts[STRING] + shape.counts[BLANK]


def _listed(shape: Shape) -> str:
    return _names(shape.words.keys())


def _names(words: object) -> str:
    listed = sorted(words)  # type: ignore[call-overload]
    rest = len(listed) - _MOST_SHOWN
    return ", ".join(listed[:_MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
