"""Copies of arguments as they were when a call was made, for assertions: a program may go on changing its own."""

from __future__ import annotations

import copy
from typing import Any

from playhead.values.kinds import is_data

__all__ = ["Handover", "snapshot"]

_DEEPEST = 90


class Handover:
    """The arguments themselves, for the real object: the mock was given copies of them."""

    __slots__ = ("_originals",)

    def __init__(self) -> None:
        self._originals: dict[int, tuple[Any, Any]] = {}

    def copied(self, value: Any) -> Any:
        """A copy, whose original is kept until it is asked for."""
        copy = snapshot(value)
        if copy is not value:
            self._originals[id(copy)] = copy, value
        return copy

    def original(self, copy: Any) -> Any:
        """What a copy was made of; anything else is itself."""
        return self._originals.pop(id(copy), (copy, copy))[1]


def snapshot(value: Any, depth: int = 0) -> Any:
    """The value with copies of the containers and data objects in it; every other object is itself."""
    kind = type(value)
    if kind in _PLAIN or depth > _DEEPEST:
        return value
    if kind is list:
        return [snapshot(item, depth + 1) for item in value]
    if kind is dict:
        return {key: snapshot(item, depth + 1) for key, item in value.items()}
    if kind is tuple:
        return tuple([snapshot(item, depth + 1) for item in value])
    if kind in (set, bytearray):
        return kind(value)
    return _data(value) if is_data(kind) and _compares(kind) else value


_PLAIN = frozenset({str, int, float, bool, type(None), bytes})


def _compares(kind: type[Any]) -> bool:
    """Whether copies are equal to their originals."""
    return any("__eq__" in vars(base) for base in kind.__mro__[:-1])


def _data(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  # it holds what cannot be copied: then it is looked at as it is later
        return value
