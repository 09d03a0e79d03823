"""The lines at the end of a run: one per kind, 80 columns, and the journals that failed tests left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.pytest_plugin.tally import Tally
from playhead.settings.surroundings import root

__all__ = ["lines", "summarise"]

COLUMNS = 80


def summarise(tally: Tally, reporter: pytest.TerminalReporter) -> None:
    """Print the lines, if any deck was open."""
    if not tally.decks:
        return
    reporter.write_sep("=", "playhead")
    for line in lines(tally):
        reporter.write_line(line)


def lines(tally: Tally) -> Iterator[str]:
    """The lines of the summary, each at most 80 columns."""
    redacted = ", ".join(f"{count} by {rule}" for rule, count in sorted(tally.redacted.items()))
    cassettes = sorted(tally.recorded)
    yield _line("played", tally.played, "")
    yield _line("recorded", tally.recorded.total(), _first(cassettes))
    yield _line("unplayed", len(tally.unplayed), _first(tally.unplayed))
    yield _line("missing", len(tally.missing), _first(tally.missing))
    yield _line("drifted", len(tally.drifted), _first(tally.drifted))
    yield _line("redacted", tally.redacted.total(), redacted)
    if tally.rerecorded is not None:
        yield from map(_cut, tally.rerecorded.lines())
    for path, who in sorted(tally.journals.items()):
        yield f"journal   {_short(path)}"
        yield _cut(f"          of {who}; playhead recover reads it")


def _line(kind: str, count: int, detail: str) -> str:
    return _cut(f"{kind:<9} {count:>6}  {detail}")


def _first(details: list[str]) -> str:
    if not details:
        return ""
    more = f" and {len(details) - 1} more" if len(details) > 1 else ""
    room = COLUMNS - len("unplayed  000000  ") - len(more)
    first = details[0]
    return (first if len(first) <= room else first[: room - 1] + "…") + more


def _short(path: str) -> str:
    """The path from rootdir. Not cut: it is there to be copied."""
    return str(Path(path).relative_to(root())) if Path(path).is_relative_to(root()) else path


def _cut(line: str) -> str:
    line = line.rstrip()
    return line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…"
