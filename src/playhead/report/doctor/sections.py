"""The parts of the doctor's report, which text and page show alike."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Part", "Report", "Shown", "counted_of"]


class Shown(NamedTuple):
    """An example: the file with the number of an interaction, and a note."""

    where: str
    note: str


class Part(NamedTuple):
    """A kind of finding: its title, its count with a remark, examples, and the next step."""

    title: str
    number: int
    summary: str
    examples: tuple[Shown, ...]
    advice: str


class Report(NamedTuple):
    """The whole report: a heading, the facts of the suite, the parts, and the next commands."""

    heading: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    commands: tuple[str, ...]


def counted_of(part: Part) -> str:
    """Return the number of a part with its remark."""
    return f"{part.number:,}, {part.summary}" if part.summary else f"{part.number:,}"
