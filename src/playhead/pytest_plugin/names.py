"""File names of the cassettes of tests and fixtures."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from playhead.errors import UsageError
from playhead.pytest_plugin.keys import COLLIDING
from playhead.pytest_plugin.roots import Location, roots_of
from playhead.text.file_names import module_folders, safe_name
from playhead.text.files import CASSETTES, OTHERS

__all__ = ["colliding", "fixture_path", "item_path", "named_path"]

FOLDER = "cassettes"


def colliding(names: list[str]) -> set[str]:
    """Return the names that differ from another one only in case: they are the same file on some systems."""
    seen: dict[str, str] = {}
    found = set()
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found |= {other, name}
    return found


def item_path(item: pytest.Item) -> Location:
    """Return `cassettes/<module path>/<Class.test[param]>.json`, below rootdir or a package of a workspace."""
    module, parts = _split(item.nodeid)
    clash = any(node.name in node.parent.stash.get(COLLIDING, ()) for node in item.listchain() if node.parent)

    def named(root: Path, path: str) -> Path:
        distinct = path + item.nodeid.removeprefix(module) if clash else None
        return _below(root, module_folders(path), ".".join(parts), distinct=distinct)

    return roots_of(item.config).locate(item.path, module, named)


def fixture_path(rootdir: Path, module: str, fixture: str) -> Path:
    """Return `cassettes/_fixtures/<module path>/<fixture>.json`; `module` is a path below rootdir or a dotted name."""
    return _below(rootdir, ["_fixtures", *module_folders(module)], fixture)


def named_path(item: pytest.Item, name: str) -> Location:
    """Return the file that a marker names.

    With the suffix of a cassette, ours or another tool's, it is a path from rootdir (or a package of a workspace), else
    a name below `cassettes/`.
    """
    parts = PurePosixPath(name.replace("\\", "/"))
    whole = name.endswith((*CASSETTES, *OTHERS))
    if not whole and (not name.strip() or parts.is_absolute() or ".." in parts.parts):
        raise UsageError(
            f'{item.nodeid}: "{name}" does not name a cassette: write a name, or a path that ends in .json or .msgpack.'
        )

    def named(root: Path, _: str) -> Path:
        return root / name if whole else _below(root, list(parts.parts[:-1]), parts.name)

    return roots_of(item.config).locate(item.path, _split(item.nodeid)[0], named)


def _split(nodeid: str) -> tuple[str, list[str]]:
    """Return the module and the names below it. Parameters may contain `::` too."""
    names, bracket, parameters = nodeid.partition("[")
    module, *parts = names.split("::")
    if not parts:  # a doctest file, say
        return module, ["test" + bracket + parameters]
    parts[-1] += bracket + parameters
    return module, parts


def _below(rootdir: Path, folders: list[str], name: str, *, distinct: str | None = None) -> Path:
    folder = rootdir.joinpath(FOLDER, *(safe_name(each) for each in folders))
    return folder / f"{safe_name(name, distinct=distinct)}.json"
