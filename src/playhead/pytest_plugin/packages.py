"""The settings that are read for a run, and for a package in a workspace.

Those of a package are `[tool.playhead]` of the pyproject.toml that is nearest to a test. A run without settings only
pays for a look at each folder with tests.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playhead.pytest_plugin.keys import STATE

if TYPE_CHECKING:
    from playhead.settings.table import Table

__all__ = ["has_settings", "in_suite", "may_be_virtual", "names_compat"]


def has_settings(config: pytest.Config) -> bool:
    """Return True if a variable or a pyproject.toml may have settings for the run."""
    if any(name.startswith("PLAYHEAD_") for name in os.environ):
        return True
    text = _project(config)
    return b"tool.playhead" in text or (b"[tool]" in text and b"playhead" in text)


def names_compat(config: pytest.Config) -> bool:
    """Return True if the pyproject.toml of the run may name another tool whose suite this is."""
    text = _project(config)
    return b"compat" in text and b"playhead" in text


def _project(config: pytest.Config) -> bytes:
    for folder in (config.rootpath, *config.rootpath.parents):
        if (path := folder / "pyproject.toml").is_file():
            return path.read_bytes()
    return b""


def in_suite(item: pytest.Item) -> bool:
    """Return True if the settings put every test of this one's package on a cassette."""
    table = _table_of(item)
    return item.config.stash[STATE].suite if table is None else table.suite


def may_be_virtual(item: pytest.Item) -> bool:
    """Return True if the settings ask for virtual time."""
    table = _table_of(item)
    own = None if table is None else table.options.get("timing")
    return item.config.stash[STATE].may_be_virtual or own == "virtual"


def _table_of(item: pytest.Item) -> Table | None:
    """Return the settings of a test's own package, or `None` if those of the run hold."""
    tables, folder = item.config.stash[STATE].tables, item.path.parent
    if folder not in tables:
        tables[folder] = _nearest(folder, item.config.rootpath)
    return tables[folder]


def _nearest(folder: Path, rootdir: Path) -> Table | None:
    for each in (folder, *folder.parents):
        if each == rootdir:
            return None
        path = each / "pyproject.toml"
        if not path.is_file() or b"playhead" not in path.read_bytes():
            continue
        from playhead.errors import UsageError
        from playhead.settings.table import table_for

        try:
            return table_for(folder, rootdir)
        except UsageError as error:
            raise pytest.UsageError(f"playhead: {error}") from None
    return None
