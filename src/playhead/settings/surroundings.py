"""What surrounds a deck: the command line, the fixture and the root of a test run.

The one place that keeps state between calls; outside of a test run all of it is empty.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

Locate = Callable[[Path, str | None], tuple[Path, str | None]]
"""From a path that was given, and the origin of what is recorded there, to the cassette and the origin as it is called
from the folder below which the cassette stands."""

__all__ = [
    "SURROUNDINGS",
    "Surroundings",
    "current_origin",
    "enter_run",
    "leave_run",
    "located",
    "root",
    "set_command_line",
    "set_fixture",
]


@dataclass(slots=True)
class Surroundings:
    """The options given on the command line and by the `playhead_config` fixture, where paths start, the folder of the
    test that runs, and who wants to know of decks that a test opened and closed itself."""

    command_line: Mapping[str, object] = field(default_factory=dict)
    fixture: Callable[[], Mapping[str, object]] = dict
    root: Path | None = None
    folder: Path | None = None
    closed: Callable[[Any, bool], None] | None = None
    locate: Locate | None = None


SURROUNDINGS = Surroundings()


def enter_run(
    rootdir: Path, closed: Callable[[object, bool], None] | None = None, locate: Locate | None = None
) -> Surroundings:
    """A test run begins; returns what `leave_run` needs, for a run may take place inside of another one.

    `closed(deck, written)` is told of each deck that a test opened and closed itself; `locate` finds the cassette of
    one that it opens.
    """
    before = replace(SURROUNDINGS)
    _become(Surroundings(root=rootdir, closed=closed, locate=locate))
    return before


def leave_run(before: Surroundings) -> None:
    """A test run is over."""
    _become(before)


def _become(other: Surroundings) -> None:
    for each in fields(Surroundings):
        setattr(SURROUNDINGS, each.name, getattr(other, each.name))


def set_command_line(options: Mapping[str, object]) -> None:
    """Note the options that were given on the command line (validated already)."""
    SURROUNDINGS.command_line = dict(options)


def set_fixture(options: Callable[[], Mapping[str, object]] | None) -> None:
    """Note how to get what the `playhead_config` fixture of the running test returns."""
    SURROUNDINGS.fixture = options or dict


def root() -> Path:
    """Where relative paths start: pytest's rootdir, or the working directory."""
    return SURROUNDINGS.root or Path.cwd()


def located(path: str | os.PathLike[str], origin: str | None) -> tuple[Path, str | None]:
    """Where a cassette is that was given by a relative path, and the origin of what is recorded there."""
    if SURROUNDINGS.locate is None or Path(path).is_absolute():
        return root() / path, origin
    return SURROUNDINGS.locate(Path(path), origin)


def current_origin() -> str | None:
    """The test that is running under pytest, to be noted with what it records."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0] or None
