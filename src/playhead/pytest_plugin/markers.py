"""The cassette and options of a test, from its marker `cassette(...)` and the fixture `playhead_config`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.pytest_plugin.names import item_path, named_path
from playhead.pytest_plugin.roots import Location, runnable
from playhead.settings.grammar import GRAMMAR, known_name
from playhead.settings.options import Options
from playhead.settings.resolve import resolve
from playhead.store.homes import home_of

__all__ = ["command_for", "configured", "options_for", "path_for", "says", "shared_paths"]


def path_for(item: pytest.Item) -> tuple[Path, str]:
    """Return the cassette of a test (the closest marker with a name decides, else it is its own), and its origin."""
    where = _located(item)
    return where.path, where.module + item.nodeid[len(item.nodeid.partition("::")[0]) :]


def _located(item: pytest.Item) -> Location:
    for marker in item.iter_markers("cassette"):
        name = _name(item, marker)
        if name is not None:
            return named_path(item, name)
    return item_path(item)


def shared_paths(items: Iterable[pytest.Item]) -> set[Path]:
    """Return the cassettes that several of these tests are on. Only a cassette named by a marker can be one."""
    counts = Counter(home_of(path) for path in map(_named_path, items) if path is not None)
    return {path for path, count in counts.items() if count > 1}


def _named_path(item: pytest.Item) -> Path | None:
    with suppress(UsageError):  # raised again when the test is set up
        if any(_name(item, marker) is not None for marker in item.iter_markers("cassette")):
            return path_for(item)[0]
    return None


def options_for(item: pytest.Item, fixture: Mapping[str, object]) -> Options:
    """Return the options of a test.

    Raises:
        UsageError: An option is unknown, or a marker has a record mode in a run that records: the mode is given when
            the run is started. A marker may have `record="none"`, which protects a cassette edited by hand.
    """
    where = f"the cassette marker of {item.nodeid}"
    given: dict[str, object] = {}
    for marker in item.iter_markers("cassette"):
        for name, value in marker.kwargs.items():
            if name != "name":
                known_name(name, ["name", *GRAMMAR], where)
                given.setdefault(name, value)
    options = resolve(given, fixture, where=where, folder=item.path.parent)
    mode = given.get("record")
    if mode not in (None, Mode.NONE) and resolve({}, fixture, folder=item.path.parent).record is not Mode.NONE:
        command = f"pytest {'--record' if mode == Mode.MISSING else f'--record={mode}'} {command_for(item)}"
        raise UsageError(
            f'{where}: record may only be "none" in a run that records, not "{mode}"; leave it out, and say {command}.'
        )
    return options


def command_for(item: pytest.Item) -> str:
    """Return the arguments with which `pytest` runs this test alone, from where this run was started."""
    return runnable(item.config, item.path, item.nodeid[len(item.nodeid.partition("::")[0]) :])


def says(item: pytest.Item, name: str) -> bool:
    """Return True if a marker of the test has this option."""
    return any(name in marker.kwargs for marker in item.iter_markers("cassette"))


def configured(request: pytest.FixtureRequest | None) -> Mapping[str, object]:
    """Return what `playhead_config` returns here; nothing if its scope is narrower than that of the asking fixture."""
    if request is None:
        return {}
    try:
        value: Any = request.getfixturevalue("playhead_config")
    except pytest.fail.Exception as failure:
        if "ScopeMismatch" in str(failure):
            return {}
        raise
    if not isinstance(value, Mapping):
        raise UsageError(f"playhead_config returned {value!r}: it returns a dict of options.")
    return value


def _name(item: pytest.Item, marker: pytest.Mark) -> str | None:
    names = [*marker.args, *([marker.kwargs["name"]] if "name" in marker.kwargs else [])]
    if len(names) > 1 or not all(name is None or isinstance(name, str) for name in names):
        raise UsageError(f"the cassette marker of {item.nodeid} takes one name, a text, and options by keyword.")
    return names[0] if names else None
