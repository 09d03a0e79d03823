"""Combining the sources of options: argument or marker, command line, environment, fixture, pyproject.toml, default.

The first source that has an option wins; lists are joined. `record="none"` from the command line or the environment is
a ceiling: no other source can turn recording on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.settings.grammar import GRAMMAR, known_name, read, read_text
from playhead.settings.options import Options
from playhead.settings.surroundings import SURROUNDINGS, root
from playhead.settings.table import table_for

__all__ = ["resolve", "run_record"]

PREFIX = "PLAYHEAD_"

Source = Mapping[str, object]


def resolve(
    arguments: Mapping[str, object],
    fixture: Mapping[str, object] | None = None,
    *,
    where: str = "use_cassette",
    folder: Path | None = None,
) -> Options:
    """Return the options of a deck.

    Args:
        arguments: The options of the call or the marker. None means that an option was not given.
        fixture: The options that `playhead_config` returned, by default for the running test.
        where: The name of the call or the marker in messages.
        folder: The folder of the test, whose pyproject.toml counts; by default that of the running test.

    Raises:
        UsageError: An option or a value is not known.
    """
    given = _read(arguments, where)
    environment = _environment()
    above = [SURROUNDINGS.command_line, environment]
    settings = _read(SURROUNDINGS.fixture() if fixture is None else fixture, "playhead_config")
    sources = [given, *above, settings, table_for(folder or SURROUNDINGS.folder or root(), root()).options]
    chosen = {name: _combined(name, sources) for name in GRAMMAR}
    ceiling = _ceiling(environment, chosen["record"]) or _closed(given)
    if ceiling or SURROUNDINGS.command_line.get("record") == Mode.NONE:
        chosen["record"] = Mode.NONE
    values: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    return Options(**values, ceiling=ceiling)


def _ceiling(environment: Source, wanted: object) -> str:
    """Return the setting that forbids recording, as written. `--record=none` counts if another mode was wanted."""
    if environment.get("record") == Mode.NONE:
        return f"{PREFIX}RECORD=none in the environment"
    if SURROUNDINGS.command_line.get("record") == Mode.NONE and wanted not in (None, Mode.NONE):
        return "--record=none on the command line"
    return ""


def _closed(given: Source) -> str:
    """Return the argument that forbids recording although the command line asks for it, as it was written."""
    asked = SURROUNDINGS.command_line.get("record")
    return 'record="none" in the code' if asked not in (None, Mode.NONE) and given.get("record") == Mode.NONE else ""


def run_record() -> Mode:
    """Return the record mode of a run, without fixtures, markers and arguments."""
    return resolve({}, {}).record


def _read(given: Mapping[str, object], where: str) -> Source:
    for name in given:
        known_name(name, GRAMMAR, where)
    return {name: read(name, value, f"{where}: {name}") for name, value in given.items() if value is not None}


def _environment() -> Source:
    """Return the options in `PLAYHEAD_*` variables. An empty one counts as unset, a misspelled one is an error."""
    found = {}
    for variable, text in os.environ.items():
        if not variable.startswith(PREFIX) or not text.strip():
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in GRAMMAR:
            found[name] = read_text(name, text, variable)
        elif near := get_close_matches(name, GRAMMAR, n=1, cutoff=0.8):
            raise UsageError(f"{variable} is not a setting of playhead: did you mean {PREFIX}{near[0].upper()}?")
    return found


def _combined(name: str, sources: Sequence[Source]) -> object:
    values = [source[name] for source in sources if name in source]
    if not values:
        return None
    if isinstance(values[0], Mapping):
        return {key: value for each in reversed(values) if isinstance(each, Mapping) for key, value in each.items()}
    if not GRAMMAR[name].adds_up or not isinstance(values[0], tuple):
        return values[0]
    return tuple(dict.fromkeys(item for each in values if isinstance(each, tuple) for item in each))
