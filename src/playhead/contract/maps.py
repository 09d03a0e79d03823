"""Objects whose keys are data, such as ids, names or languages: their values are one place.

The keys of a map tell its values apart, as ids tell objects apart. So the values count as so many observations as there
are keys, but as one for each time that the same keys came again.
"""

from __future__ import annotations

from itertools import combinations

from playhead.contract.alike import alike, kinds_of
from playhead.contract.identity import hash_of
from playhead.contract.shape import Fields, Shape, merge_all
from playhead.contract.tally import MOST_KEPT, size_of

__all__ = ["entries_of", "is_map", "values_of"]

_FEWEST_KEYS = 4
_MANY_KEYS = 8
_MOSTLY = 0.8


def is_map(old: Fields, new: Fields) -> bool:
    """Return True if keys are data although they do not look it: there are several, they come and go, values are alike.

    If values are alike on each side but not across sides, the values have changed, provided keys vary on both sides.
    """
    if old.crowded or new.crowded:
        return True
    names = old.fields.keys() | new.fields.keys()
    if not old.fields or not new.fields or len(names) < _FEWEST_KEYS:
        return False
    if _always(old) and _always(new):
        return False  # each side has its fields in every object: they are others now
    constant = sum(_constant(name, old, new) for name in names)
    if constant and (len(names) < _MANY_KEYS or constant > (1 - _MOSTLY) * len(names)):
        return False
    if _all_alike([shape for fields in (old, new) for shape in fields.fields.values()]):
        return True
    return all(_comes_and_goes(side) and _all_alike(list(side.fields.values())) for side in (old, new))


def _always(fields: Fields) -> bool:
    """Return True if several objects have all the same fields."""
    return fields.count > 1 and all(shape.total == fields.count for shape in fields.fields.values())


def _constant(name: str, old: Fields, new: Fields) -> bool:
    before, after = old.fields.get(name), new.fields.get(name)
    return before is not None and after is not None and before.total == old.count and after.total == new.count


def _all_alike(shapes: list[Shape]) -> bool:
    told = [shape for shape in shapes if kinds_of(shape)]
    return all(alike(one, other) for one, other in combinations(told, 2))  # an empty list is like two that differ


def _comes_and_goes(fields: Fields) -> bool:
    """Return True if there are many keys and none is in all objects."""
    always = any(shape.total == fields.count for shape in fields.fields.values())
    return len(fields.fields) >= _FEWEST_KEYS and not always


def values_of(fields: Fields, side: str) -> Shape:
    """Return the common shape of all values of maps.

    Args:
        fields: The maps.
        side: A word for the side that they are of, which keeps the observations of both sides apart.
    """
    values = merge_all(fields.fields.values())
    if fields.entries is not None:
        values.absorb(fields.entries)
    return _told_apart(values, fields, len(fields.fields) + size_of(fields.keys), side)


def entries_of(fields: Fields, side: str) -> Shape:
    """Return the common shape of the values below those keys that look like data, likewise."""
    return _told_apart(merge_all([fields.entries] if fields.entries else []), fields, size_of(fields.keys), side)


def _told_apart(values: Shape, fields: Fields, keys: int, side: str) -> Shape:
    if not keys or not values.total:
        return values
    again = max(1.0, values.total / keys)
    observations = min(keys, round(fields.count / again), MOST_KEPT - 1)
    if observations > values.seen.independent:
        _spread(values, values.total, observations, side)
    return values


def _spread(shape: Shape, total: int, observations: int, side: str) -> None:
    """Let values have been shown by so many observations as the share of them among all."""
    tallies = [tally for tally in shape.tallies if tally is not None]
    tallies += [fields.tally for fields in shape.variants.values()]
    for tally in tallies:
        count = max(1, min(observations, round(observations * tally.count / total)))
        tally.entities = tally.requests = sorted(hash_of(f"{side} {number}") for number in range(count))
    inner = [shape.items, *(each for fields in shape.variants.values() for each in _within(fields))]
    for each in inner:
        if each is not None:
            _spread(each, max(total, each.total), observations, side)


def _within(fields: Fields) -> list[Shape]:
    return [*fields.fields.values(), *([fields.entries] if fields.entries else [])]
