"""Changes of the strings at one place: their format, and the set of values if it looks like an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.contract.changes import Change, Count, Evidence, all_of, none_of
from playhead.contract.looks import data_key, format_of, has_zone, id_prefix
from playhead.contract.shape import BIG, BLANK, FRACTION, INTEGER, STRING, WHOLE, Shape
from playhead.contract.tally import Tally, union
from playhead.contract.vocabularies import vocabulary_changes

__all__ = ["enumerated", "word_changes"]

# Capitalised words and phrases are left out: they are often names of people and places.
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,31}|[A-Z][A-Z0-9_.-]{0,31}")
_MOST_VALUES = 8
_REPEATED = 3
_MOST_SHOWN = 4
_ENOUGH_WORDS = 3
_DATE_TIME = "date-time"
_DIGITS = frozenset({"epoch", "number"})
_STRICT = frozenset({"uuid", "ulid", _DATE_TIME, "date", "http-date", "email", "uri"})
_EPOCHS = (("epoch in s", 1), ("epoch in ms", 1e3), ("epoch in us", 1e6), ("epoch in ns", 1e9))


def word_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    """Yield the changes of strings at a place, and of the unit of epochs. Values as such are never drift.

    Args:
        old: The shape before.
        new: The shape now.
        place: The JSON pointer of the place.
        context: The names of the fields beside this one.
    """
    yield from _epoch_changes(old, new, place, context)
    if not old.words or not new.words:
        return
    before, after = _format(old, new), _format(new, old)
    if before == after == _DATE_TIME:
        before, after = _zone(old), _zone(new)
    if before and after and before != after and not {before, after} <= _DIGITS:
        evidence = Evidence(all_of(_strings(old)), none_of(_strings(new)))
        yield Change("format-changed", place, before, after, evidence, context, label=before)
    elif not old.words.keys() & new.words.keys():
        yield from vocabulary_changes(old, new, (_strings(old), _strings(new)), place, context)
    elif enumerated(old) and enumerated(new):
        yield from _set_changes(old, new, place, context)


def _set_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    for rule, moved in (
        ("enum-grew", new.words.keys() - old.words.keys()),
        ("enum-shrank", old.words.keys() - new.words.keys()),
    ):
        if moved:
            evidence = Evidence(_with_words(old, moved), _with_words(new, moved))
            yield Change(rule, place, _listed(old), _listed(new), evidence, context, label=_names(moved))


def _format(shape: Shape, other: Shape) -> str:
    """Return the format of all strings, the prefix of all ids, or `""`.

    The format is `"text"` if no string has a format, but all strings of the other side do.
    """
    formats = {format_of(word) or "" for word in shape.words}
    if formats == {""}:
        if len(shape.words) < _ENOUGH_WORDS or len(other.words) < _ENOUGH_WORDS:
            return ""
        return _prefix(shape) or ("text" if {format_of(word) or "" for word in other.words} <= _STRICT else "")
    return formats.pop() if len(formats) == 1 else ""


def _zone(shape: Shape) -> str:
    """Return the format of date-times by whether all or none of them have a zone, or `""` if only some have."""
    zoned = {has_zone(word) for word in shape.words}
    if len(zoned) > 1:
        return ""
    return _DATE_TIME if zoned.pop() else f"{_DATE_TIME} without zone"


def _prefix(shape: Shape) -> str:
    prefixes = {id_prefix(word) or "" for word in shape.words}
    found = prefixes.pop() if len(prefixes) == 1 else ""
    return f"ids {found}…" if found else ""


def _epoch_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    before, after = _epoch(old), _epoch(new)
    if before and after and before != after:
        evidence = Evidence(all_of(_numbers(old)), none_of(_numbers(new)))
        yield Change("format-changed", place, before, after, evidence, context, label=before)


def _epoch(shape: Shape) -> str:
    """Return the unit of the numbers, if all of them are times from 2001 to 2128 as epochs."""
    for name, unit in _EPOCHS:
        if unit * 1e9 <= shape.low and shape.high < unit * 5e9:
            return name
    return ""


def enumerated(shape: Shape) -> bool:
    """Return True if the strings look like an enumeration: a few words that are repeated, in at least two samples."""
    return (
        not shape.spilled
        and _strings(shape).independent > 1
        and 1 < len(shape.words) <= _MOST_VALUES
        and shape.counts[STRING] >= _REPEATED * len(shape.words)
        and all(_WORD.fullmatch(word) and not data_key(word) for word in shape.words)
    )


def _with_words(shape: Shape, words: set[str]) -> Count:
    """Return how many strings are among some words. Who showed them is not known: as many as the words are common.

    Their hashes are changed, so that nobody is taken for an entity of the other side that has changed, or has not.
    """
    among, hits = _strings(shape), sum(shape.words.get(word, 0) for word in words)
    if not hits or hits == among.count:
        return all_of(among) if hits else none_of(among)
    strangers = [sorted(each ^ 1 for each in sketch) for sketch in (among.entities, among.requests)]
    few = [sketch[: max(1, int(hits / among.count * len(sketch)))] for sketch in strangers]
    return Count(Tally(hits, *few), Tally(among.count, *strangers))


def _strings(shape: Shape) -> Tally:
    return union((shape.tallies[STRING], shape.tallies[BLANK]))


def _numbers(shape: Shape) -> Tally:
    return union(shape.tallies[kind] for kind in (INTEGER, BIG, WHOLE, FRACTION))


def _listed(shape: Shape) -> str:
    return _names(shape.words.keys())


def _names(words: object) -> str:
    listed = sorted(words)  # type: ignore[call-overload]
    rest = len(listed) - _MOST_SHOWN
    return ", ".join(listed[:_MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
