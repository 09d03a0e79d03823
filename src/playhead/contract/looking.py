"""Count the places of two contracts at which a change could have been told from chance.

Of many places some look changed by chance, so a change among many has to be less likely to be believed. Fields of an
object that the same entities have on both sides are one place: they are there together, and go together.
"""

from __future__ import annotations

from collections.abc import Iterator

from playhead.contract.contract import Endpoint
from playhead.contract.shape import Fields, Shape
from playhead.contract.tally import Tally

__all__ = ["places_of"]

FEWEST = 3
"""Fewer observations on a side prove nothing, so a place with fewer is not counted."""


def places_of(old: Endpoint, new: Endpoint) -> int:
    """Return the number of places at an endpoint with enough observations on both sides."""
    return sum(
        1
        + sum(
            len(set(_patterns(before.bodies[event], after.bodies[event])))
            for event in before.bodies.keys() & after.bodies
        )
        for text in old.questions.keys() & new.questions
        for status in old.questions[text].answers.keys() & new.questions[text].answers
        for before, after in [(old.questions[text].answers[status], new.questions[text].answers[status])]
        if _enough(before.tally) and _enough(after.tally)
    )


_Pattern = tuple[tuple[int, ...], ...]


def _patterns(old: Shape, new: Shape) -> Iterator[_Pattern]:
    if old.items is not None and new.items is not None:
        yield from _patterns(old.items, new.items)
    for tag in old.variants.keys() & new.variants.keys():
        yield from _in_fields(old.variants[tag], new.variants[tag])


def _in_fields(old: Fields, new: Fields) -> Iterator[_Pattern]:
    if not _enough(old.tally) or not _enough(new.tally):
        return
    for name in old.fields.keys() & new.fields.keys():
        before, after = old.fields[name], new.fields[name]
        yield tuple(before.seen.entities), tuple(after.seen.entities)
        yield from _patterns(before, after)
    if old.entries is not None and new.entries is not None:
        yield from _patterns(old.entries, new.entries)


def _enough(tally: Tally) -> bool:
    return tally.independent >= FEWEST
