"""Comparison of stored texts, which hold placeholders, with live ones.

Redaction finds the placeholders in a text and passes a function for that. Comparing searches for the literal pieces
between them in order, so it takes linear time whatever stands in either text.
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
"""Splits a header's value, given name and value, into scheme and credential."""


class Capture(NamedTuple):
    """A live value in the place of a placeholder."""

    kind: str
    number: int
    value: str


def no_marks(_: str, /) -> Sequence[Mark]:
    """Find no placeholders: for cassettes that have none."""
    return ()


def no_credential(_: str, value: str, /) -> tuple[str, str]:
    """Find no scheme: for headers without one."""
    return "", value


def whole_number(text: str, marks_in: MarksIn) -> int | None:
    """Return the number if the whole text is a placeholder, else `None`."""
    marks = marks_in(text)
    if len(marks) != 1 or marks[0].form == WITHIN or (marks[0].start, marks[0].end) != (0, len(text)):
        return None
    return marks[0].number


def identity(number: int) -> str:
    """Return a text that stands for the secret of this number, whatever form and kind its placeholder has."""
    return f"{PREFIX}own-{number}"


def revealed(value: str, own: Collection[int], reveal: Callable[[int], str | None], marks_in: MarksIn) -> str:
    """Return a text that tells the secret behind a value of a redacted request from others.

    That is the secret itself, which `reveal` returns for a number of this run, or an identity if the request was sent
    with this placeholder (one of its `own`).
    """
    number = whole_number(value, marks_in)
    if number is None:
        return value
    return identity(number) if number in own else reveal(number) or value


def captures(stored: str, live: str, marks_in: MarksIn) -> list[Capture] | None:
    """Return what a live text has in the places of placeholders, `None` if the two differ elsewhere."""
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
