"""Path patterns of routes and places: `/users/{id}`, `/files/{rest:path}`, `https://api.test/users/{id}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from playhead.errors import UsageError
from playhead.text.urls import Target, normalised_path, split_url

__all__ = ["PathPattern", "compile_pattern"]

_REST = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*:path\}")
_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A full path, or a URL, with named parts. `origin` is scheme, host and port if the pattern is a URL."""

    text: str
    names: tuple[str, ...]
    origin: tuple[str, str, str] | None
    regex: re.Pattern[str]

    def match(self, url: str) -> dict[str, str] | None:
        """Return the named parts of a URL that fits, percent-decoded; `None` for other URLs."""
        target = split_url(url)
        found = self.find(target, normalised_path(target.path))
        return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}

    def find(self, target: Target, path: str) -> re.Match[str] | None:
        """Match a URL in parts, given its normalised path.

        The match knows the places of the named parts.
        """
        if self.origin is not None and self.origin != target[:3]:
            return None
        return self.regex.fullmatch(path)


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> PathPattern:
    """Compile a pattern: `{x}` is a segment or a part of one, `{x:path}` the rest.

    Raises UsageError for a malformed pattern.
    """
    path, origin = pattern, None
    if "://" in pattern:
        target = split_url(pattern)
        path, origin = target.path, target[:3]
    if not path.startswith("/"):
        raise UsageError(
            f'"{pattern}" is not a path pattern: begin it with "/" or "https://host/", such as /users/{{id}}.'
        )
    regex, names = _regex(path, pattern)
    return PathPattern(pattern, names, origin, re.compile(regex, re.DOTALL))


def _regex(path: str, pattern: str) -> tuple[str, tuple[str, ...]]:
    pieces, names, end = [], [], 0
    rests = len(_REST.findall(path))
    for field in _FIELD.finditer(path):
        name, kind = field.groups()
        if kind not in (None, "path") or name in names:
            raise UsageError(
                f'"{field[0]}" in "{pattern}" is not a field: write {{name}} or {{name:path}}, each name once.'
            )
        pieces.append(_literal(path[end : field.start()], pattern))
        if kind is None:
            pieces.append(f"(?P<{name}>[^/]+)")
        else:
            # Of several rests, all but the last match as little as possible, once: retrying takes exponential time.
            rests -= 1
            opened = pieces.count("(?>") - pieces.count(")")
            pieces += [")"] * opened + (["(?>", f"(?P<{name}>.*?)"] if rests else [f"(?P<{name}>.*)"])
        names.append(name)
        end = field.end()
    pieces.append(_literal(path[end:], pattern))
    return "".join(pieces), tuple(names)


def _literal(text: str, pattern: str) -> str:
    if "{" in text or "}" in text:
        raise UsageError(f'"{pattern}" has a brace outside of a field: write {{name}}, or %7B for the brace itself.')
    return re.escape(normalised_path(text))
