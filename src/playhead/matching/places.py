"""Places: the parts of a request that `ignore` and `check` name, such as `query.page` or `POST /users: body.$.id`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playhead.errors import UsageError
from playhead.matching.json_path import Steps, parse_steps
from playhead.text.path_patterns import PathPattern, compile_pattern

__all__ = ["KINDS", "Place", "parse_place"]

KINDS = (
    "host, path.NAME, query.NAME, header.NAME, form.NAME, part.NAME, body, body.$.a[*].b, "
    "call.DOUBLE.METHOD.args[0], @uuid, @datetime"
)

_SCOPED = re.compile(r"(\*|[A-Za-z-]+)\s+(\S+?)\s*:\s+(\S.*)", re.DOTALL)
_NAMED = ("path", "query", "header", "form", "part", "call")


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a request.

    Attributes:
        kind: The word that the place begins with.
        name: The text that follows it.
        steps: The way into a JSON body.
        method: The method of the requests that it is meant for, `"*"` for any.
        pattern: The path of these requests, `None` for any.
    """

    text: str
    kind: str
    name: str = ""
    steps: Steps | None = None
    method: str = "*"
    pattern: PathPattern | None = None


def parse_place(text: str) -> Place:
    """Read `[METHOD PATTERN: ]PLACE`. Raises UsageError for an unknown kind of place, naming the known ones."""
    method, pattern, rest = "*", None, text.strip()
    scoped = _SCOPED.fullmatch(rest)
    if scoped is not None:
        method, rest = scoped[1].upper(), scoped[3].strip()
        pattern = compile_pattern(scoped[2])
    kind, name, steps = _kind(rest, text)
    if kind == "path" and (pattern is None or name not in pattern.names):
        raise UsageError(f'"{text}" needs a pattern that names the part: "GET /users/{{{name}}}: path.{name}".')
    return Place(text, kind, name, steps, method, pattern)


def _kind(rest: str, text: str) -> tuple[str, str, Steps | None]:
    if rest in ("host", "body", "@uuid", "@datetime"):
        return rest, "", None
    kind, dot, name = rest.partition(".")
    if dot and name and kind in _NAMED:
        return kind, name.lower() if kind == "header" else name, None
    if kind == "body" and name.startswith("$"):
        steps = parse_steps(name)
        if steps is not None:
            return ("json", name, steps) if steps else ("body", "", None)
    raise UsageError(f'"{text}" is not a place of a request: the places are {KINDS}.')
