"""Add JSON values to shapes.

This is the inner loop of folding, and is written for speed: one dictionary of functions by type, tallies in a list, no
object per value. Each value is noted under the mark of the entity that it belongs to. The lines that do so stand in
four functions, because calling one for every value would take as long as they do.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import cast

from playhead.contract.identity import entity_of
from playhead.contract.looks import data_key
from playhead.contract.shape import (
    ARRAY,
    BIG,
    BLANK,
    EMPTY_ARRAY,
    EMPTY_OBJECT,
    FALSE,
    FRACTION,
    INTEGER,
    LONGEST_WORD,
    MOST_FIELDS,
    NULL,
    OBJECT,
    STRING,
    TRUE,
    WHOLE,
    Fields,
    Shape,
)
from playhead.contract.tally import Mark, Tally

__all__ = ["Mark", "fold", "fold_fields"]

DEEPEST = 96
EXACT = 2**53
_MANY = 16
"""From so many floats on, going through a list several times in C is faster than once in Python."""

_FLOATS = frozenset((float,))
TAGS = ("__typename", "type", "object", "kind", "event", "role")


def fold(shape: Shape, value: object, mark: Mark) -> None:
    """Add one JSON value to a shape.

    Args:
        shape: The shape of its place.
        value: The value as `json.loads` returns it.
        mark: Stands for the document of the value.
    """
    _FOLD[type(value)](shape, value, mark, DEEPEST)


def _seen(shape: Shape, kind: int, mark: Mark) -> None:
    tally = shape.tallies[kind]
    if tally is None:
        tally = shape.tallies[kind] = Tally()
    tally.count += 1
    if tally.last is not mark and (mark.entity < tally.limit or mark.document is not tally.document):
        tally.note(mark)


def _fold_null(shape: Shape, _value: None, mark: Mark, _depth: int) -> None:
    _seen(shape, NULL, mark)


def _fold_bool(shape: Shape, value: bool, mark: Mark, _depth: int) -> None:
    _seen(shape, TRUE if value else FALSE, mark)


def _fold_int(shape: Shape, value: int, mark: Mark, _depth: int) -> None:
    kind = INTEGER if -EXACT <= value <= EXACT else BIG
    tally = shape.tallies[kind]
    if tally is None:
        tally = shape.tallies[kind] = Tally()
    tally.count += 1
    if tally.last is not mark and (mark.entity < tally.limit or mark.document is not tally.document):
        tally.note(mark)
    if value > shape.high:
        shape.high = value
    if value < shape.low:
        shape.low = value


def _fold_float(shape: Shape, value: float, mark: Mark, _depth: int) -> None:
    _seen(shape, WHOLE if value.is_integer() else FRACTION, mark)
    if value > shape.high:
        shape.high = value
        if value == inf:
            mark.document.odd = True
    if value < shape.low:
        shape.low = value
        if value == -inf:
            mark.document.odd = True


def _fold_str(shape: Shape, value: str, mark: Mark, _depth: int) -> None:
    if not value:
        _seen(shape, BLANK, mark)
        return
    tally = shape.tallies[STRING]
    if tally is None:
        tally = shape.tallies[STRING] = Tally()
    tally.count += 1
    if tally.last is not mark and (mark.entity < tally.limit or mark.document is not tally.document):
        tally.note(mark)
    # Where there are many strings, most are not among the smallest: skip those without a call and without hashing.
    if not shape.spilled or value < shape.largest or len(value) > LONGEST_WORD or value == shape.largest:
        shape.add_word(value)


def _fold_list(shape: Shape, value: list[object], mark: Mark, depth: int) -> None:
    _seen(shape, ARRAY if value else EMPTY_ARRAY, mark)
    if not value or not depth:
        mark.document.odd |= not depth
        return
    items = shape.items
    if items is None:
        items = shape.items = Shape()
    if len(value) >= _MANY and _FLOATS.issuperset(map(type, value)):
        floats = cast("list[float]", value)
        if _fold_floats(items, floats, mark):
            return
    for item in value:
        _FOLD[type(item)](items, item, mark, depth - 1)


def _fold_floats(shape: Shape, values: list[float], mark: Mark) -> bool:
    """Add floats with the loops in C. Return False, and do nothing, if some are infinite or may be NaN."""
    low, high = min(values), max(values)
    if not -inf < low <= high < inf:  # `min` and `max` skip a NaN, but for the first number
        return False
    whole = sum(map(float.is_integer, values))
    for kind, count in ((WHOLE, whole), (FRACTION, len(values) - whole)):
        if count:
            _seen(shape, kind, mark)
            shape.tally(kind).count += count - 1
    shape.low, shape.high = min(shape.low, low), max(shape.high, high)
    return True


def _fold_dict(shape: Shape, value: dict[str, object], mark: Mark, depth: int) -> None:
    # That there is an object says something about what is around it; what is in it, about the object itself.
    _seen(shape, OBJECT if value else EMPTY_OBJECT, mark)
    if not value or not depth:
        mark.document.odd |= not depth
        return
    entity = entity_of(value)
    if entity is not None and entity != mark.entity:
        mark = Mark(mark.request, entity, mark.document)
    tag = _tag(value)
    _fold_fields(shape.variants.get(tag) or shape.variant(tag), value, mark, depth)


def fold_fields(within: Fields, value: dict[str, object], mark: Mark) -> None:
    """Add one object to `within`, whatever its tag. Unlike in `fold`, empty objects count too."""
    _fold_fields(within, value, mark, DEEPEST)


def _fold_fields(within: Fields, value: dict[str, object], mark: Mark, depth: int) -> None:
    tally = within.tally
    tally.count += 1
    if tally.last is not mark and (mark.entity < tally.limit or mark.document is not tally.document):
        tally.note(mark)
    known = within.fields
    for key, item in value.items():
        child = known.get(key)
        if type(item) is dict and item and key in (item.get("id"), item.get("name")):
            child = within.entry(key)  # the key is what its value is called
        elif child is None:
            child = _new_child(within, key)
        _FOLD[type(item)](child, item, mark, depth - 1)


def _new_child(within: Fields, key: str) -> Shape:
    if within.crowded or data_key(key):
        return within.entry(key)
    child = within.fields[key] = Shape()
    if len(within.fields) > MOST_FIELDS:
        within.crowd()
        return within.entry(key)
    return child


def _tag(value: dict[str, object]) -> str:
    if value.keys().isdisjoint(TAGS):
        return ""
    for name in TAGS:
        if name in value:
            tag = value[name]
            if type(tag) is str and 0 < len(tag) <= LONGEST_WORD and not data_key(tag):
                return f"{name}={tag}"
    return ""


_FOLD: dict[type, Callable[..., None]] = {
    type(None): _fold_null,
    bool: _fold_bool,
    int: _fold_int,
    float: _fold_float,
    str: _fold_str,
    list: _fold_list,
    dict: _fold_dict,
}
