"""Path patterns (`/users/{id}`, `/files/{rest:path}`, `https://api.test/users/{id}`), and methods with one of them.

Routes, `ignore`, `repeat`, path templates of drift and `verify --only` name requests by these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from playhead.errors import UsageError
from playhead.text.urls import Target, normalised_path, split_url

__all__ = ["PathPattern", "RequestPattern", "compile_pattern", "parse_request_pattern", "split_request_pattern"]

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


@dataclass(frozen=True, slots=True)
class RequestPattern:
    """A method, `"*"` for any, and a path pattern."""

    method: str
    pattern: PathPattern

    def fits(self, method: str, url: str) -> bool:
        """Return True for a request with this method and a path of this form."""
        return self.method in ("*", method) and self.pattern.match(url) is not None


def split_request_pattern(text: str) -> tuple[str, str]:
    """Split `[METHOD ]PATTERN` into the method in upper case, empty if there is none, and the pattern."""
    method, blank, pattern = text.strip().partition(" ")
    return (method.upper(), pattern.strip()) if blank else ("", method)


def parse_request_pattern(text: str) -> RequestPattern:
    """Read `[METHOD ]PATTERN`, such as `GET /users/{id}`; without a method, any fits.

    Raises:
        UsageError: The pattern is not a path pattern.
    """
    method, pattern = split_request_pattern(text)
    return RequestPattern(method or "*", compile_pattern(pattern))


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> PathPattern:
    """Compile a pattern: `{x}` is one segment or a part of one, `{x:path}` the rest.

    Raises:
        UsageError: The text is not a path pattern.
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
