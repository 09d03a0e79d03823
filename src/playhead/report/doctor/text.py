"""The doctor's report for a terminal, in 80 columns; only commands and advice are never cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from playhead.report.doctor.sections import Part, Report, counted_of
from playhead.report.words import fitted, squeezed, width_of
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
    yield fitted(printable(f"{part.title}: {counted_of(part)}"), _COLUMNS)
    for example in part.examples:
        yield from _example(printable(example.where), printable(example.note))
    left = part.number - len(part.examples)
    if part.examples and left > 0:
        yield f"  and {left:,} more"
    yield from _wrapped(part.advice, "  ")


def _example(where: str, note: str) -> Iterator[str]:
    """Yield an example in one line if it fits, else the note below its place."""
    together = f"  {where}: {note}" if note else f"  {where}"
    if width_of(together) <= _COLUMNS:
        yield together
        return
    yield f"  {squeezed(where, _COLUMNS - 2)}"
    if note:
        yield f"    {squeezed(note, _COLUMNS - 4)}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text), _COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
