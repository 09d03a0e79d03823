"""Fold paths into templates: declared ones, stored ones, and siblings whose answers have the same shape.

A declared template applies wherever it matches, those with the most constant segments first. A stored one applies
except to known constants (`/users/me`), so that paths once folded remain folded. Other paths are compared with their
siblings: `/users/ada` and `/users/bob` become `/users/{name}` if their answers are alike. Nothing is folded directly
below the root or a version, where siblings are resources, nor if a sibling is a known constant or answers differently.
Siblings with errors and empty answers alone (`/users/nobody`) do not decide: they follow the others.

If the service has changed, the siblings of one side are not like those of the other. They are one endpoint if those of
each side are alike, and the two groups have half of their fields in common. A folded segment, as of `/users/{id}`, is a
group by itself, so `/users/7` and `/users/x7f` are one endpoint although ids are text now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from playhead.contract.alike import akin, alike, telling
from playhead.contract.contract import Answers, Contract, Endpoint
from playhead.contract.crowds import ANY
from playhead.contract.looks import known_constant
from playhead.contract.requests import Key
from playhead.contract.shape import BLANK, EMPTY_ARRAY, EMPTY_OBJECT, NULL, Shape, merge_all
from playhead.text.path_patterns import split_request_pattern

__all__ = ["stored_form", "templates"]

_FEWEST_FIELDS = 2
_DEEPEST = 100
"""Paths of more segments are nobody's siblings."""
_EMPTY = (NULL, BLANK, EMPTY_OBJECT, EMPTY_ARRAY)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An endpoint of one side: its path, its successful answers, and if they are more than errors and empty bodies."""

    key: Key
    segments: tuple[str, ...]
    answer: Shape
    telling: bool
    side: int


def templates(*contracts: Contract, declared: Sequence[str] = ()) -> dict[Key, Key]:
    """Return the new key of each key that a template changes.

    Args:
        *contracts: The contracts, whose paths are compared together.
        declared: The templates of the project, such as `/users/{login}`.
    """
    stored = frozenset().union(*(contract.templates for contract in contracts), *map(_crowds, contracts))
    known = _Known(declared, stored)
    hosts: dict[str, list[_Leaf]] = {}
    renamed: dict[Key, Key] = {}
    for side, contract in enumerate(contracts):
        for key, endpoint in contract.endpoints.items():
            path = known.path_for(key)
            if path is None and key.path.count("/") > _DEEPEST:
                continue
            if path is None:
                hosts.setdefault(key.host, []).append(_leaf(key, endpoint, side))
            elif path != key.path:
                renamed[key] = key._replace(path=path)
    siblings = {
        leaf.key: leaf.key._replace(path="/".join(path))
        for leaves in hosts.values()
        for leaf, path in _folded(leaves, ())
        if path != leaf.segments
    }
    return renamed | siblings


def stored_form(contract: Contract, declared: Sequence[str] = ()) -> Contract:
    """Return the contract to store: folded by all templates, which are added to it.

    Args:
        contract: The contract.
        declared: The templates of the project.
    """
    renamed = templates(contract, declared=declared)
    folded = contract.renamed(renamed)
    folded.templates |= {f"{key.host}{key.path}" for key in renamed.values() if "{" in key.path}
    return folded


def _crowds(contract: Contract) -> set[str]:
    """Return the paths with too many siblings, as templates for contracts that have fewer siblings there."""
    return {f"{key.host}{key.path}" for key in contract.endpoints if ANY in key.path.split("/")}


class _Known:
    """Declared and stored templates, in the order in which they are tried."""

    def __init__(self, declared: Sequence[str], stored: Iterable[str]) -> None:
        parsed = [_Template.parsed(text) for text in declared]
        self._declared = sorted(parsed, key=lambda each: -each.constants)  # stable: the first one declared wins
        self._stored = sorted(map(_Template.parsed, sorted(stored)), key=lambda each: each.constants)

    def path_for(self, key: Key) -> str | None:
        """Return the path of the template that applies to a key, or `None`."""
        segments = key.path.split("/")
        for template in self._declared:
            if template.fits(key, segments):
                return template.path
        for template in self._stored:
            if template.fits(key, segments) and not any(
                known_constant(segment)
                for segment, wanted in zip(segments, template.segments, strict=True)
                if _is_parameter(wanted)
            ):
                return template.path
        return None


@dataclass(frozen=True, slots=True)
class _Template:
    """A parsed template: `[METHOD ][HOST]/PATH`."""

    method: str
    host: str
    path: str
    segments: tuple[str, ...]

    @classmethod
    def parsed(cls, text: str) -> _Template:
        method, rest = split_request_pattern(text)
        host, slash, path = rest.partition("://")[2].partition("/") if "://" in rest else rest.partition("/")
        return cls(method, host, slash + path, tuple((slash + path).split("/")))

    @property
    def constants(self) -> int:
        return sum(not _is_parameter(segment) for segment in self.segments)

    def fits(self, key: Key, segments: Sequence[str]) -> bool:
        """Return True if the template matches a key with these path segments."""
        if len(segments) != len(self.segments) or self.method not in ("", "*", key.method):
            return False
        if self.host not in ("", key.host):
            return False
        return all(_is_parameter(mine) or mine == theirs for mine, theirs in zip(self.segments, segments, strict=True))


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


def _leaf(key: Key, endpoint: Endpoint, side: int) -> _Leaf:
    answered = [item for question in endpoint.questions.values() for item in question.answers.items()]
    bodies = (shape for status, answers in answered if status < 300 for shape in answers.bodies.values())
    telling = any(_is_telling(status, answers) for status, answers in answered)
    return _Leaf(key, tuple(key.path.split("/")), merge_all(bodies), telling, side)


def _is_telling(status: int, answers: Answers) -> bool:
    """Return True if answers say what an endpoint is, and not only that something is absent or refused."""
    if status in _REDIRECTS:
        return True
    unread = answers.filled > 0 and not answers.bodies
    return status < 300 and (unread or not all(map(_is_empty, answers.bodies.values())))


def _is_empty(shape: Shape) -> bool:
    return shape.total == sum(shape.counts[kind] for kind in _EMPTY)


def _folded(leaves: list[_Leaf], prefix: tuple[str, ...]) -> Iterator[tuple[_Leaf, tuple[str, ...]]]:
    depth = len(prefix)
    below: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        if len(leaf.segments) == depth:
            yield leaf, prefix
        else:
            below.setdefault(leaf.segments[depth], []).append(leaf)
    if folded := _one_parameter(below, prefix):
        group = [leaf for segment in folded for leaf in below.pop(segment)]
        below["{name}"] = [*group, *below.get("{name}", ())]
    for segment, group in below.items():
        yield from _folded(group, (*prefix, segment))


def _one_parameter(below: dict[str, list[_Leaf]], prefix: tuple[str, ...]) -> list[str]:
    """Return the siblings that are values of one parameter, or none."""
    if len(below) < 2 or not prefix or not prefix[-1] or known_constant(prefix[-1]) or prefix[-1].startswith("{"):
        return []
    if any(not segment or known_constant(segment) for segment in below):
        return []
    if all(segment.startswith("{") for segment in below):
        return []
    # Sorted, since likeness is not transitive and the order of recordings does not matter.
    deciding = [segment for segment in sorted(below) if any(leaf.telling for leaf in below[segment])]
    groups = {segment: _continuations(below[segment], len(prefix)) for segment in below}
    if len(deciding) < 2:
        return []
    same = all(_same(groups[deciding[0]], groups[other]) for other in deciding[1:])
    if not same and not _changed(below, len(prefix)):
        return []
    known = {rest for segment in deciding for rest in groups[segment]}
    return [segment for segment in below if segment in deciding or groups[segment].keys() & known]


def _changed(below: Mapping[str, list[_Leaf]], depth: int) -> bool:
    """Return True if the siblings of each side are values of one parameter, which now answers otherwise."""
    sides = [_of_side(below, side, depth) for side in (0, 1)]
    if not all(sides):
        return False
    before, after = sides
    told = [
        any(akin(mine, theirs) for mine in _told(before[rest]) for theirs in _told(after[rest]))
        for rest in before.keys() & after.keys()
        if _told(before[rest]) and _told(after[rest])
    ]
    return bool(told) and all(told)


def _of_side(below: Mapping[str, list[_Leaf]], side: int, depth: int) -> dict[tuple[object, ...], list[Shape]]:
    """Return what the siblings of one side answer, or nothing if they are not alike, or only one."""
    mine = {segment: [leaf for leaf in group if leaf.side == side] for segment, group in below.items()}
    groups = {
        segment: _continuations(group, depth)
        for segment, group in sorted(mine.items())
        if any(leaf.telling for leaf in group)
    }
    named = [group for segment, group in groups.items() if not _is_parameter(segment)]
    folded = [group for segment, group in groups.items() if _is_parameter(segment)]
    if len(named) + 2 * len(folded) < 2 or not all(_same(named[0], other) for other in named[1:]):
        return {}
    # What is called only with ids, and what is called only with names, may still be one resource.
    if any(named[0].keys() & other.keys() and not _same(named[0], other) for other in folded if named):
        return {}
    found: dict[tuple[object, ...], list[Shape]] = {}
    for group in groups.values():
        for rest, shapes in group.items():
            found.setdefault(rest, []).extend(shapes)
    return found


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
    # The answers are those of both sides, and one side may have drifted: one pair of like answers is enough.
    return any(told) and all(any(pairs) for pairs in told if pairs)


def _told(shapes: list[Shape]) -> list[Shape]:
    return [shape for shape in shapes if telling(shape) >= _FEWEST_FIELDS]
