"""The summary at the end of a run: a line for each kind of event that occurred, and the journals of failed tests.

Lines are never shortened, so that paths can be copied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from playhead.pytest_plugin.tally import Tally

__all__ = ["lines", "summarise"]

_MOST_LOOSE = 20


def summarise(tally: Tally, reporter: pytest.TerminalReporter) -> None:
    """Print the summary if it has lines."""
    start = f"{reporter.startpath}{os.sep}"
    told = [line.replace(f" {start}", " ") for line in lines(tally)]
    if told:
        reporter.write_sep("=", "playhead")
    for line in told:
        reporter.write_line(line)


def lines(tally: Tally) -> Iterator[str]:
    """Yield the lines of the summary."""
    redacted = ", ".join(f"{count} by {rule}" for rule, count in sorted(tally.redacted.items()))
    kinds = [
        ("played", tally.played, ""),
        ("recorded", tally.recorded.total(), _first(sorted(tally.recorded))),
        ("unplayed", len(tally.unplayed), _first(tally.unplayed)),
        ("missing", len(tally.missing), _first(tally.missing)),
        ("drifted", len(tally.drifted), _first(tally.drifted)),
        ("ambiguous", len(tally.ambiguous), _first(tally.ambiguous)),
        ("keyless", len(tally.keyless), _first(tally.keyless)),
        ("redacted", tally.redacted.total(), redacted),
    ]
    yield from (f"{kind:<9} {count:>6}  {detail}".rstrip() for kind, count, detail in kinds if count)
    yield from _loose(tally)
    yield from (f"stale     {old} is stale: {home} replaced it; delete it" for old, home in sorted(tally.stale.items()))
    yield from _outdated(tally)
    yield from (f"not recorded: {each}" for each in sorted(tally.unrecorded))
    if tally.rerecorded is not None:
        yield from tally.rerecorded.lines()
    if tally.fixtures is not None:
        yield from tally.fixtures.lines()
    yield from (f"unwritten {error}" for error in tally.unwritten)
    for path, who in sorted(tally.journals.items()):
        yield f"journal   {path}"
        yield f"          of {who}; playhead recover reads it"


def _loose(tally: Tally) -> Iterator[str]:
    """Yield what `match="vcrpy"` has let pass: where there is nothing, a test can do without it."""
    if tally.loose:
        yield f'loose     {len(tally.loose):>6}  played by match="vcrpy", though not what was recorded:'
        yield from (f"          {each}" for each in tally.loose[:_MOST_LOOSE])
        if len(tally.loose) > _MOST_LOOSE:
            yield f"          ... and {len(tally.loose) - _MOST_LOOSE} more"


def _outdated(tally: Tally) -> Iterator[str]:
    """Yield recordings that tests no longer use: `--record=new` adds, and never drops any."""
    by_command: dict[str, list[str]] = {}
    for each in tally.unplayed:
        if each in tally.outdated:
            by_command.setdefault(tally.outdated[each], []).append(each)
    for command, left in by_command.items():
        yield "outdated  still there after --record=new, and not asked for any more:"
        yield from (f"          {each}" for each in left)
        yield f"          {command}  drops what the test has left"


def _first(details: list[str]) -> str:
    if not details:
        return ""
    return details[0] + (f" and {len(details) - 1} more" if len(details) > 1 else "")
