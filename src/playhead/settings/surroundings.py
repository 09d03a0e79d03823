"""The state of a test run that decks depend on: its command line, `playhead_config` and its root.

It is global state, and empty outside of a test run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any

Locate = Callable[[Path, str | None], tuple[Path, str | None]]
"""A function from a given path and the origin of its recordings to the cassette, and to the origin as seen from the
folder of the cassette."""

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


class Surroundings:
    """The state of a run.

    Attributes:
        command_line: The options given on the command line.
        fixture: Returns the options of the `playhead_config` fixture.
        root: The folder where relative paths start.
        folder: The folder of the running test.
        closed: Called with each deck that a test opened and closed itself, and whether its cassette was written.
        locate: Finds the cassette of a deck that a test opens itself.
    """

    def __init__(
        self,
        root: Path | None = None,
        closed: Callable[[Any, bool], None] | None = None,
        locate: Locate | None = None,
    ) -> None:
        self.command_line: Mapping[str, object] = {}
        self.fixture: Callable[[], Mapping[str, object]] = dict
        self.root = root
        self.folder: Path | None = None
        self.closed = closed
        self.locate = locate


SURROUNDINGS = Surroundings()


def enter_run(
    rootdir: Path, closed: Callable[[object, bool], None] | None = None, locate: Locate | None = None
) -> Surroundings:
    """Begin a test run and return the state to give to `leave_run`: a run may take place inside of another."""
    before = copy(SURROUNDINGS)
    _become(Surroundings(rootdir, closed, locate))
    return before


def leave_run(before: Surroundings) -> None:
    """End a test run, and return to the state before it."""
    _become(before)


def _become(other: Surroundings) -> None:
    vars(SURROUNDINGS).update(vars(other))


def set_command_line(options: Mapping[str, object]) -> None:
    """Set the options of the command line, which have been validated."""
    SURROUNDINGS.command_line = dict(options)


def set_fixture(options: Callable[[], Mapping[str, object]] | None) -> None:
    """Set the function that returns the options of `playhead_config` for the running test."""
    SURROUNDINGS.fixture = options or dict


def root() -> Path:
    """Return the folder where relative paths start: pytest's rootdir, or the working directory."""
    return SURROUNDINGS.root or Path.cwd()


def located(path: str | os.PathLike[str], origin: str | None) -> tuple[Path, str | None]:
    """Return the cassette for a given path, and the origin of the interactions that are recorded there."""
    if SURROUNDINGS.locate is None or Path(path).is_absolute():
        return root() / path, origin
    return SURROUNDINGS.locate(Path(path), origin)


def current_origin() -> str | None:
    """Return the test that is running under pytest, which is stored as the origin of its recordings."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0] or None
