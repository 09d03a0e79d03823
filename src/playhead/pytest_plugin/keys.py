"""The state of a test run, kept on pytest's own objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playhead.realtime import wall

if TYPE_CHECKING:
    from playhead.pytest_plugin.tally import Tally
    from playhead.settings.surroundings import Surroundings
    from playhead.settings.table import Table

__all__ = ["COLLIDING", "STATE", "State"]


@dataclass(slots=True)
class State:
    """The state of a test run. Every run has one, so it holds nothing that is costly to load."""

    before: Surroundings
    """The surroundings to return to when the run is over."""
    began_s: float = field(default_factory=wall)
    """The beginning of the run, in seconds since the epoch."""
    tally: Tally | None = None
    """Counts for the summary, if there are any."""
    suite: bool = False
    """True if the settings put every test on a cassette."""
    tables: dict[Path, Table | None] = field(default_factory=dict)
    """The settings of the packages of a workspace, by folder."""
    may_be_virtual: bool = False
    """True if the settings ask for virtual time."""
    replay_env: list[str] = field(default_factory=list)
    """The environment variables that were set for replaying."""
    item: pytest.Item | None = None
    """The test that runs."""


STATE = pytest.StashKey[State]()

COLLIDING = pytest.StashKey[set[str]]()
"""On a collector: the names of its children that differ from another one only in case."""
