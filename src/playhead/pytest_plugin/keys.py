"""Where the plugin keeps what it knows of a run, on pytest's own objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playhead.realtime import wall

if TYPE_CHECKING:
    from playhead.pytest_plugin.roots import Roots
    from playhead.pytest_plugin.run import Run
    from playhead.pytest_plugin.tally import Tally
    from playhead.settings.surroundings import Surroundings
    from playhead.settings.table import Table

__all__ = ["COLLIDING", "STATE", "State"]


@dataclass(slots=True)
class State:
    """A test run, as far as playhead is concerned.

    `run` if any test is on a cassette, `tally` if there is anything to tell at its end, `suite` if every test is on a
    cassette, `tables` the settings of packages by folder, `may_be_virtual` if the settings ask for virtual time; the
    variables that were set for replaying, the folders below which cassettes stand, and the test that runs. `before` is
    what surrounded the run, `began_s` when it began (seconds since the epoch).
    """

    before: Surroundings
    began_s: float = field(default_factory=wall)
    run: Run | None = None
    tally: Tally | None = None
    suite: bool = False
    tables: dict[Path, Table | None] = field(default_factory=dict)
    may_be_virtual: bool = False
    replay_env: list[str] = field(default_factory=list)
    roots: Roots | None = None
    item: pytest.Item | None = None


STATE = pytest.StashKey[State]()

COLLIDING = pytest.StashKey[set[str]]()
"""On a collector: the names among its children that differ from another one in case alone."""
