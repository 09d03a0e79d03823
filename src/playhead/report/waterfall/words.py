"""The words of a waterfall: outcomes, instants, durations, sizes and bodies, as short as they can be."""

from __future__ import annotations

from unicodedata import combining, east_asian_width
from urllib.parse import urlsplit

from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile
from playhead.report.shown import NO_STATUS
from playhead.report.words import printable

__all__ = [
    "counted", "cut", "duration", "excerpt", "host_of", "instant", "length_of", "note_of", "size", "squeezed",
    "status_of", "target_of", "tone_of", "width_of",
]  # fmt: skip

_SECOND = 10**6
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def counted(number: int, noun: str) -> str:
    """`1 interaction`, `2 interactions`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def status_of(interaction: Exchange) -> str:
    """The status code, `ok` for a call that returned; nothing where no head came."""
    if interaction.response is None:
        return ""
    return "ok" if interaction.response.status == NO_STATUS else str(interaction.response.status)


def note_of(interaction: Exchange) -> str:
    """How it ended, if not as it should: the failure's kind, `abandoned`, `left early`; else nothing."""
    if interaction.failure is not None:
        return interaction.failure.kind
    if interaction.abandoned:
        return "abandoned"
    return "" if interaction.steady else "left early"


def tone_of(interaction: Exchange) -> str:
    """What to think of the outcome, in a word: `good`, `moved`, `refused`, `failed` or `left`."""
    if interaction.failure is not None:
        return "failed"
    if interaction.response is None or not interaction.response.complete:
        return "left"
    hundreds = interaction.response.status // 100
    return {3: "moved", 4: "refused", 5: "failed"}.get(hundreds, "good")


def host_of(url: str) -> str:
    """Host and port of a URL; of what is no URL nothing."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def target_of(url: str, *, with_host: bool) -> str:
    """The path and query of a URL, with its host before them if asked for; what is no URL as it is."""
    host = host_of(url)
    if not host:
        return url
    path = url.partition("://")[2].removeprefix(host) or "/"
    return host + path if with_host else path


def duration(us: int) -> str:
    """A duration, rounded: `0.6 ms`, `128.3 ms`, `1.02 s`, `1m05.2s`, `2h05m`."""
    if us < _SECOND:
        return f"{us / 1000:.1f} ms"
    if us < _MINUTE:
        return f"{us / _SECOND:.2f} s"
    if us < _HOUR:
        return f"{us // _MINUTE}m{us % _MINUTE / _SECOND:04.1f}s"
    return f"{us // _HOUR}h{us % _HOUR // _MINUTE:02}m"


def instant(us: int) -> str:
    """A place on the timeline, exactly: `0.25 ms`, `1.5 s`, `1m30s`, `2h`."""
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
    """A number of bytes: `57 B`, `1.2 kB`."""
    if count < 1000:
        return f"{count} B"
    scaled, unit = count / 1000, "kB"
    for larger in ("MB", "GB"):
        if scaled >= 1000:
            scaled, unit = scaled / 1000, larger
    return f"{scaled:.1f} {unit}"


def length_of(body: bytes | BodyFile) -> int:
    """The size of a body in bytes, without reading its file."""
    return body.size_bytes if isinstance(body, BodyFile) else len(body)


def excerpt(body: bytes | BodyFile, most: int) -> str:
    """The beginning of a body as at most `most` characters of harmless text; or what it is instead."""
    if isinstance(body, BodyFile):
        return f"({size(body.size_bytes)} in {printable(body.name)})"
    start = body[: 4 * most]
    text = _decoded(start, whole=len(start) == len(body))
    if text is None:
        return f"({size(len(body))}, binary)"
    safe = "\n".join(printable(line.expandtabs(4)) for line in text[:most].splitlines())
    return safe if len(text) <= most and len(start) == len(body) else f"{safe}\n… {size(len(body))} in all"


def _decoded(data: bytes, *, whole: bool) -> str | None:
    """The text that the data is (UTF-8, its last character may be cut unless it is whole), if it is one."""
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None if whole or error.start < len(data) - 3 else data[: error.start].decode("utf-8")


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11: wide characters take two)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


def cut(text: str, columns: int, more: str = "…") -> str:
    """A text in at most so many columns; where something is cut off, `more` says so."""
    if width_of(text) <= columns:
        return text
    text = text[: max(0, 2 * columns)]
    while text and width_of(text) > columns - len(more):
        text = text[:-1]
    return (text + more)[: max(columns, 0)]


def squeezed(text: str, columns: int, more: str = "…") -> str:
    """A text in at most so many columns, cut in its middle: both ends tell most about a path."""
    if width_of(text) <= columns:
        return text
    front = cut(text, max(0, columns - len(more)) // 3, "")
    back = cut(text[::-1], columns - width_of(front) - len(more), "")[::-1]
    return (front + more + back)[: max(columns, 0)]
