"""Limits of a cassette's size. Readers refuse more, and writers write nothing that readers would refuse."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT", "Limits", "too_deep"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps: nesting of a body, size of the file, number of interactions, and size of a body after decompression."""

    depth: int = 100
    size_bytes: int = 1024 * 1024 * 1024
    interactions: int = 1_000_000
    decoded_bytes: int = 256 * 1024 * 1024


DEFAULT = Limits()

_CONTAINERS = (list, dict)


def too_deep(value: object, depth: int) -> bool:
    """Return True if lists and dictionaries in `value` are nested more than `depth` deep, without recursion."""
    level = [value]
    for _ in range(depth + 1):
        level = [inner for outer in level if isinstance(outer, _CONTAINERS) for inner in _members(outer)]
        if not level:
            return False
    return True


def _members(container: list[object] | dict[str, object]) -> list[object]:
    # An empty container is as deep as one with a member: `[]` inside `[]` as `[0]`.
    return list(container.values() if isinstance(container, dict) else container) or [None]
