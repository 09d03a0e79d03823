"""Stored texts with placeholders in them, held against live ones: what stands where a placeholder was stored.

Where placeholders are in a text is told by whoever redacts; here is only the comparison. It is a search for literal
pieces in order, so it takes linear time whatever stands in either text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from playhead.text.base64_text import decoded_text
from playhead.text.placeholder_signs import PREFIX, WITHIN, Mark

__all__ = [
    "Capture",
    "MarksIn",
    "Split",
    "captures",
    "identity",
    "no_credential",
    "no_marks",
    "revealed",
    "whole_number",
]

MarksIn = Callable[[str], Sequence[Mark]]

Split = Callable[[str, str], tuple[str, str]]
"""Takes name and value of a header apart into scheme and credential."""


class Capture(NamedTuple):
    """What stands live in the place of a placeholder."""

    kind: str
    number: int
    value: str


def no_marks(_: str, /) -> Sequence[Mark]:
    """For cassettes on which nothing is a placeholder."""
    return ()


def no_credential(_: str, value: str, /) -> tuple[str, str]:
    """For headers without schemes."""
    return "", value


def whole_number(text: str, marks_in: MarksIn) -> int | None:
    """Return the number of a text that is a placeholder as a whole."""
    marks = marks_in(text)
    if len(marks) != 1 or marks[0].form == WITHIN or (marks[0].start, marks[0].end) != (0, len(text)):
        return None
    return marks[0].number


def identity(number: int) -> str:
    """Return what a placeholder of this number is told from other values by, whatever form and kind it came in."""
    return f"{PREFIX}own-{number}"


def revealed(value: str, own: Collection[int], reveal: Callable[[int], str | None], marks_in: MarksIn) -> str:
    """Return what a value of a redacted request is told from others by: the secret itself, or its number if the request
    was sent with this placeholder (one of its `own`). `reveal` gives the secret behind a number of this run."""
    number = whole_number(value, marks_in)
    if number is None:
        return value
    return identity(number) if number in own else reveal(number) or value


def captures(stored: str, live: str, marks_in: MarksIn) -> list[Capture] | None:
    """Return what stands in a live text where the stored one has placeholders; `None` if the rest of them differs."""
    marks = marks_in(stored)
    if not marks:
        return [] if stored == live else None
    ends = [0, *(mark.end for mark in marks)]
    literals = [stored[end : mark.start] for end, mark in zip(ends, marks, strict=False)]
    first, last = literals[0], stored[marks[-1].end :]
    if len(live) < len(first) + len(last) or not (live.startswith(first) and live.endswith(last)):
        return None
    found: list[Capture] = []
    at, stop = len(first), len(live) - len(last)
    for position, mark in enumerate(marks):
        end = stop if position == len(marks) - 1 else live.find(literals[position + 1], at, stop)
        if end < 0:
            return None
        if mark.form == WITHIN:
            inner = captures(_decoded(stored[mark.start : mark.end]), _decoded(live[at:end]), marks_in)
            if inner is None:
                return None
            found += inner
        else:
            found.append(Capture(mark.kind, mark.number, live[at:end]))
        at = end + (0 if position == len(marks) - 1 else len(literals[position + 1]))
    return found


def _decoded(text: str) -> str:
    decoded = decoded_text(text)
    return text if decoded is None else decoded
