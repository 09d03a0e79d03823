"""Differences of two JSON values, place by place."""

from __future__ import annotations

import json
from collections.abc import Iterator

from playhead.matching.json_path import shown_step
from playhead.matching.shown import ABSENT, Difference

__all__ = ["json_differences"]

_DEEPEST = 100


class _Missing:
    pass


_MISSING = _Missing()


def json_differences(place: str, old: object, new: object, *, depth: int = 0) -> Iterator[Difference]:
    """Yield each place below `place` where the values differ. What is deeper than 100 levels counts as one place."""
    if depth < _DEEPEST and isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            inner = place + shown_step(name)
            yield from json_differences(inner, old.get(name, _MISSING), new.get(name, _MISSING), depth=depth + 1)
    elif depth < _DEEPEST and isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            inner = place + shown_step(index)
            yield from json_differences(inner, _item(old, index), _item(new, index), depth=depth + 1)
    elif _shown(old) != _shown(new):
        yield place, _shown(old), _shown(new)


def _item(items: list[object], index: int) -> object:
    return items[index] if index < len(items) else _MISSING


def _shown(value: object) -> str:
    return ABSENT if isinstance(value, _Missing) else json.dumps(value, ensure_ascii=False, sort_keys=True)
