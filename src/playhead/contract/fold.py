"""Add JSON values to shapes.

This is the inner loop of folding, and is written for speed: one dictionary of functions by type, counts in a list, no
object per value, and no further call for the commonest types.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import cast

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

__all__ = ["Mark", "fold", "fold_fields"]

DEEPEST = 96
EXACT = 2**53
_MANY = 16
"""From so many floats on, going through a list several times in C is faster than once in Python."""

_FLOATS = frozenset((float,))
TAGS = ("__typename", "type", "object", "kind", "event", "role")


class Mark:
    """Stands for a document, compared by identity. `odd` is set if it holds an infinite number, or is very deep."""

    __slots__ = ("odd",)

    def __init__(self) -> None:
        self.odd = False


def fold(shape: Shape, value: object, sample: Mark) -> None:
    """Add one JSON value to a shape.

    Args:
        shape: The shape of its place.
        value: The value as `json.loads` returns it.
        sample: Stands for the document of the value.
    """
    _FOLD[type(value)](shape, value, sample, DEEPEST)


def _seen(shape: Shape, kind: int, sample: Mark) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    shape.counts[kind] += 1


def _fold_null(shape: Shape, _value: None, sample: Mark, _depth: int) -> None:
    _seen(shape, NULL, sample)


def _fold_bool(shape: Shape, value: bool, sample: Mark, _depth: int) -> None:
    _seen(shape, TRUE if value else FALSE, sample)


def _fold_int(shape: Shape, value: int, sample: Mark, _depth: int) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    shape.counts[INTEGER if -EXACT <= value <= EXACT else BIG] += 1
    if value > shape.high:
        shape.high = value
    if value < shape.low:
        shape.low = value


def _fold_float(shape: Shape, value: float, sample: Mark, _depth: int) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    shape.counts[WHOLE if value.is_integer() else FRACTION] += 1
    if value > shape.high:
        shape.high = value
        if value == inf:
            sample.odd = True
    if value < shape.low:
        shape.low = value
        if value == -inf:
            sample.odd = True


def _fold_str(shape: Shape, value: str, sample: Mark, _depth: int) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    if not value:
        shape.counts[BLANK] += 1
        return
    shape.counts[STRING] += 1
    # Where there are many strings, most are not among the smallest: skip those without a call and without hashing.
    if not shape.spilled or value < shape.largest or len(value) > LONGEST_WORD or value == shape.largest:
        shape.add_word(value)


def _fold_list(shape: Shape, value: list[object], sample: Mark, depth: int) -> None:
    _seen(shape, ARRAY if value else EMPTY_ARRAY, sample)
    if not value or not depth:
        sample.odd |= not depth
        return
    items = shape.items
    if items is None:
        items = shape.items = Shape()
    if len(value) >= _MANY and _FLOATS.issuperset(map(type, value)):
        floats = cast("list[float]", value)
        if _fold_floats(items, floats, sample):
            return
    for item in value:
        _FOLD[type(item)](items, item, sample, depth - 1)


def _fold_floats(shape: Shape, values: list[float], sample: Mark) -> bool:
    """Add floats with the loops in C. Return False, and do nothing, if some are infinite or may be NaN."""
    low, high = min(values), max(values)
    if not -inf < low <= high < inf:  # `min` and `max` skip a NaN, but for the first number
        return False
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    whole = sum(map(float.is_integer, values))
    shape.counts[WHOLE] += whole
    shape.counts[FRACTION] += len(values) - whole
    shape.low, shape.high = min(shape.low, low), max(shape.high, high)
    return True


def _fold_dict(shape: Shape, value: dict[str, object], sample: Mark, depth: int) -> None:
    _seen(shape, OBJECT if value else EMPTY_OBJECT, sample)
    if not value or not depth:
        sample.odd |= not depth
        return
    tag = _tag(value)
    _fold_fields(shape.variants.get(tag) or shape.variant(tag), value, sample, depth)


def fold_fields(within: Fields, value: dict[str, object], sample: Mark) -> None:
    """Add one object to `within`, whatever its tag. Unlike in `fold`, empty objects count too."""
    _fold_fields(within, value, sample, DEEPEST)


def _fold_fields(within: Fields, value: dict[str, object], sample: Mark, depth: int) -> None:
    within.count += 1
    if within.last is not sample:
        within.last = sample
        within.samples += 1
    known = within.fields
    for key, item in value.items():
        child = known.get(key)
        if child is None:
            child = _new_child(within, key)
        _FOLD[type(item)](child, item, sample, depth - 1)


def _new_child(within: Fields, key: str) -> Shape:
    if within.crowded or data_key(key):
        return within.entry()
    child = within.fields[key] = Shape()
    if len(within.fields) > MOST_FIELDS:
        within.crowd()
        return within.entry()
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
