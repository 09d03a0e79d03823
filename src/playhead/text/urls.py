"""URLs in the one spelling in which they are compared.

They are split by hand, since every replayed request goes through here and `urlsplit` takes longer.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

__all__ = ["DEFAULT_PORTS", "Parameters", "Target", "has_address", "normalised_path", "parameters", "split_url"]

Parameters = tuple[tuple[str, str | None], ...]
"""Percent-decoded names and values in the order sent. The value is `None` for a parameter without `=`."""

DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~"


class Target(NamedTuple):
    """The parts of a URL.

    `host` is in lower case, `port` empty for the default port; `path` and `query` are as sent.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: str


def has_address(url: str) -> bool:
    """Return True unless a URL has brackets that do not hold an IPv6 address: the standard library cannot split it."""
    if "[" in url or "]" in url:
        try:
            urlsplit(url)
        except ValueError:
            return False
    return True


def split_url(url: str) -> Target:
    """Return the parts of an absolute URL.

    User information and fragment are left out, since they do not name the resource (RFC 9110, section 7.1).
    """
    scheme, _, rest = url.partition("://")
    if "#" in rest:
        rest = rest[: rest.index("#")]
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    if "@" in authority:
        authority = authority[authority.rindex("@") + 1 :]
    host, port = authority, ""
    if ":" in authority and not authority.endswith("]"):
        host, _, port = authority.rpartition(":")
        if port == DEFAULT_PORTS.get(scheme):
            port = ""
    if not (scheme.islower() and host.islower()):
        scheme, host = scheme.lower(), host.lower()
    return Target(scheme, host, port, "/" + path, query)


def normalised_path(path: str) -> str:
    """Return a path with unreserved characters unescaped, and all others escaped in upper case.

    Dot segments stay (RFC 3986, section 6.2.2).
    """
    if "%" in path:
        path = _ESCAPE.sub(_unreserved, path)
    return path if path.isascii() and path.isprintable() and " " not in path else quote(path, safe=_KEPT_IN_PATHS)


def parameters(query: str) -> Parameters:
    """Return the parameters of a query or a form. `+` is a blank; bytes that are not UTF-8 become surrogates."""
    if not query:
        return ()
    pairs = (piece.partition("=") for piece in query.split("&") if piece)
    if "%" not in query and "+" not in query:
        return tuple((name, value if equals else None) for name, equals, value in pairs)
    return tuple((_decoded(name), _decoded(value) if equals else None) for name, equals, value in pairs)


def _decoded(text: str) -> str:
    return unquote(text.replace("+", " "), errors="surrogateescape")


def _unreserved(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    if character.isascii() and (character.isalnum() or character in "-._~"):
        return character
    return escape[0].upper()
