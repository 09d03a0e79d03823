"""Where a suite has its cassettes, and where ours come to lie."""

from __future__ import annotations

import configparser
import os
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from playhead.text.file_names import module_folders, safe_name

__all__ = ["TAPES", "default_target", "files_below", "rootdir_of"]

TAPES = (".yaml", ".yml")
_SKIPPED = {".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", "build", "dist", "site-packages"}


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a suite, sorted, without those of environments and caches."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        yield from (Path(at, name) for name in sorted(names))


def rootdir_of(path: Path) -> Path:
    """Return the folder that pytest takes for rootdir when it is started on a path."""
    start = path if path.is_dir() else path.parent
    above = [start, *start.parents]
    configured = next((each for each in above if _is_configured(each)), None)
    if configured is not None:
        return configured
    return next((each for each in above if any((each / name).exists() for name in ("setup.py", ".git"))), start)


def _is_configured(folder: Path) -> bool:
    if (folder / "pytest.ini").is_file() or _has_table(folder / "pyproject.toml"):
        return True
    return _has_section(folder / "tox.ini", "pytest") or _has_section(folder / "setup.cfg", "tool:pytest")


def _has_table(path: Path) -> bool:
    with suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return "pytest" in tomllib.loads(path.read_text("utf-8")).get("tool", {})
    return False


def _has_section(path: Path, name: str) -> bool:
    parser = configparser.RawConfigParser()
    with suppress(configparser.Error, UnicodeDecodeError):
        parser.read(path, "utf-8")
    return parser.has_section(name)


def default_target(root: Path, module: Path, name: str) -> Path:
    """Return the file of ours for a test, or a name, of a module."""
    name, bracket, parameters = name.partition("[")
    *folders, name = name.split("/")
    name += bracket + parameters
    inner = [*module_folders(module.relative_to(root).as_posix()), *folders]
    return root.joinpath("cassettes", *map(safe_name, inner), f"{safe_name(name)}.json")
