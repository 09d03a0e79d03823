"""The doctor's report for a terminal, in 80 columns; only commands and advice are never cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from playhead.report.doctor.sections import Part, Report
from playhead.report.words import fitted, squeezed
from playhead.text.words import printable

__all__ = ["render"]

_COLUMNS = 80


def render(report: Report) -> str:
    """Return the report. A healthy suite has two lines, and the commands below them."""
    lines = [fitted(printable(report.heading), _COLUMNS)]
    if not report.parts:
        lines.append("Nothing is wrong with it.")
    else:
        lines += [line for fact in report.facts for line in _wrapped(fact, "")]
    for part in report.parts:
        lines += ["", *_part(part)]
    return "\n".join([*lines, "", "Next:", *(f"  {printable(each)}" for each in report.commands), ""])


def _part(part: Part) -> Iterator[str]:
    yield fitted(printable(f"{part.title}: {part.count:,} {part.summary}"), _COLUMNS)
    for example in part.examples:
        yield f"  {squeezed(printable(example), _COLUMNS - 2)}"
    left = part.count - len(part.examples)
    if part.examples and left > 0:
        yield f"  and {left:,} more"
    yield from _wrapped(part.advice, "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text), _COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
