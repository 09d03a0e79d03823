"""File names of the cassettes of tests and fixtures."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

import pytest

from playhead.errors import UsageError
from playhead.pytest_plugin.keys import COLLIDING
from playhead.pytest_plugin.roots import Location, roots_of
from playhead.text.files import CASSETTES, OTHERS

__all__ = ["colliding", "fixture_path", "item_path", "named_path"]

FOLDER = "cassettes"
LONGEST = 120
"""File names have up to 255 bytes on common systems; journals, locks and temporary files add to the cassette's."""

_UNSAFE = re.compile(r"[^\w.,=+@()\[\]{}-]", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


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
        return _below(root, _folders(path), ".".join(parts), distinct=distinct)

    return roots_of(item.config).locate(item.path, module, named)


def fixture_path(rootdir: Path, module: str, fixture: str) -> Path:
    """Return `cassettes/_fixtures/<module path>/<fixture>.json`; `module` is a path below rootdir or a dotted name."""
    return _below(rootdir, ["_fixtures", *_folders(module)], fixture)


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


def _folders(module: str) -> list[str]:
    folders = module.removesuffix(".py").split("/")
    return folders[1:] if folders[0] in ("tests", "test") and len(folders) > 1 else folders


def _split(nodeid: str) -> tuple[str, list[str]]:
    """Return the module and the names below it. Parameters may contain `::` too."""
    names, bracket, parameters = nodeid.partition("[")
    module, *parts = names.split("::")
    if not parts:  # a doctest file, say
        return module, ["test" + bracket + parameters]
    parts[-1] += bracket + parameters
    return module, parts


def _below(rootdir: Path, folders: list[str], name: str, *, distinct: str | None = None) -> Path:
    folder = rootdir.joinpath(FOLDER, *(_safe(each) for each in folders))
    return folder / f"{_safe(name, distinct=distinct)}.json"


def _safe(name: str, *, distinct: str | None = None) -> str:
    """Return a name as a file name. If it had to be changed, it ends in a hash of the original."""
    safe = _UNSAFE.sub("_", name)[:LONGEST]
    if _RESERVED.fullmatch(safe) or safe.endswith(".") or safe.startswith("."):
        safe = f"_{safe.strip('.')}"
    if safe == name and distinct is None:
        return safe
    return f"{safe}-{hashlib.sha256((distinct or name).encode()).hexdigest()[:8]}"
