"""Copies of arguments for assertions, taken when a call is made: the program may change its own later."""

from __future__ import annotations

import copy
from typing import Any

from playhead.values.kinds import is_data

__all__ = ["Handover", "snapshot"]

_DEEPEST = 90


class Handover:
    """Keeps the original of each copy that a mock was given, for the real object."""

    __slots__ = ("_originals",)

    def __init__(self) -> None:
        self._originals: dict[int, tuple[object, object]] = {}

    def copied(self, value: object) -> object:
        """Return a copy, and keep its original until it is asked for."""
        copy = snapshot(value)
        if copy is not value:
            self._originals[id(copy)] = copy, value
        return copy

    def original(self, copy: object) -> object:
        """Return the original of a copy, and anything else as it is."""
        return self._originals.pop(id(copy), (copy, copy))[1]


def snapshot(value: Any, depth: int = 0) -> object:
    """Return the value with its containers and data objects copied. Every other object is kept by reference."""
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
    """Return True if copies are equal to their originals."""
    return any("__eq__" in vars(base) for base in kind.__mro__[:-1])


def _data(value: object) -> object:
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  # a member cannot be copied: keep the original
        return value
