"""How compared values look in an error: as JSON, on one line, cut around what differs."""

from __future__ import annotations

import json
import unicodedata
from typing import cast

from playhead.matching.content import Content, Part

__all__ = ["ABSENT", "Difference", "shorten", "shown", "shown_content"]

Difference = tuple[str, str, str]
"""A place, what was recorded there, and what was sent."""

ABSENT = "nothing"

_COLUMNS = 47
"""What a note of 76 columns leaves for two values, beside label, indent and the words `recorded` and `sent`."""

_OWN_LINE = 55
"""What it leaves for one value in a line of its own, where the two do not fit in one."""


_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that are not printed, or all in one way."""

_LOOKALIKES = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2212АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν",  # noqa: RUF001  # what they are listed for
    "-----ABESIJKMHOPCTYXaeopcyxsijhdqwABEZHIKMNOPTYXoav",
    "\u034f\u115f\u1160\u2800\ufe0e\ufe0f",
)
"""Hyphens, and Cyrillic and Greek letters that are printed as Latin ones; blanks that count as letters or symbols."""


def shown(value: object) -> str:
    """Return a JSON value on one line, as it is spelled in a request; `nothing` for `None` in place of a text."""
    if value is None:
        return ABSENT
    return json.dumps(value, ensure_ascii=False, default=str)


def shown_content(content: Content) -> str:
    """Return a body on one line."""
    match content.kind:
        case "nothing":
            return ABSENT
        case "json":
            return json.dumps(content.value, ensure_ascii=False)
        case "form":
            return shown("&".join(name + value for name, value in cast(tuple[tuple[str, str], ...], content.value)))
        case "multipart":
            parts = cast(tuple[Part, ...], content.value)
            return shown([part.name for part in parts])
        case "file":
            return f"sha256 {content.value}"
        case _:
            return _shown_bytes(cast(bytes, content.value))


def _shown_bytes(data: bytes) -> str:
    try:
        return shown(data.decode())
    except UnicodeDecodeError:
        return f"{len(data)} bytes {data.hex()}"


def shorten(place: str, old: str, new: str) -> tuple[str, str]:
    """Both values as they are if they fit in one note, else each cut to a line of its own, beginning shortly before
    they part ways. Where they would look alike, what differs is escaped."""
    was, now = _fitted(place, old, new)
    return (was, now) if _look(was) != _look(now) else _fitted(place, *_escaped(old, new))


def _fitted(place: str, old: str, new: str) -> tuple[str, str]:
    if len(old) + len(new) <= _COLUMNS - max(len(place) - 9, 0):
        return old, new
    parting = _parting(old, new)
    start = parting - _OWN_LINE // 3 if parting > _OWN_LINE // 2 else 0
    return _cut(old, start, _OWN_LINE), _cut(new, start, _OWN_LINE)


def _parting(old: str, new: str) -> int:
    """Return where two texts part ways."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, pair in pairs if pair[0] != pair[1]), min(len(old), len(new)))


def _look(text: str) -> str:
    """Return one text for all that a person could not tell apart: compositions, invisible characters, other
    alphabets."""
    if text.isascii() and text.isprintable():
        return text
    visible = (each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in _INVISIBLE)
    return "".join(visible).translate(_LOOKALIKES)


def _escaped(old: str, new: str) -> tuple[str, str]:
    """Both texts with what is not plain ASCII escaped, from the first place in which they differ to the last."""
    begin = _parting(old, new)
    was, now = old[begin:], new[begin:]
    same = _parting(was[::-1], now[::-1])
    return old[:begin] + _ascii(was, same), new[:begin] + _ascii(now, same)


def _ascii(text: str, kept: int) -> str:
    """Return the text with escapes as JSON has them, but for as many characters at its end as are kept."""
    end = len(text) - kept
    escaped = (each if each.isascii() and each.isprintable() else json.dumps(each)[1:-1] for each in text[:end])
    return "".join(escaped) + text[end:]


def _cut(text: str, start: int, room: int) -> str:
    if start and len(text) > room:
        text = "…" + text[min(start, len(text) - room) + 1 :] if start < len(text) else "…" + text[-(room - 1) :]
    return text if len(text) <= room else text[: room - 1] + "…"
