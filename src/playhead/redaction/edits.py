"""Replacing spans of a text or of bytes, and what that does to the sizes of its chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["Edit", "Piece", "apply", "remapped", "together"]


class Edit(NamedTuple):
    """Bytes to put in place of `[start:end]`."""

    start: int
    end: int
    replacement: bytes


class Piece(NamedTuple):
    """Something to replace in `[start:end]`. `edits` makes the placeholders, which numbers them: in order, once."""

    start: int
    end: int
    edits: Callable[[], list[Edit]]


def apply(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the bytes with all edits made. Edits have to be in order and must not overlap."""
    if not edits:
        return data
    pieces, position = [], 0
    for edit in edits:
        pieces += [data[position : edit.start], edit.replacement]
        position = edit.end
    pieces.append(data[position:])
    return b"".join(pieces)


def remapped(sizes: Sequence[int], edits: Sequence[Edit]) -> list[int]:
    """Return the sizes of the chunks after the edits.

    A chunk boundary inside an edited span stays as near to its place as the new text allows.
    """
    result, pending = [], list(reversed(edits))
    position = shift = before = 0
    for size in sizes:
        position += size
        while pending and pending[-1].end <= position:
            edit = pending.pop()
            shift += len(edit.replacement) - (edit.end - edit.start)
        after = position + shift
        if pending and pending[-1].start < position:
            edit = pending[-1]
            after = edit.start + shift + min(position - edit.start, len(edit.replacement))
        result.append(after - before)
        before = after
    return result


def together(first: Sequence[Edit], others: Sequence[Edit]) -> list[Edit]:
    """Merge two lists of edits in order. Where an edit of each touches the same bytes, that of `first` wins."""
    if not first or not others:
        return list(first or others)
    kept, position = [], 0
    taken = iter([*first, Edit(1 << 62, 1 << 62, b"")])
    upcoming = next(taken)
    for other in others:
        while upcoming.end <= other.start:
            kept.append(upcoming)
            position = upcoming.end
            upcoming = next(taken)
        if other.end <= upcoming.start and other.start >= position:
            kept.append(other)
            position = other.end
    return [*kept, upcoming, *taken][:-1]
