"""The options of a deck, and their sources: arguments, command line, environment, fixture, pyproject.toml.

What reads options is imported when it is first used: every test run notes its rootdir here, few need more.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from playhead.settings.surroundings import (
    current_origin,
    enter_run,
    leave_run,
    root,
    set_command_line,
    set_fixture,
)

if TYPE_CHECKING:
    from playhead.settings.options import Options
    from playhead.settings.resolve import resolve, run_record
    from playhead.settings.table import Table, find_pyproject, load_table

__all__ = [
    "Options",
    "Table",
    "current_origin",
    "enter_run",
    "find_pyproject",
    "leave_run",
    "load_table",
    "resolve",
    "root",
    "run_record",
    "set_command_line",
    "set_fixture",
]

_HOMES = {
    "Options": "playhead.settings.options",
    "Table": "playhead.settings.table",
    "find_pyproject": "playhead.settings.table",
    "load_table": "playhead.settings.table",
    "resolve": "playhead.settings.resolve",
    "run_record": "playhead.settings.resolve",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # any of the names
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'playhead.settings' has no attribute {name!r}")
    return getattr(import_module(home), name)
