"""Texts that stand encoded within others, decoded with a map back to where each byte came from.

A link in a JSON string, in an attribute of HTML or in a parameter of another link is looked into as decoded, and edited
where it stands. Placeholders consist of letters, digits, `-` and `.`, so none of these encodings changes them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5
from urllib.parse import unquote_to_bytes

from playhead.redaction.edits import Edit

__all__ = ["Decoded", "from_json", "from_markup", "from_page", "from_query"]

_JSON_ESCAPE = re.compile(
    rb'\\(?:["\\/bfnrt]|u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})'
)
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|\+")
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_IN_PAGE = re.compile(_ENTITY.pattern + rb"|\\u00(?:2[36]|3[dDfF])")
"""In a page there are programs too, and JSON whose signs of HTML are escaped."""

_SHORT = {
    b'\\"': b'"',
    b"\\\\": b"\\",
    b"\\/": b"/",
    b"\\b": b"\b",
    b"\\f": b"\f",
    b"\\n": b"\n",
    b"\\r": b"\r",
    b"\\t": b"\t",
}


class Decoded:
    """A decoded `text`, and the edits of it as edits of what it was decoded from."""

    __slots__ = ("_before", "_from", "_shifts", "_to", "text")

    def __init__(self, raw: bytes, escapes: Iterable[re.Match[bytes]], meaning: Callable[[bytes], bytes]) -> None:
        self._from: list[int] = []
        self._to: list[int] = []
        self._before: list[int] = []
        self._shifts: list[int] = []
        pieces: list[bytes] = []
        position = size = 0
        for escape in escapes:
            start, end = escape.span()
            new = meaning(escape[0])
            pieces += [raw[position:start], new]
            size += start - position
            self._from.append(size)
            size += len(new)
            self._to.append(size)
            self._before.append(start)
            self._shifts.append(end - size)
            position = end
        pieces.append(raw[position:])
        self.text = b"".join(pieces) if position else raw

    def undone(self, edits: Iterable[Edit], base: int = 0) -> Iterator[Edit]:
        """Yield edits of the decoded text as edits of the original, which begins at `base`."""
        for start, end, new in edits:
            yield Edit(base + self._start(start), base + self._end(end), new)

    def _start(self, position: int) -> int:
        at = bisect_right(self._from, position) - 1
        if at < 0:
            return position
        return self._before[at] if position < self._to[at] else position + self._shifts[at]

    def _end(self, position: int) -> int:
        at = bisect_right(self._from, position - 1) - 1
        if at < 0:
            return position
        return max(position, self._to[at]) + self._shifts[at]


def from_json(raw: bytes) -> Decoded:
    """Decode the inside of a JSON string (RFC 8259, section 7)."""
    return Decoded(raw, _JSON_ESCAPE.finditer(raw) if b"\\" in raw else (), _json_meaning)


def from_query(raw: bytes) -> Decoded:
    """Decode a name or value of a query or a form."""
    return Decoded(raw, _PERCENT.finditer(raw) if b"%" in raw or b"+" in raw else (), _query_meaning)


def from_markup(raw: bytes) -> Decoded:
    """Decode the character references in a text of HTML or XML."""
    return Decoded(raw, _ENTITY.finditer(raw) if b"&" in raw else (), _markup_meaning)


def from_page(raw: bytes) -> Decoded:
    """Decode a page: character references, and the signs of a query that programs in the page escape."""
    return Decoded(raw, _IN_PAGE.finditer(raw) if b"&" in raw or b"\\u00" in raw else (), _page_meaning)


def _json_meaning(escape: bytes) -> bytes:
    short = _SHORT.get(escape)
    if short is not None:
        return short
    units = bytes.fromhex(escape.replace(b"\\u", b"").decode("ascii"))
    return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")


def _query_meaning(escape: bytes) -> bytes:
    return b" " if escape == b"+" else unquote_to_bytes(escape)


def _markup_meaning(escape: bytes) -> bytes:
    name = escape[1:].decode("ascii")
    if not name.startswith("#"):
        return html5[name].encode() if name in html5 else escape
    code = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else escape


def _page_meaning(escape: bytes) -> bytes:
    return _json_meaning(escape) if escape.startswith(b"\\") else _markup_meaning(escape)
