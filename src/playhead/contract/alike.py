"""Compare shapes loosely: two are alike if they have the same fields of the same types, as far as both are known."""

from __future__ import annotations

from playhead.contract.shape import KIND_NAMES, Fields, Shape

__all__ = ["akin", "alike", "all_fields", "kinds_of", "telling"]


def kinds_of(shape: Shape) -> frozenset[str]:
    """Return the JSON types seen except `null`; whole and fractional numbers are one type."""
    return frozenset(name for name, count in zip(KIND_NAMES, shape.counts, strict=True) if count and name != "null")


def all_fields(shape: Shape) -> Fields:
    """Merge the objects of a shape, whatever their tags."""
    if len(shape.variants) == 1:
        return next(iter(shape.variants.values()))
    merged = Fields()
    for fields in shape.variants.values():
        merged.absorb(fields)
    return merged


def alike(one: Shape, other: Shape) -> bool:
    """Return True if both have the same types and fields. Null and empty values fit all others of their kind."""
    mine, theirs = kinds_of(one), kinds_of(other)
    if not mine or not theirs:
        return True
    if mine != theirs:
        return False
    if one.items is not None and other.items is not None and not alike(one.items, other.items):
        return False
    return not (one.variants and other.variants) or _alike_fields(all_fields(one), all_fields(other))


def akin(one: Shape, other: Shape) -> bool:
    """Return True if both are objects, or lists of objects, that share half of their fields.

    The same answer before and after a change of the service is akin, but not alike.
    """
    mine, theirs = _names(one), _names(other)
    return kinds_of(one) == kinds_of(other) and 2 * len(mine & theirs) >= len(mine | theirs)


def _names(shape: Shape) -> set[str]:
    within = all_fields(shape.items if shape.items is not None else shape)
    return set(within.fields)


def _alike_fields(one: Fields, other: Fields) -> bool:
    if one.fields.keys() != other.fields.keys():
        return False
    if one.entries is not None and other.entries is not None and not alike(one.entries, other.entries):
        return False
    return all(alike(shape, other.fields[name]) for name, shape in one.fields.items())


def telling(shape: Shape) -> int:
    """Count the named fields with values: the more a shape has, the more its being alike says."""
    within = all_fields(shape)
    below = sum(telling(each) for each in within.fields.values() if kinds_of(each) & {"object", "array"})
    plain = sum(1 for each in within.fields.values() if kinds_of(each) - {"object", "array"})
    items = telling(shape.items) if shape.items is not None else 0
    return plain + below + items
