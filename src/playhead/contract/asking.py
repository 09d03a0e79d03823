"""See if one side asked for something else: what differs in all requests may explain what differs in the answers."""

from __future__ import annotations

from collections.abc import Iterator

from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.contract import Endpoint
from playhead.contract.probability import observed
from playhead.contract.requests import SELECTORS
from playhead.contract.shape import FALSE, TRUE, Fields, Shape
from playhead.contract.tally import Tally, union

__all__ = ["asked_otherwise", "choice_changes"]

_DEEPEST = 3


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


def asked_otherwise(old: Endpoint, new: Endpoint, ours: list[Change]) -> bool:
    """Return True if all requests of one side have something that none of the other has.

    Args:
        old: The endpoint before.
        new: The endpoint now.
        ours: The changes of the requests.
    """
    if any(_throughout(change, old, new) for change in ours):
        return True
    return any(
        _in_all(before.seen, old) or _in_all(after.seen, new)
        for before, after in (
            *_selecting_otherwise(old.query, new.query, 0),
            *_below(old.body, new.body, _DEEPEST),
        )
    )


def _throughout(change: Change, old: Endpoint, new: Endpoint) -> bool:
    """Return True if all requests of one side show a change, and not just those that have its place."""
    if not observed(change.evidence).entirely:
        return False
    had = bool(change.evidence.old.hits)
    return _in_all(change.evidence.old.having, old) if had else _in_all(change.evidence.new.having, new)


def _in_all(having: Tally, endpoint: Endpoint) -> bool:
    return bool(having.count) and having.requests == endpoint.query.tally.requests


def _selecting_otherwise(old: Fields, new: Fields, depth: int) -> Iterator[tuple[Shape, Shape]]:
    """Yield the values that select something else on either side."""
    for name in sorted(old.fields.keys() & new.fields.keys()):
        before, after = old.fields[name], new.fields[name]
        if _values(before, name) and _values(after, name) and _values(before, name).isdisjoint(_values(after, name)):
            yield before, after
        if depth:
            yield from _below(before, after, depth - 1)


def _below(old: Shape, new: Shape, depth: int) -> Iterator[tuple[Shape, Shape]]:
    for tag in sorted(old.variants.keys() & new.variants.keys()):
        yield from _selecting_otherwise(old.variants[tag], new.variants[tag], depth)


def _values(shape: Shape, name: str) -> set[str]:
    """Return the values that select what is returned; any word may, below the name of a selector."""
    words = set(shape.words) if name in SELECTORS and not shape.spilled else set()
    truths = {str(kind == TRUE) for kind in (TRUE, FALSE) if shape.tallies[kind] is not None}
    return words | truths
