"""See if one side asked for something else, which may explain what differs in the answers.

A difference is explained if all requests whose answers show one side of it ask for something that those of the other
side do not: all of them for one thing, or each half for its own. Requests are told apart by the hashes in the tallies,
so that this can be seen for each difference by itself: what is asked of streams says nothing about whole bodies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from playhead.contract.alike import all_fields
from playhead.contract.changes import NOTHING, Change, Evidence, all_of, none_of
from playhead.contract.contract import Endpoint
from playhead.contract.requests import is_selector
from playhead.contract.shape import FALSE, KIND_NAMES, TRUE, Fields, Shape
from playhead.contract.tally import Tally, common, limit_of, missing, union
from playhead.contract.vocabularies import WORD_RULES
from playhead.contract.word_diff import word_changes

__all__ = ["Asked", "asked_otherwise", "choice_changes", "chosen", "explains"]

_DEEPEST = 8

_KINDS_OF_REQUESTS = 2
"""An option counts if one in so many requests has it, for each single request may hold a word that no other has."""


class Asked(NamedTuple):
    """The requests of the old and of the new side that ask for something."""

    old: Tally
    new: Tally


def choice_changes(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    """Yield the request headers that choose what is returned (`accept`, versions), if all have other values now."""
    for name in sorted(old.choices.keys() | new.choices.keys()):
        before, after = old.choices.get(name, {}), new.choices.get(name, {})
        asked = union(before.values()), union(after.values())
        if before.keys().isdisjoint(after) and (_in_all(asked[0], old) or _in_all(asked[1], new)):
            told = [", ".join(sorted(side)) or "absent" for side in (before, after)]
            evidence = Evidence(
                all_of(asked[0]) if before else none_of(old.query.tally),
                none_of(new.query.tally) if before else all_of(asked[1]),
            )
            yield Change("we-ask-otherwise", f"request header.{name}", told[0], told[1], evidence, label=told[0])


def _in_all(having: Tally, endpoint: Endpoint) -> bool:
    return bool(having.count) and having.requests == endpoint.query.tally.requests


def chosen(old: Endpoint, new: Endpoint) -> list[Asked]:
    """Return what is asked for by other values of one parameter: two requests with these may be of one shape."""
    both = *_parameters(old.query, new.query, 1), *_parameters(all_fields(old.body), all_fields(new.body), _DEEPEST)
    return [each for before, after in both for each in (Asked(before, NOTHING), Asked(NOTHING, after))]


def asked_otherwise(old: Endpoint, new: Endpoint) -> list[Asked]:
    """Return what else is asked for, with the requests of both sides that do."""
    headers = [(old.choices.get(name, {}), new.choices.get(name, {})) for name in {*old.choices, *new.choices}]
    asked = [
        *(
            Asked(before.get(value, NOTHING), after.get(value, NOTHING))
            for before, after in headers
            for value in {*before, *after}
        ),
        *_fields(old.query, new.query, 1),
        *_values(old.body, new.body, _DEEPEST),
    ]
    return list({(tuple(each.old.requests), tuple(each.new.requests)): each for each in asked}.values())


def explains(asked: Sequence[Asked], old: Tally, new: Tally) -> bool:
    """Return True if each request of one side asks for something that none of the other does, or the reverse.

    Args:
        asked: What is asked for.
        old: The requests before.
        new: The requests now.
    """
    swapped = [Asked(each.new, each.old) for each in asked]
    return _all_ask_otherwise(asked, old, new) or _all_ask_otherwise(swapped, new, old)


def _all_ask_otherwise(asked: Iterable[Asked], here: Tally, there: Tally) -> bool:
    left = set(here.requests)
    for mine, theirs in asked:
        limit = limit_of(mine.requests, here.requests)
        known = {each for each in here.requests if each <= limit}
        if not common(theirs.requests, there.requests):
            otherwise = known.intersection(mine.requests)
        elif not missing(there.requests, theirs.requests):
            otherwise = known.difference(mine.requests)
        else:
            continue
        if known and otherwise == known:
            return True
        if len(otherwise) * _KINDS_OF_REQUESTS >= len(known):
            left -= otherwise
    return bool(here.requests) and not left


def _fields(old: Fields, new: Fields, depth: int) -> Iterator[Asked]:
    for name in old.fields.keys() | new.fields.keys():
        before, after = old.fields.get(name), new.fields.get(name)
        yield Asked(_seen(before), _seen(after))
        if depth:
            yield from _values(before or Shape(), after or Shape(), depth - 1)


def _values(old: Shape, new: Shape, depth: int) -> Iterator[Asked]:
    for kinds in _KINDS:
        yield Asked(*(union(side.tallies[kind] for kind in kinds) for side in (old, new)))
    for tag in old.variants.keys() | new.variants.keys():
        yield Asked(*(side.variants[tag].tally if tag in side.variants else NOTHING for side in (old, new)))
    if old.items is not None or new.items is not None:
        yield Asked(_seen(old.items), _seen(new.items))
        yield from _values(old.items or Shape(), new.items or Shape(), depth)
    if old.variants or new.variants:
        yield from _fields(all_fields(old), all_fields(new), depth)


def _seen(shape: Shape | None) -> Tally:
    return NOTHING if shape is None else shape.seen


_KINDS = (
    *((kind,) for kind in (TRUE, FALSE)),
    *([kind for kind, each in enumerate(KIND_NAMES) if each == name] for name in sorted(set(KIND_NAMES))),
)


def _parameters(old: Fields, new: Fields, depth: int) -> Iterator[tuple[Tally, Tally]]:
    """Yield the requests with a parameter that is a word, and another word on the other side."""
    for name in sorted(old.fields.keys() & new.fields.keys()):
        before, after = old.fields[name], new.fields[name]
        if _select_otherwise(name, before, after):
            yield before.seen, after.seen
        elif depth and before.variants and after.variants:
            yield from _parameters(all_fields(before), all_fields(after), depth - 1)


def _select_otherwise(name: str, old: Shape, new: Shape) -> bool:
    if not is_selector(name):
        return any(change.rule in WORD_RULES for change in word_changes(old, new, f"/{name}", ()))
    before, after = _words(old), _words(new)
    if not before or not after:
        return False
    return before.keys().isdisjoint(after) or _always_more(old, before, after) or _always_more(new, after, before)


def _always_more(shape: Shape, words: Mapping[str, int], others: Mapping[str, int]) -> bool:
    """Return True if all values, which may be lists, hold a word that none of the other side does."""
    return any(count >= shape.total and word not in others for word, count in words.items())


def _words(shape: Shape) -> Mapping[str, int]:
    items = shape.items or shape
    return {} if shape.spilled or items.spilled else {**shape.words, **items.words}
