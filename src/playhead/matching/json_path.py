"""Paths into JSON values: `$.a[*].b`, `$["odd name"][0]`, `$.*`. Parsing them, and leaving out values by them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

__all__ = ["ANY", "Steps", "above", "parse_steps", "shown_step", "without"]

ANY = None
"""The step that stands for every item or member: `[*]` or `.*`."""

Steps = tuple[str | int | None, ...]

_STEP = re.compile(
    r"""\.(?P<any>\*)|\.(?P<name>[^.\[\]"*\s][^.\[\]]*)|\[(?:(?P<all>\*)|(?P<index>\d+)|(?P<quoted>"(?:[^"\\]|\\.)*"))\]"""
)
_PLAIN = re.compile(r"[^\W\d][\w-]*")
_LAST = re.compile(r"""(?:\.[^.\[\]"]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])\Z""")


def parse_steps(text: str) -> Steps | None:
    """Return the steps of a path that begins with `$`, `None` if it is malformed."""
    steps: list[str | int | None] = []
    position = 1
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None:
            return None
        steps.append(_step(step))
        position = step.end()
    return tuple(steps) if text.startswith("$") else None


def _step(step: re.Match[str]) -> str | int | None:
    if step["name"] is not None:
        return step["name"]
    if step["index"] is not None:
        return int(step["index"])
    return str(json.loads(step["quoted"])) if step["quoted"] is not None else ANY


def shown_step(step: str | int) -> str:
    """Return a step as it is written in a path."""
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def above(path: str) -> str:
    """Return the path without its last step, which `shown_step` made; an empty text for a path without steps."""
    last = _LAST.search(path)
    return "" if last is None else path[: last.start()]


def without(value: object, paths: Iterable[Steps]) -> object:
    """Return a copy of a JSON value without what the paths lead to: members are removed, items become `null`."""
    for path in paths:
        value = _without(value, path)
    return value


def _without(value: object, path: Steps) -> object:
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        left_out = not rest
        return {
            name: item if step not in (ANY, name) else _without(item, rest)
            for name, item in value.items()
            if not (left_out and step in (ANY, name))
        }
    if isinstance(value, list):
        return [_without(item, rest) if step in (ANY, index) else item for index, item in enumerate(value)]
    return value
