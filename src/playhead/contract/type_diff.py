"""Changes of the types at one place: null, JSON types, whole and fractional numbers. Nothing below it is compared."""

from __future__ import annotations

from collections.abc import Iterator

from playhead.contract.alike import alike, kinds_of
from playhead.contract.changes import Change, Count, Evidence, all_of, none_of
from playhead.contract.shape import BIG, BLANK, FALSE, FRACTION, INTEGER, KIND_NAMES, NULL, WHOLE, Shape
from playhead.contract.tally import Tally, union

__all__ = ["type_changes", "type_name"]

_COMPOSITE = frozenset({"object", "array"})


def type_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    """Yield the changes of type at a place. Arrays that were always empty and values that were always null say nothing.

    Args:
        old: The shape before.
        new: The shape now.
        place: The JSON pointer of the place.
        context: The names of the fields beside this one.
    """
    yield from _null_changes(old, new, place, context)
    yield from _kind_changes(old, new, place, context)
    yield from _number_changes(old, new, place, context)


def type_name(shape: Shape) -> str:
    """Return the types seen, for people: `integer`, `string | null`."""
    names = sorted(kinds_of(shape) - {"number"})
    if "number" in kinds_of(shape):
        names.append("number" if shape.counts[FRACTION] or shape.counts[WHOLE] else "integer")
    if shape.counts[NULL]:
        names.append("null")
    return " | ".join(names)


def _count(shape: Shape, *kinds: int) -> Count:
    return Count(union(shape.tallies[kind] for kind in kinds), shape.seen)


def _full(shape: Shape) -> Tally:
    return union(tally for kind, tally in enumerate(shape.tallies) if kind != NULL)


def _null_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    before, after = old.counts[NULL], new.counts[NULL]
    if bool(before) == bool(after):
        return
    rule = "became-nullable" if after else "never-null-now"
    evidence = Evidence(_count(old, NULL), _count(new, NULL))
    yield Change(rule, place, type_name(old), type_name(new), evidence, context, label="null")


def _kind_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    before, after = kinds_of(old), kinds_of(new)
    if not before or not after or before == after:
        return
    if before & after:
        yield from _union_changes(old, new, place, context)
        return
    doubt = "false and the empty string often stand for 'nothing here'" if _hollow(old) or _hollow(new) else ""
    evidence = Evidence(all_of(_full(old)), none_of(_full(new)))
    yield Change(
        _exchange(old, new), place, type_name(old), type_name(new), evidence, context, doubt, label=_bare_name(old)
    )


def _union_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    before, after = kinds_of(old), kinds_of(new)
    for rule, moved in (("union-widened", after - before), ("union-narrowed", before - after)):
        if moved:
            evidence = Evidence(_count(old, *_positions(moved)), _count(new, *_positions(moved)))
            yield Change(rule, place, type_name(old), type_name(new), evidence, context, label=_label(moved))


def _exchange(old: Shape, new: Shape) -> str:
    before, after = kinds_of(old), kinds_of(new)
    if before == {"array"} and _wraps(new, old):
        return "array-wrapped"
    if after == {"array"} and _wraps(old, new):
        return "array-unwrapped"
    if before & _COMPOSITE or after & _COMPOSITE:
        return "structure-changed"
    return "type-changed"


def _wraps(envelope: Shape, array: Shape) -> bool:
    """Return True if one field of `envelope` holds the items of `array`."""
    return array.items is not None and any(
        field.items is not None and alike(field.items, array.items)
        for fields in envelope.variants.values()
        for field in fields.fields.values()
    )


def _hollow(shape: Shape) -> bool:
    full = shape.total - shape.counts[NULL]
    return shape.counts[FALSE] + shape.counts[BLANK] == full


def _positions(kinds: frozenset[str]) -> list[int]:
    return [position for position, name in enumerate(KIND_NAMES) if name in kinds]


def _bare_name(shape: Shape) -> str:
    return type_name(shape).removesuffix(" | null")


def _label(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds))


def _number_changes(old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Iterator[Change]:
    # A service that sends 90.0 may have sent fractions all along; one that sends 90 sent integers.
    if _only_integers(old) and new.counts[FRACTION]:
        yield _number_change("integer-became-fractional", FRACTION, old, new, place, context)
    elif _only_integers(new) and old.counts[FRACTION]:
        yield _number_change("fraction-unseen", FRACTION, old, new, place, context)
    if not old.of_kind("number") or not new.of_kind("number"):
        return
    if new.counts[BIG] and not old.counts[BIG]:
        yield _number_change("integer-outgrew-double", BIG, old, new, place, context)
    elif old.counts[BIG] and not new.counts[BIG]:
        yield _number_change("integer-fits-double", BIG, old, new, place, context)


def _only_integers(shape: Shape) -> bool:
    counts = shape.counts
    if shape.low == shape.high == 0:
        return False  # 0 is no amount, whatever unit the others have
    return bool(counts[INTEGER] + counts[BIG]) and not counts[WHOLE] and not counts[FRACTION]


def _number_change(rule: str, kind: int, old: Shape, new: Shape, place: str, context: tuple[str, ...]) -> Change:
    evidence = Evidence(_count(old, kind), _count(new, kind))
    label = "beyond 2^53" if kind == BIG else "a fraction"
    return Change(rule, place, type_name(old), type_name(new), evidence, context, label=label)
