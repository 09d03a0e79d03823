"""Path templates that looks alone do not show: siblings that differ in one segment and answer with the same shape.

`/users/ada` and `/users/bob` become `/users/{name}`. Nothing is folded directly below the root or below a version,
where siblings are resources, nor where one of the siblings is a known constant (`/users/me`) or answers differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from playhead.contract.alike import alike, telling
from playhead.contract.contract import Contract, Endpoint
from playhead.contract.looks import known_constant
from playhead.contract.requests import Key
from playhead.contract.shape import Shape, merge_all

__all__ = ["templates"]

_FEWEST_FIELDS = 2


@dataclass(frozen=True, slots=True)
class _Leaf:
    key: Key
    segments: tuple[str, ...]
    answer: Shape


def templates(*contracts: Contract) -> dict[Key, Key]:
    """The templates that several contracts show together: from each key that is folded further to what it becomes."""
    hosts: dict[str, list[_Leaf]] = {}
    for contract in contracts:
        for key, endpoint in contract.endpoints.items():
            hosts.setdefault(key.host, []).append(_Leaf(key, tuple(key.path.split("/")), _answer(endpoint)))
    return {
        leaf.key: leaf.key._replace(path="/".join(path))
        for leaves in hosts.values()
        for leaf, path in _folded(leaves, ())
        if path != leaf.segments
    }


def _answer(endpoint: Endpoint) -> Shape:
    return merge_all(
        shape
        for question in endpoint.questions.values()
        for status, answers in question.answers.items()
        if status < 300
        for shape in answers.bodies.values()
    )


def _folded(leaves: list[_Leaf], prefix: tuple[str, ...]) -> Iterator[tuple[_Leaf, tuple[str, ...]]]:
    depth = len(prefix)
    below: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        if len(leaf.segments) == depth:
            yield leaf, prefix
        else:
            below.setdefault(leaf.segments[depth], []).append(leaf)
    if _one_parameter(below, prefix):
        below = {"{name}": [leaf for group in below.values() for leaf in group]}
    for segment, group in below.items():
        yield from _folded(group, (*prefix, segment))


def _one_parameter(below: dict[str, list[_Leaf]], prefix: tuple[str, ...]) -> bool:
    if len(below) < 2 or not prefix or not prefix[-1] or known_constant(prefix[-1]) or prefix[-1].startswith("{"):
        return False
    if any(not segment or known_constant(segment) for segment in below):
        return False
    if all(segment.startswith("{") for segment in below):
        return False
    first, *others = (_continuations(group, len(prefix)) for group in below.values())
    return all(_same(first, other) for other in others)


def _continuations(group: Iterable[_Leaf], depth: int) -> dict[tuple[object, ...], list[Shape]]:
    found: dict[tuple[object, ...], list[Shape]] = {}
    for leaf in group:
        rest = (leaf.key.method, leaf.key.operation, leaf.segments[depth + 1 :])
        found.setdefault(rest, []).append(leaf.answer)
    return found


def _same(one: dict[tuple[object, ...], list[Shape]], other: dict[tuple[object, ...], list[Shape]]) -> bool:
    told = [
        [alike(mine, theirs) for mine in _told(one[rest]) for theirs in _told(other[rest])]
        for rest in one.keys() & other.keys()
    ]
    # The answers of both sides are here: that of either may have drifted, so one alike pair is enough.
    return any(told) and all(any(pairs) for pairs in told if pairs)


def _told(shapes: list[Shape]) -> list[Shape]:
    return [shape for shape in shapes if telling(shape) >= _FEWEST_FIELDS]
