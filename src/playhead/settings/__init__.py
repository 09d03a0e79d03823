"""Which options a deck gets, and from where: arguments, command line, environment, fixture, pyproject.toml."""

from playhead.settings.options import Options
from playhead.settings.resolve import resolve, run_record
from playhead.settings.surroundings import (
    current_origin,
    leave_run,
    root,
    set_command_line,
    set_fixture,
    set_origin,
    set_root,
)
from playhead.settings.table import Table, find_pyproject, load_table

__all__ = [
    "Options",
    "Table",
    "current_origin",
    "find_pyproject",
    "leave_run",
    "load_table",
    "resolve",
    "root",
    "run_record",
    "set_command_line",
    "set_fixture",
    "set_origin",
    "set_root",
]
