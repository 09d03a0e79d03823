"""Paths without end: a segment with hundreds of different siblings is a parameter, whatever its values look like.

Without this a contract would grow with every user or file that was asked for. Fewer siblings are the business of
`templates`, which looks at their answers.
"""

from __future__ import annotations

from collections.abc import Iterable

from playhead.contract.looks import known_constant
from playhead.contract.requests import Key

__all__ = ["ANY", "MANY", "crowded"]

MANY = 400
ANY = "{any}"
_Prefix = tuple[str, ...]


def crowded(keys: Iterable[Key]) -> dict[Key, Key]:
    """The keys below crowds, each with what it becomes; a parameter takes the place of all but known constants.

    From the first segment on, for what lies below a crowd is one, and may be a crowd only for that.
    """
    paths = {key: tuple(key.path.split("/")) for key in keys}
    if len(paths) <= MANY and not any(ANY in path for path in paths.values()):
        return {}
    depth, deepest = 0, max(map(len, paths.values()))
    while depth < deepest:
        paths = _folded(paths, depth)
        depth += 1
    found = {key: key._replace(path="/".join(path)) for key, path in paths.items()}
    return {key: other for key, other in found.items() if other != key}


def _folded(paths: dict[Key, _Prefix], depth: int) -> dict[Key, _Prefix]:
    siblings: dict[tuple[str, _Prefix], set[str]] = {}
    for key, path in paths.items():
        if len(path) > depth and not known_constant(path[depth]):
            siblings.setdefault((key.host, path[:depth]), set()).add(path[depth])
    many = {parent for parent, names in siblings.items() if len(names) > MANY or (ANY in names and len(names) > 1)}
    if not many:
        return paths
    return {key: _one(path, depth) if (key.host, path[:depth]) in many else path for key, path in paths.items()}


def _one(path: _Prefix, depth: int) -> _Prefix:
    if len(path) <= depth or known_constant(path[depth]):
        return path
    return (*path[:depth], ANY, *path[depth + 1 :])
