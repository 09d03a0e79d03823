"""Lay out a body as lines: JSON is indented, what has changed is marked, and lines far from it are left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playhead.contract.places import Place
from playhead.model.http import BodyFile
from playhead.report.words import excerpt
from playhead.text.words import counted, cut

__all__ = ["Line", "lines_of"]

_LARGEST_BODY = 1_000_000
_DEEPEST = 40
_MOST_CHARACTERS = 2000
_LONGEST_LINE = 400
_FEW_LINES = 40
_MOST_MARKS = 12
_AROUND = 3
_TOP = -1
_JSON = json.JSONEncoder(ensure_ascii=False)


class Line(NamedTuple):
    """A line of a body.

    Attributes:
        text: The line, with its indentation.
        mark: `"here"` for the changed place, `"absent"` for a note that it is absent, `"more"` for a gap, or `""`.
        above: Position of the line that opens the object or array around this one.
    """

    text: str
    mark: str = ""
    above: int = _TOP


def lines_of(body: bytes | BodyFile, place: Place) -> list[Line]:
    """Return the lines of a body near the changed place.

    Args:
        body: The body.
        place: The changed place in this body, or `Place("")` if it is not in this body.
    """
    if isinstance(body, bytes) and len(body) <= _LARGEST_BODY and body[:1] in b'{["-0123456789tfn \t\r\n':
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            pass
        else:
            laid = _Layout()
            laid.add(value, "", "", place.pointer if place.part == "body" else None, 0, _TOP)
            return _near(laid.lines)
    return _near([Line(text, _of_event(text, place.event)) for text in excerpt(body, _MOST_CHARACTERS).split("\n")])


def _of_event(text: str, event: str) -> str:
    """Return the mark of a line in a stream, whose events have their type in a field or in their data."""
    return "here" if event and (text in (f"event: {event}", f"event:{event}") or f'"{event}"' in text) else ""


class _Layout:
    """The lines of a JSON value, indented as by `json.dumps(value, indent=2)`."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, value: object, lead: str, comma: str, way: Sequence[str] | None, depth: int, above: int) -> None:
        """Add the lines of a value.

        Args:
            value: The value.
            lead: Text before it, such as its key.
            comma: Text after it.
            way: The keys from here to the changed place, or `None` if that is elsewhere.
            depth: The level of indentation.
            above: Position of the line that opens the container.
        """
        mark = "here" if way is not None and not way else ""
        indent = "  " * depth
        if not isinstance(value, dict | list) or not value or depth >= _DEEPEST:
            text = cut(_JSON.encode(value), _LONGEST_LINE)
            self.lines.append(Line(f"{indent}{lead}{text}{comma}", mark, above))
            if value == {}:
                self._note_absent(value, way, depth + 1, above)
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        position = len(self.lines)
        self.lines.append(Line(f"{indent}{lead}{opening}", mark, above))
        self._note_absent(value, way, depth + 1, position)
        last = len(value) - 1
        for number, (key, item) in enumerate(_items(value)):
            label = f"{_JSON.encode(key)}: " if key is not None else ""
            left = way[1:] if way and way[0] in ("*", key) else None
            self.add(item, label, "," if number < last else "", left, depth + 1, position)
        self.lines.append(Line(f"{indent}{closing}{comma}", mark, above))

    def _note_absent(self, value: object, way: Sequence[str] | None, depth: int, above: int) -> None:
        if way and len(way) == 1 and way[0] != "*" and isinstance(value, dict) and way[0] not in value:
            self.lines.append(Line(f"{'  ' * depth}no {_JSON.encode(way[0])}", "absent", above))


def _items(value: dict[str, object] | list[object]) -> Iterator[tuple[str | None, object]]:
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield from ((None, item) for item in value)


def _near(lines: list[Line]) -> list[Line]:
    """Return marked lines with their neighbours and containers; or the first lines if none is marked."""
    if len(lines) <= _FEW_LINES:
        return lines
    kept: set[int] = set()
    marked = [position for position, line in enumerate(lines) if line.mark][:_MOST_MARKS]
    for position in marked:
        kept.update(range(max(0, position - _AROUND), min(len(lines), position + _AROUND + 1)))
        above = lines[position].above
        while above != _TOP:
            kept.add(above)
            above = lines[above].above
    return list(_with_gaps(lines, sorted(kept) if marked else list(range(_FEW_LINES))))


def _with_gaps(lines: list[Line], kept: list[int]) -> Iterator[Line]:
    before = -1
    for position in (*kept, len(lines)):
        left_out = position - before - 1
        if left_out:
            yield Line(f"… {counted(left_out, 'more line')}", "more")
        if position < len(lines):
            yield lines[position]
        before = position
