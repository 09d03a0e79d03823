"""Changes between two shapes, recursively: types at a place, then the fields, items and variants below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from playhead.contract.alike import alike, all_fields, kinds_of
from playhead.contract.changes import NO_SIBLINGS, NOTHING, Change, Count, Evidence
from playhead.contract.envelopes import envelope_of
from playhead.contract.maps import entries_of, is_map, values_of
from playhead.contract.renames import renamed
from playhead.contract.shape import CROWD, Fields, Shape
from playhead.contract.siblings import Family
from playhead.contract.tally import union
from playhead.contract.type_diff import type_changes, type_name
from playhead.contract.vocabularies import TAG_RULES, of_moments, spellings
from playhead.contract.word_diff import word_changes

__all__ = ["field_changes", "shape_changes"]

_MOST_VARIANTS = 48


def shape_changes(old: Shape, new: Shape, place: str = "", context: tuple[str, ...] = ()) -> Iterator[Change]:
    """Yield the changes at a place and below. There are none if a side has not seen a value there.

    Args:
        old: The shape before.
        new: The shape now.
        place: The JSON pointer of the place.
        context: The names of the fields beside this one, which tell one kind of object from another.
    """
    if not old.total or not new.total:
        return
    yield from type_changes(old, new, place, context)
    yield from word_changes(old, new, place, context)
    if old.items is not None and new.items is not None:
        yield from shape_changes(old.items, new.items, f"{place}/*", context)
    if old.variants and new.variants:
        yield from _object_changes(old, new, place)


def _object_changes(old: Shape, new: Shape, place: str) -> Iterator[Change]:
    crowd = CROWD in old.variants or CROWD in new.variants
    if crowd or not (_tells_apart(old) or _tells_apart(new) or _of_another_kind(old, new)):
        yield from field_changes(all_fields(old), all_fields(new), place)
        return
    common = old.variants.keys() & new.variants.keys()
    for tag in sorted(common):
        inside = place if len(old.variants) == len(new.variants) == 1 else f"{place}[{tag}]"
        yield from field_changes(old.variants[tag], new.variants[tag], inside)
    lost = _lost_tag(old, new)
    if not lost:
        yield from _variant_changes(old, new, place)
    if not common:
        yield from _changes_across(old, new, place, lost)


def _changes_across(old: Shape, new: Shape, place: str, lost: str) -> Iterator[Change]:
    """Yield the changes of all fields of objects that have no tag in common; `lost` is the tag that all have lost."""
    for change in field_changes(all_fields(old), all_fields(new), place):
        if lost and change.place == f"{place}/{lost}":
            yield replace(change, siblings=NO_SIBLINGS)  # the other fields come and go with the kind of object
        elif change.rule not in TAG_RULES:
            yield replace(change, doubt=change.doubt or "the objects carry other tags than before")
        elif not _of_another_kind(old, new):
            yield change


def _lost_tag(old: Shape, new: Shape) -> str:
    """Return the name of the tag if all objects have lost it, and are the same otherwise; or `""`."""
    names = {tag.partition("=")[0] for tag in old.variants}
    if set(new.variants) != {""} or "" in names or len(names) > 1:
        return ""
    return names.pop() if all_fields(old).fields.keys() - names <= all_fields(new).fields.keys() else ""


def _of_another_kind(old: Shape, new: Shape) -> bool:
    """Return True if all objects have other tags than before, and other fields: they are other objects."""
    if old.variants.keys() & new.variants.keys() or "" in old.variants or "" in new.variants:
        return False
    return not _same_kind(all_fields(old), all_fields(new))


def _tells_apart(shape: Shape) -> bool:
    """Return True if objects with different tags differ; otherwise the tag is just a field with several values."""
    variants = list(shape.variants.values())
    if not 1 < len(variants) <= _MOST_VARIANTS:
        return False
    return any(not _same_kind(variants[0], other) for other in variants[1:])


def _same_kind(one: Fields, other: Fields) -> bool:
    return _required(one) == _required(other) and all(
        alike(shape, other.fields[name]) for name, shape in one.fields.items() if name in other.fields
    )


def _required(fields: Fields) -> set[str]:
    return {name for name, shape in fields.fields.items() if shape.total == fields.count}


def _variant_changes(old: Shape, new: Shape, place: str) -> Iterator[Change]:
    gone, come = old.variants.keys() - new.variants.keys(), new.variants.keys() - old.variants.keys()
    told: set[str] = set()
    for before, after in _retagged(old, new, gone, come):
        changes = list(field_changes(old.variants[before], new.variants[after], f"{place}[{before}]"))
        if any(change.rule in TAG_RULES for change in changes):
            yield from changes
            told |= {before, after}
    for rule, tags in (("variant-new", come - told), ("variant-unseen", gone - told)):
        for tag in sorted(tags):
            evidence = Evidence(_tagged(old, tag), _tagged(new, tag))
            yield Change(rule, f"{place}[{tag}]", _tags(old), _tags(new), evidence, (), label=tag or "untagged")


def _retagged(old: Shape, new: Shape, gone: set[str], come: set[str]) -> list[tuple[str, str]]:
    """Return the tags, before and now, of one kind of object; or nothing.

    All entities of a side have such objects, or these are the same entities on both sides.
    """
    pairs = [
        (before, after)
        for before in gone - {""}
        for after in come - {""}
        if before.partition("=")[0] == after.partition("=")[0]
        and (
            (_throughout(old, before) and _throughout(new, after))
            or old.variants[before].tally.entities == new.variants[after].tally.entities
        )
        and _same_kind(old.variants[before], new.variants[after])
    ]
    return pairs if len(pairs) == 1 and old.variants.keys() & new.variants.keys() else []


def _throughout(shape: Shape, tag: str) -> bool:
    having, among = shape.variants[tag].tally, union(fields.tally for fields in shape.variants.values())
    return having.entities == among.entities


def _tagged(shape: Shape, tag: str) -> Count:
    having = shape.variants[tag].tally if tag in shape.variants else NOTHING
    return Count(having, union(fields.tally for fields in shape.variants.values()))


def _tags(shape: Shape) -> str:
    return ", ".join(sorted(tag.partition("=")[2] or "untagged" for tag in shape.variants))


def field_changes(old: Fields, new: Fields, place: str = "") -> Iterator[Change]:
    """Yield the changes of the fields of objects, and below them.

    Args:
        old: The objects before.
        new: The objects now.
        place: The JSON pointer of the objects.
    """
    if is_map(old, new):
        yield from shape_changes(values_of(old, "old"), values_of(new, "new"), f"{place}/*")
        return
    within, out = envelope_of(old, new), envelope_of(new, old)
    if within or out:
        yield from _envelope_changes(old, new, place, within, out)
        return
    context = tuple(sorted(old.fields.keys() & new.fields.keys()))
    family = Family(old, new)
    gone = [_presence(old, new, name, place, context, family) for name in old.fields if _missing(name, old, new)]
    come = [_presence(old, new, name, place, context, family) for name in new.fields if _missing(name, new, old)]
    other = any(_of_another_state(name, old, new) for name in old.fields)
    for change in renamed(gone, come, old, new):
        renaming = change.rule == "field-renamed"
        siblings = family.siblings_of(change.old, change.new) if renaming else change.siblings
        yield replace(change, siblings=siblings, reservation=OTHER_STATE if other else change.reservation)
    for name in old.fields:
        if name in new.fields:
            yield from _common_field(old, new, name, place, context, family)
    if old.entries is not None and new.entries is not None:
        yield from shape_changes(entries_of(old, "old"), entries_of(new, "new"), f"{place}/*")


def _envelope_changes(old: Fields, new: Fields, place: str, within: str, out: str) -> Iterator[Change]:
    """Yield that objects are `within` an envelope now, or come `out` of theirs, and what else has changed in them."""
    before = all_fields(old.fields[out]) if out else old
    after = all_fields(new.fields[within]) if within else new
    rule, told = ("object-wrapped", within) if within else ("object-unwrapped", out)
    bare, enveloped = "the fields themselves", f"within {told}"
    words = (bare, enveloped) if within else (enveloped, bare)
    evidence = Evidence(Count(before.tally, before.tally), Count(NOTHING, after.tally))
    yield Change(rule, place, *words, evidence, label=words[0])
    yield from field_changes(before, after, f"{place}/{_escaped(within)}" if within else place)


ALWAYS_NULL = "it was always null"
OTHER_STATE = "the objects are in another state than before"


def _of_another_state(name: str, old: Fields, new: Fields) -> bool:
    if name not in new.fields or not of_moments(name):
        return False
    before, after = spellings(old.fields[name]), spellings(new.fields[name])
    return bool(before and after) and before.isdisjoint(after)


def _missing(name: str, here: Fields, there: Fields) -> bool:
    """Return True if `there` lacks a field of `here`, and the field is not just another key of a map."""
    if name in there.fields:
        return False
    return not any(
        entries is not None and alike(here.fields[name], entries) for entries in (here.entries, there.entries)
    )


def _common_field(
    old: Fields, new: Fields, name: str, place: str, context: tuple[str, ...], family: Family
) -> Iterator[Change]:
    before, after = old.fields[name].total == old.count, new.fields[name].total == new.count
    if before != after:
        yield _presence(old, new, name, place, context, family)
    yield from shape_changes(old.fields[name], new.fields[name], f"{place}/{_escaped(name)}", context)


def _presence(old: Fields, new: Fields, name: str, place: str, context: tuple[str, ...], family: Family) -> Change:
    before, after = old.fields.get(name), new.fields.get(name)
    hits = Evidence(_count(old, before), _count(new, after))
    rule = _PRESENCE[_often(hits.old), _often(hits.new)]
    told = _described(before, hits.old), _described(after, hits.new)
    where = f"{place}/{_escaped(name)}"
    return Change(
        rule,
        where,
        *told,
        hits,
        context,
        shape=before or after,
        siblings=family.siblings_of(name),
        reservation=ALWAYS_NULL if before is not None and not kinds_of(before) else "",
    )


_PRESENCE = {
    ("always", "never"): "field-removed",
    ("never", "always"): "field-added",
    ("never", "sometimes"): "optional-field-added",
    ("sometimes", "never"): "optional-field-unseen",
    ("always", "sometimes"): "field-became-optional",
    ("sometimes", "always"): "field-became-required",
}


def _often(count: Count) -> str:
    if not count.hits:
        return "never"
    return "always" if count.hits == count.total else "sometimes"


def _count(fields: Fields, shape: Shape | None) -> Count:
    return Count(shape.seen if shape is not None else NOTHING, fields.tally)


def _described(shape: Shape | None, count: Count) -> str:
    if shape is None:
        return "absent"
    return type_name(shape) + ("" if count.hits == count.total else ", sometimes absent")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")  # RFC 6901
