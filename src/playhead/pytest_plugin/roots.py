"""The folder below which a cassette stands: rootdir, or that of a package with a pytest configuration of its own.

Packages of a workspace may be tested in one run from a parent folder, or each from its own. pytest uses the first
configuration that it finds for all of them, and may give tests of two packages the same node id. So a new cassette
stands below the nearest folder above the test's file that has a configuration, up to rootdir. Its name and `origin`
count from there, and are the same wherever the run was started. A file that already exists wins: first the one below
rootdir, then those of configured folders further out.

For example, with `pytest.ini` in `work/` and in `work/one/`, the test `work/one/tests/test_a.py::test_b` has
`work/cassettes/one/tests/test_a/test_b.json` if that is there, else `work/one/cassettes/test_a/test_b.json`.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playhead.store.homes import standing

__all__ = ["Location", "Roots", "roots_of", "runnable", "typed_path"]

_ALWAYS = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")
_SECTIONS = {
    "tox.ini": re.compile(rb"^\[pytest\]", re.MULTILINE),
    "setup.cfg": re.compile(rb"^\[tool:pytest\]", re.MULTILINE),
}
_FOLDERS = ("", "tests", "test")

Named = Callable[[Path, str], Path]
"""Returns the cassette for a folder and the path of a module below it."""


@dataclass(frozen=True, slots=True)
class Location:
    """The place of a cassette."""

    path: Path
    module: str
    """The path of the module below `root`: the beginning of an origin."""
    root: Path | None = None
    """The folder below which the cassette stands, or `None` where origins are pytest's node ids."""


class Roots:
    """The configured folders of a run. `given` means that the user has chosen rootdir."""

    def __init__(self, rootdir: Path, *, given: bool) -> None:
        self._rootdir = rootdir
        self._given = given
        self._known: dict[Path, tuple[Path, ...]] = {}

    def locate(self, file: Path, module: str, named: Named, *, among: Path | None = None) -> Location:
        """Return the cassette of a test or fixture.

        Args:
            file: The file of the test or fixture.
            module: The name that pytest has for the file in node ids.
            named: Returns the cassette for a folder.
            among: The file of the test that asks for a fixture. Only folders above it count.
        """
        first = Location(named(self._rootdir, module), module)
        inside = file.is_relative_to(self._rootdir)
        above = [each for each in self._above(file.parent) if among is None or among.is_relative_to(each)]
        if not above or (inside and above == [self._rootdir]):
            return first if inside or among is not None or self._given else self._outside(file, first, named)
        may_be_first = inside or not self._is_of_another(file, module)
        if may_be_first and (inside or self._given) and _is_there(first.path):
            return first
        others = [_from(each, file, named) for each in above]
        for each in others:
            if _is_there(each.path):
                return each
        if may_be_first and _is_there(first.path):
            return first
        within = [each for each, root in zip(others, above, strict=True) if root.is_relative_to(self._rootdir)]
        return (within or [first])[0] if inside else others[0]

    def _outside(self, file: Path, first: Location, named: Named) -> Location:
        """Return the cassette for a file outside of rootdir and of all configured folders."""
        if _is_there(first.path) and not self._is_of_another(file, first.module):
            return first
        module = Path(os.path.relpath(file, self._rootdir)).as_posix()
        return Location(named(self._rootdir, module), module)

    def _is_of_another(self, file: Path, module: str) -> bool:
        """Return True if the name is that of another file, below rootdir."""
        name = f"{module.removesuffix('.py')}.py"
        candidates = [self._rootdir / folder / name for folder in _FOLDERS]
        return any(each.is_file() and each != file for each in candidates)

    def _above(self, folder: Path) -> tuple[Path, ...]:
        """Return the configured folders from this one outwards."""
        known = self._known.get(folder)
        if known is None:
            further = self._above(folder.parent) if folder.parent != folder else ()
            known = self._known[folder] = (folder, *further) if _is_configured(folder) else further
        return known


_ROOTS = pytest.StashKey[Roots]()


def roots_of(config: pytest.Config) -> Roots:
    """Return the configured folders of this run."""
    if _ROOTS not in config.stash:
        given = bool(config.getoption("rootdir", None) or config.getoption("inifilename", None))
        config.stash[_ROOTS] = Roots(config.rootpath, given=given)
    return config.stash[_ROOTS]


def runnable(config: pytest.Config, file: Path, names: str = "") -> str:
    """Return the address of a test for the command line, from where the run was started."""
    return shlex.quote(typed_path(config, file) + names)


def typed_path(config: pytest.Config, file: Path) -> str:
    """Return a path as a user would type it where the run was started."""
    start = config.invocation_params.dir
    near = file.is_relative_to(start) or file.is_relative_to(config.rootpath) or start.is_relative_to(config.rootpath)
    try:
        return os.path.relpath(file, start) if near else str(file)
    except ValueError:  # another drive
        return str(file)


def _is_there(cassette: Path) -> bool:
    """Return True if there is a cassette, or the recording of another tool that stands for it."""
    return standing(cassette).exists()


def _from(root: Path, file: Path, named: Named) -> Location:
    module = file.relative_to(root).as_posix()
    return Location(named(root, module), module, root)


def _is_configured(folder: Path) -> bool:
    if any((folder / name).is_file() for name in _ALWAYS):
        return True
    for name, section in _SECTIONS.items():
        if (data := _content(folder / name)) and section.search(data):
            return True
    data = _content(folder / "pyproject.toml")
    return b"pytest" in data and _has_table(data)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _has_table(data: bytes) -> bool:
    try:
        return "pytest" in tomllib.loads(data.decode()).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError):
        return False
