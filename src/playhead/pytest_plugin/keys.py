"""The state of a test run, kept on pytest's own objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playhead.realtime import wall

if TYPE_CHECKING:
    from playhead.pytest_plugin.tally import Tally
    from playhead.settings.surroundings import Surroundings
    from playhead.settings.table import Table

__all__ = ["COLLIDING", "STATE", "State"]


class State:
    """The state of a test run. Every run has one, so it holds nothing that is costly to load."""

    def __init__(self, before: Surroundings) -> None:
        self.before = before
        """The surroundings to return to when the run is over."""
        self.began_s = wall()
        """The beginning of the run, in seconds since the epoch."""
        self.tally: Tally | None = None
        """Counts for the summary, if there are any."""
        self.suite = False
        """True if the settings put every test on a cassette."""
        self.tables: dict[Path, Table | None] = {}
        """The settings of the packages of a workspace, by folder."""
        self.may_be_virtual = False
        """True if the settings ask for virtual time."""
        self.replay_env: list[str] = []
        """The environment variables that were set for replaying."""
        self.item: pytest.Item | None = None
        """The test that runs."""


STATE = pytest.StashKey[State]()

COLLIDING = pytest.StashKey[set[str]]()
"""On a collector: the names of its children that differ from another one only in case."""
