"""Entries for `ignore` that would make a request the recorded one again: kinds of values first, for they say why.

A hint is copied into a test, so it has to work as it stands. A place that cannot be named, or whose name changes with
every run, gives way to the one around it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from playhead.errors import UsageError
from playhead.matching.call_rules import expect_call_place
from playhead.matching.differences import ABSENT, Difference
from playhead.matching.json_path import above
from playhead.matching.places import parse_place
from playhead.matching.values import KINDS_OF_VALUES, Marks, marked

__all__ = ["suggested"]

_EVERY = tuple(KINDS_OF_VALUES)
_TRIED: tuple[Marks, ...] = (*((mark,) for mark in KINDS_OF_VALUES), _EVERY)

_QUOTES = '.["]'
_ITEM = re.compile(r"\[\d+\]")
_SECOND = re.compile(r" \[\d+\]\Z")
"""The number that `compare` appends to the name of a part that has the name of an earlier one."""


def suggested(found: Iterable[Difference]) -> tuple[str, ...]:
    """Return `@uuid` and `@datetime` for values or names that differ in such alone, and places for all others.

    The result is empty if one of the differences cannot be ignored.
    """
    marks: dict[str, None] = {}
    places: dict[str, None] = {}
    for each in _unrenamed(list(found), marks):
        kinds = _kinds(*each)
        if kinds is not None:
            marks.update(dict.fromkeys(kinds))
            continue
        place = _usable(*each)
        if place is None:
            return ()
        places[place] = None
    return (*marks, *(place for place in places if not _is_within(place, places)))


def _kinds(place: str, was: str, now: str) -> Marks | None:
    """Return the kinds of values in which two values differ, if they differ in nothing else. Hosts have none."""
    if place == "host":
        return None
    return next((each for each in _TRIED if marked(was, each) == marked(now, each)), None)


def _unrenamed(found: Sequence[Difference], marks: dict[str, None]) -> Sequence[Difference]:
    """Return the differences without members and parameters whose names differ in such values alone.

    `{"6f1c...": 1}` and `{"07ab...": 1}` are such members. The kinds of these values are added to `marks`.
    """
    for kinds in _TRIED:
        sided: dict[Difference, list[Difference]] = {}
        for each in found:
            if ABSENT in each[1:] and not each[0].startswith(("part", "header.")):
                place, was, now = (marked(text, kinds) for text in (_plain(each[0]), *each[1:]))
                sided.setdefault((place, was, now), []).append(each)
        pairs = {
            each
            for (place, was, now), those in sided.items()
            for each, _ in zip(those, sided.get((place, now, was), ()), strict=False)
        }
        if pairs:
            marks.update(dict.fromkeys(kinds))
            found = [each for each in found if each not in pairs]
    return found


def _plain(place: str) -> str:
    """Return a place whose last name is spelled in one way, whether it needs quoting or not."""
    outer = _around(place)
    return f"{outer} {place[len(outer) :].strip(_QUOTES)}" if place.startswith(("body.$", "call.")) else place


def _usable(place: str, was: str, now: str) -> str | None:
    """Return the narrowest place around a difference that `ignore` takes and that helps, or `None`."""
    if ABSENT in (was, now) and _is_passing(place):
        place = _around(place)
    place = _SECOND.sub("", place) if place.startswith("part.") else place
    while place and not _is_place(place):
        place = _around(place)
    return place or None


def _is_passing(place: str) -> bool:
    """Return True for places that are useless to ignore: items of lists, and members whose name is new in every run.

    An ignored item would be `null` on one side and missing on the other.
    """
    last = place[len(_around(place)) :]
    is_inside = place.startswith(("body.$", "call."))
    return is_inside and (_ITEM.fullmatch(last) is not None or marked(last, _EVERY) != last)


def _is_place(text: str) -> bool:
    try:
        expect_call_place(parse_place(text))
    except UsageError:
        return False
    return text == text.strip()  # `ignore` strips the blanks around a place


def _around(place: str) -> str:
    """Return the next place around this one, an empty text if it cannot be named."""
    if place.startswith(("form.", "part")):
        return "body"
    return above(place) if place.startswith(("body.$", "call.")) else ""


def _is_within(place: str, places: Container[str]) -> bool:
    """Return True if any of the places has this one in it."""
    while place := _around(place):
        if place in places:
            return True
    return False
