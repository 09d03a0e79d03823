"""The settings of a run that has some: the command line, `suite`, and the environment for replaying."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.pytest_plugin.keys import State
from playhead.settings.grammar import read_text
from playhead.settings.resolve import resolve, run_record
from playhead.settings.surroundings import root, set_command_line
from playhead.settings.table import load_table

__all__ = ["begin", "load_compat"]


def begin(given: Mapping[str, str | None], state: State) -> None:
    """Read the options of the command line and pyproject.toml. Raises pytest's `UsageError`, whose exit code is 4."""
    try:
        set_command_line({name: read_text(name, text, f"--{name}") for name, text in given.items() if text is not None})
        table = load_table(root())
        record = run_record()
        timing = resolve({}, {}).timing
        if record is not Mode.NONE and given.get("timing") == "virtual":
            raise UsageError("--timing=virtual cannot be recorded in: leave it out, or leave --record out.")
    except UsageError as error:
        raise pytest.UsageError(f"playhead: {error}") from None
    state.suite = table.suite
    state.may_be_virtual = timing == "virtual"
    if record is Mode.NONE:
        _set_environment(table.replay_env, state.replay_env)


def load_compat(config: pytest.Config) -> None:
    """Load the plugin for the suite of another tool that `compat` of the settings names."""
    try:
        table = load_table(config.rootpath)
    except UsageError as error:
        raise pytest.UsageError(f"playhead: {error}") from None
    if table.compat:
        config.pluginmanager.import_plugin("playhead.compat.pytest_recording")


def _set_environment(variables: Mapping[str, str], done: list[str]) -> None:
    for name, value in variables.items():
        if name not in os.environ:
            os.environ[name] = value
            done.append(name)
