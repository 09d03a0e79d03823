"""The parts of the doctor's report, which text and page show alike."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Part", "Report"]


class Part(NamedTuple):
    """A kind of finding: its title, its count with a remark, lines for examples, and the next step."""

    title: str
    count: int
    summary: str
    examples: tuple[str, ...]
    advice: str


class Report(NamedTuple):
    """The whole report: a heading, the facts of the suite, the parts, and the next commands."""

    heading: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    commands: tuple[str, ...]
