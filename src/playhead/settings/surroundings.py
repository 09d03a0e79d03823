"""What surrounds a deck: the command line, the fixture and the root of a test run, and the test that is running.

The one place that keeps state between calls; outside of a test run all of it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "SURROUNDINGS",
    "current_origin",
    "leave_run",
    "root",
    "set_command_line",
    "set_fixture",
    "set_origin",
    "set_root",
]


@dataclass(slots=True)
class Surroundings:
    """The options given on the command line and by the `playhead_config` fixture, where paths start, and the test."""

    command_line: Mapping[str, object] = field(default_factory=dict)
    fixture: Mapping[str, object] = field(default_factory=dict)
    root: Path | None = None
    origin: str | None = None


SURROUNDINGS = Surroundings()


def set_command_line(options: Mapping[str, object]) -> None:
    """Note the options that were given on the command line (validated already)."""
    SURROUNDINGS.command_line = dict(options)


def set_fixture(options: Mapping[str, object] | None) -> None:
    """Note what the `playhead_config` fixture of the running test returned."""
    SURROUNDINGS.fixture = dict(options or {})


def set_root(folder: Path | None) -> None:
    """Note the rootdir of a test run."""
    SURROUNDINGS.root = folder


def set_origin(origin: str | None) -> None:
    """Note the test that is running."""
    SURROUNDINGS.origin = origin


def root() -> Path:
    """Where relative paths start: pytest's rootdir, or the working directory."""
    return SURROUNDINGS.root or Path.cwd()


def current_origin() -> str | None:
    """The test that is running under pytest, to be noted with what it records."""
    return SURROUNDINGS.origin


def leave_run() -> None:
    """Forget everything: the test run is over."""
    set_command_line({})
    set_fixture(None)
    set_root(None)
    set_origin(None)
