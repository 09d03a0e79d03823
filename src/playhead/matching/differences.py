"""Differences between two requests as errors show them: JSON on one line, cut around what differs."""

from __future__ import annotations

import json
import unicodedata
from typing import cast

from playhead.matching.content import Content, Part
from playhead.text.words import cut

__all__ = ["ABSENT", "Difference", "content_line", "one_line", "shorten"]

Difference = tuple[str, str, str]
"""A place, the recorded value and the sent one."""

ABSENT = "nothing"

_COLUMNS = 47
"""The columns for two values in a note of 76, besides label, indent and the words `recorded` and `sent`."""

_OWN_LINE = 55
"""The columns for one value on a line of its own, where the two do not fit on one line."""


_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that are not printed, or all look alike."""

_LOOKALIKES = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2212АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν",  # noqa: RUF001  # what they are listed for
    "-----ABESIJKMHOPCTYXaeopcyxsijhdqwABEZHIKMNOPTYXoav",
    "\u034f\u115f\u1160\u2800\ufe0e\ufe0f",
)
"""Characters that look like others: hyphens, Cyrillic and Greek letters like Latin ones, and blanks of other
categories."""


def one_line(value: object) -> str:
    """Return a JSON value on one line, as a request spells it; `nothing` for `None` in place of a text."""
    if value is None:
        return ABSENT
    return json.dumps(value, ensure_ascii=False, default=str)


def content_line(content: Content) -> str:
    """Return a body on one line."""
    match content.kind:
        case "nothing":
            return ABSENT
        case "json":
            return json.dumps(content.value, ensure_ascii=False)
        case "form":
            return one_line("&".join(name + value for name, value in cast(tuple[tuple[str, str], ...], content.value)))
        case "multipart":
            parts = cast(tuple[Part, ...], content.value)
            return one_line([part.name for part in parts])
        case "file":
            return f"sha256 {content.value}"
        case _:
            return _line_of_bytes(cast(bytes, content.value))


def _line_of_bytes(data: bytes) -> str:
    try:
        return one_line(data.decode())
    except UnicodeDecodeError:
        return f"{len(data)} bytes {data.hex()}"


def shorten(place: str, old: str, new: str) -> tuple[str, str]:
    """Cut two values so that both fit in one note, or each on a line of its own.

    A cut value begins shortly before the two differ. Where they would look alike, the difference is escaped.
    """
    was, now = _fitted(place, old, new)
    return (was, now) if _look(was) != _look(now) else _fitted(place, *_escaped(old, new))


def _fitted(place: str, old: str, new: str) -> tuple[str, str]:
    if len(old) + len(new) <= _COLUMNS - max(len(place) - 9, 0):
        return old, new
    parting = _parting(old, new)
    start = parting - _OWN_LINE // 3 if parting > _OWN_LINE // 2 else 0
    return _cut(old, start, _OWN_LINE), _cut(new, start, _OWN_LINE)


def _parting(old: str, new: str) -> int:
    """Return the position where two texts begin to differ."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, pair in pairs if pair[0] != pair[1]), min(len(old), len(new)))


def _look(text: str) -> str:
    """Return one text for all that look alike: other compositions, invisible characters, other alphabets."""
    if text.isascii() and text.isprintable():
        return text
    visible = (each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in _INVISIBLE)
    return "".join(visible).translate(_LOOKALIKES)


def _escaped(old: str, new: str) -> tuple[str, str]:
    """Escape both texts outside of ASCII, from the first place in which they differ to the last."""
    begin = _parting(old, new)
    was, now = old[begin:], new[begin:]
    same = _parting(was[::-1], now[::-1])
    return old[:begin] + _ascii(was, same), new[:begin] + _ascii(now, same)


def _ascii(text: str, kept: int) -> str:
    """Return the text with JSON escapes, except for the given number of characters at its end."""
    end = len(text) - kept
    escaped = (each if each.isascii() and each.isprintable() else json.dumps(each)[1:-1] for each in text[:end])
    return "".join(escaped) + text[end:]


def _cut(text: str, start: int, room: int) -> str:
    if start and len(text) > room:
        text = "…" + text[min(start, len(text) - room) + 1 :] if start < len(text) else "…" + text[-(room - 1) :]
    return cut(text, room)
