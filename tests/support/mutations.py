"""Valid documents with something wrong in their structure, as a stranger's file may have it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import strategies as st

__all__ = ["mutated", "mutations"]

DEEP_LIST: list[Any] = []
DEEP_MAP: dict[str, Any] = {}
for _ in range(400):
    DEEP_LIST, DEEP_MAP = [DEEP_LIST], {"a": DEEP_MAP}

ODD = (
    None, True, False, 0, 1, -1, 7, 2**31, 2**64, 10**400, -(10**400), 0.5, -0.0, 1e308, float("inf"), float("nan"),
    "", "x", "0", "-1", "1e999", "*", "#/", "#", "#/a/b", "//[", "http://[", "{", "{a}{a}", "{}", "\x00", "\ud800",
    "é" * 300, "2027-02-30", "a/b~c", [], [[]], [None], [0, "x", {}], {}, {"": {}}, {"$ref": "#"}, {"$ref": "#/paths"},
    {"type": "object"}, {"a": None, "b": [1]}, DEEP_LIST, DEEP_MAP,
)  # fmt: skip
Path = tuple[Any, ...]


def mutated(document: Any, random: Random, most: int = 3) -> Any:
    """A copy of the document with up to `most` parts exchanged, left out, doubled, or moved under another name."""
    changed = deepcopy(document)
    for _ in range(random.randint(1, most)):
        paths = [path for path in _paths(changed, (), 60) if path]
        if not paths:
            return random.choice(ODD)
        *above, last = random.choice(paths)
        holder = changed
        for step in above:
            holder = holder[step]
        _change(holder, last, changed, random)
    return changed


def _change(holder: Any, last: Any, whole: Any, random: Random) -> None:
    match random.randrange(5):
        case 0:
            del holder[last]
        case 1 if isinstance(holder, dict):
            holder[random.choice(["", "x", "\ud800", "-1", "$ref", "default", last * 2])] = holder.pop(last)
        case 2:
            other = random.choice(list(_paths(whole, (), 60)))
            part = whole
            for step in other:
                part = part[step]
            holder[last] = deepcopy(part)
        case 3:
            holder[last] = random.choice(([holder[last]], {"a": holder[last]}, [holder[last]] * 3))
        case _:
            holder[last] = deepcopy(random.choice(ODD))


def _paths(value: Any, path: Path, depth: int) -> Iterator[Path]:
    yield path
    if depth and isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(part, (*path, step), depth - 1)


def mutations(document: Any) -> st.SearchStrategy[Any]:
    """Mutated documents, drawn by hypothesis."""
    return st.randoms(use_true_random=False).map(lambda random: mutated(document, random))
