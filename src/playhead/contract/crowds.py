"""Fold path segments with hundreds of different siblings into a parameter, whatever the segments look like.

Without this a contract would grow with every user or file that was requested. Fewer siblings are handled by
`templates`, which compares their answers.
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
    """Return the new key of each key that changes; known constants are kept.

    Segments are folded from the first one on: the siblings below a crowd come together only when it has been folded.
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
