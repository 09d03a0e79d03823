"""JSON as text: where members stand, and what strings mean. Values are parsed by `json`, positions are found here.

`members` and `line_of` go through text that is known to parse, such as the file of a cassette. `IN_STRING` and
`unquoted` also take JSON that was cut or is broken: redaction scans bytes that a service sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

__all__ = ["IN_STRING", "Member", "line_of", "members", "unquoted"]

IN_STRING = rb'(?:[^"\\]++|\\.)*+'
"""A pattern for the bytes between quotation marks, or for as many of them as there are. It needs `re.DOTALL`."""

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Member:
    """A member of an object, or an item of an array, whose value starts at `start`. The `key` of an item is its index.

    The value is parsed once, when it is read or stepped over.
    """

    __slots__ = ("_read", "_text", "key", "start")

    def __init__(self, text: str, key: str | int, start: int) -> None:
        self._text = text
        self.key = key
        self.start = start
        self._read: tuple[object, int] | None = None

    def read(self) -> tuple[object, int]:
        """Return the value, and the position behind it."""
        if self._read is None:
            self._read = _DECODER.raw_decode(self._text, self.start)
        return self._read


def members(text: str, at: int = 0) -> Iterator[Member]:
    """Step through the object or array at `at`, blanks before it aside; anything else there has no members."""
    at = _past_blank(text, at)
    opening = text[at : at + 1]
    at = _past_blank(text, at + 1)
    position = 0
    while opening in ("{", "[") and text[at : at + 1] not in ("}", "]", ""):
        key: str | int = position
        if opening == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _past_blank(text, _past_blank(text, at) + 1)
        member = Member(text, key, at)
        yield member
        _, at = member.read()
        at = _past_blank(text, at)
        if text[at : at + 1] == ",":
            at = _past_blank(text, at + 1)
        position += 1


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line, from 1, that a path of keys and positions leads to.

    The key `"*"` stands for the first member. A path that leads nowhere gives the line of its last step that exists.
    Values on the way are parsed, so this takes up to as long as reading the file.
    """
    at = 0
    for step in path:
        found = next((member.start for member in members(text, at) if step in ("*", member.key)), None)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def unquoted(string: bytes) -> str:
    """Return the text that a JSON string means; `string` comes without its quotation marks.

    Bytes that are not such a string are read as latin-1.
    """
    if b"\\" not in string:
        return string.decode("utf-8", "surrogateescape")
    try:
        return str(json.loads(b'"' + string + b'"', strict=False))
    except ValueError:
        return string.decode("latin-1")


def _past_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    assert blank is not None  # it also matches nothing
    return blank.end()
