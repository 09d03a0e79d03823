"""Which file a test's cassette is, and the file of a fixture."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

import pytest

from playhead.errors import UsageError
from playhead.pytest_plugin.keys import COLLIDING

__all__ = ["colliding", "fixture_path", "item_path", "named_path"]

FOLDER = "cassettes"
SUFFIXES = (".json", ".msgpack")
LONGEST = 120
"""File names have 255 bytes on every common system; journals, locks and temporary files add to the cassette's."""

_UNSAFE = re.compile(r"[^\w.,=+@()\[\]{}-]", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def colliding(names: list[str]) -> set[str]:
    """Those of the names that differ from another one in case alone: one file on some systems."""
    seen: dict[str, str] = {}
    found = set()
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found |= {other, name}
    return found


def item_path(item: pytest.Item) -> Path:
    """`cassettes/<module path>/<Class.test[param]>.json`, below rootdir."""
    module, parts = _split(item.nodeid)
    folders = module.removesuffix(".py").split("/")
    if folders[0] in ("tests", "test") and len(folders) > 1:
        folders = folders[1:]
    clash = any(node.name in node.parent.stash.get(COLLIDING, ()) for node in item.listchain() if node.parent)
    return _below(item.config.rootpath, folders, ".".join(parts), distinct=item.nodeid if clash else None)


def fixture_path(rootdir: Path, module: str, fixture: str) -> Path:
    """`cassettes/_fixtures/<module path>/<fixture>.json`; `module` is a path below rootdir, or a module's name."""
    folders = module.removesuffix(".py").split("/")
    if folders[0] in ("tests", "test") and len(folders) > 1:
        folders = folders[1:]
    return _below(rootdir, ["_fixtures", *folders], fixture)


def named_path(item: pytest.Item, name: str) -> Path:
    """The file that a marker names: with a suffix a path from rootdir, else a name below `cassettes/`."""
    if name.endswith(SUFFIXES):
        return item.config.rootpath / name
    parts = PurePosixPath(name.replace("\\", "/"))
    if not name.strip() or parts.is_absolute() or ".." in parts.parts:
        raise UsageError(
            f'{item.nodeid}: "{name}" names no cassette: write a name, or a path that ends in .json or .msgpack.'
        )
    return _below(item.config.rootpath, list(parts.parts[:-1]), parts.name)


def _split(nodeid: str) -> tuple[str, list[str]]:
    """The module and the names below it; parameters may hold `::` too."""
    names, bracket, parameters = nodeid.partition("[")
    module, *parts = names.split("::")
    if not parts:  # a test that is a file, or a document
        return module, ["test" + bracket + parameters]
    parts[-1] += bracket + parameters
    return module, parts


def _below(rootdir: Path, folders: list[str], name: str, *, distinct: str | None = None) -> Path:
    folder = rootdir.joinpath(FOLDER, *(_safe(each) for each in folders))
    return folder / f"{_safe(name, distinct=distinct)}.json"


def _safe(name: str, *, distinct: str | None = None) -> str:
    """The name as a file name; what had to be changed gets a hash of what it was."""
    safe = _UNSAFE.sub("_", name)[:LONGEST]
    if _RESERVED.fullmatch(safe) or safe.endswith(".") or safe.startswith("."):
        safe = f"_{safe.strip('.')}"
    if safe == name and distinct is None:
        return safe
    return f"{safe}-{hashlib.sha256((distinct or name).encode()).hexdigest()[:8]}"
