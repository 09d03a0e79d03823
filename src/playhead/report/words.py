"""Text for reports: durations, sizes and bodies, fitted into columns and made safe for a terminal."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from playhead.model.http import BodyFile
from playhead.model.timing import Timing
from playhead.text.words import printable

__all__ = [
    "duration", "excerpt", "fitted", "instant", "length_of", "size", "squeezed", "took_of", "width_of",
]  # fmt: skip

_SECOND = 10**6
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def took_of(timing: Timing) -> str:
    """Return how long something took, or `-` where no times were recorded."""
    return duration(max(0, timing.last_us - timing.start_us)) if timing.known else "-"


def duration(us: int) -> str:
    """Return a duration, rounded: `0.6 ms`, `128.3 ms`, `1.02 s`, `1m05.2s`, `2h05m`."""
    if us < _SECOND:
        return f"{us / 1000:.1f} ms"
    if us < _MINUTE:
        return f"{us / _SECOND:.2f} s"
    if us < _HOUR:
        return f"{us // _MINUTE}m{us % _MINUTE / _SECOND:04.1f}s"
    return f"{us // _HOUR}h{us % _HOUR // _MINUTE:02}m"


def instant(us: int) -> str:
    """Return a place on the timeline, not rounded: `0.25 ms`, `1.5 s`, `1m30s`, `2h`."""
    if us < _SECOND:
        return f"{_decimal(us, 3)} ms" if us else "0"
    if us < _MINUTE:
        return f"{_decimal(us, 6)} s"
    hours, rest = divmod(us, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{_decimal(rest, 6)}s" if rest else "")
    return "".join(parts)


def _decimal(value: int, digits: int) -> str:
    whole, rest = divmod(value, 10**digits)
    return f"{whole}.{rest:0{digits}}".rstrip("0").rstrip(".")


def size(count: int) -> str:
    """Return a number of bytes: `57 B`, `1.2 kB`."""
    if count < 1000:
        return f"{count} B"
    scaled, unit = count / 1000, "kB"
    for larger in ("MB", "GB"):
        if scaled >= 1000:
            scaled, unit = scaled / 1000, larger
    return f"{scaled:.1f} {unit}"


def length_of(body: bytes | BodyFile) -> int:
    """Return the size of a body in bytes, without reading its file."""
    return body.size_bytes if isinstance(body, BodyFile) else len(body)


def excerpt(body: bytes | BodyFile, most: int) -> str:
    """Return the first `most` characters of a body, made printable, or a note if it is binary or in a file."""
    if isinstance(body, BodyFile):
        return f"({size(body.size_bytes)} in {printable(body.name)})"
    start = body[: 4 * most]
    text = _decoded(start, whole=len(start) == len(body))
    if text is None:
        return f"({size(len(body))}, binary)"
    safe = "\n".join(printable(line.expandtabs(4)) for line in text[:most].splitlines())
    return safe if len(text) <= most and len(start) == len(body) else f"{safe}\n… {size(len(body))} in all"


def _decoded(data: bytes, *, whole: bool) -> str | None:
    """Decode UTF-8, or return `None` if the data is something else. Unless `whole`, its last character may be cut."""
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None if whole or error.start < len(data) - 3 else data[: error.start].decode("utf-8")


def width_of(text: str) -> int:
    """Return the number of terminal columns of a text (Unicode Standard Annex 11: wide characters take two)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


def fitted(text: str, columns: int, more: str = "…") -> str:
    """Truncate a text to at most `columns` terminal columns, with `more` at its end."""
    if width_of(text) <= columns:
        return text
    text = text[: max(0, 2 * columns)]
    while text and width_of(text) > columns - len(more):
        text = text[:-1]
    return (text + more)[: max(columns, 0)]


def squeezed(text: str, columns: int, more: str = "…") -> str:
    """Shorten a text to at most `columns` terminal columns in its middle: both ends of a path tell most about it."""
    if width_of(text) <= columns:
        return text
    front = fitted(text, max(0, columns - len(more)) // 3, "")
    back = fitted(text[::-1], columns - width_of(front) - len(more), "")[::-1]
    return (front + more + back)[: max(columns, 0)]
