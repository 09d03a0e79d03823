"""Replace a few interactions of a `.json` cassette, and leave every other byte of its text as it is.

A file that was edited by hand, or laid out by another program, keeps its own layout that way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from playhead.text.json_text import members

__all__ = ["spliced"]

Span = tuple[int, int]


def spliced(text: str, fresh: str, ids: Collection[int]) -> str | None:
    """Return `text` with the interactions of these ids, and their rows of the timeline, taken from `fresh`.

    Both are cassettes. The result is `None` if one of them lacks such a part that the other has.
    """
    old, new = _spans(text, ids), _spans(fresh, ids)
    if old.keys() != new.keys():
        return None
    pieces, position = [], 0
    for key, (start, end) in sorted(old.items(), key=lambda item: item[1]):
        pieces += [text[position:start], fresh[slice(*new[key])]]
        position = end
    return "".join([*pieces, text[position:]])


def _spans(text: str, ids: Collection[int]) -> dict[tuple[str | int, int], Span]:
    """Find where the interactions and the rows of these ids stand."""
    return {
        (member.key, number): span
        for member in members(text)
        if member.key in ("interactions", "timeline")
        for number, span in _items(text, member.start)
        if number in ids
    }


def _items(text: str, at: int) -> Iterator[tuple[int, Span]]:
    """Find the objects of an array that have an id."""
    for item in members(text, at):
        value, end = item.read()
        if isinstance(value, dict) and isinstance(number := value.get("id"), int):
            yield number, (item.start, end)
