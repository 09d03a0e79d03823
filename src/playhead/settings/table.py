"""`[tool.playhead]` in pyproject.toml. Read once for each state of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from playhead.errors import UsageError
from playhead.settings.drift import DriftTable, read_drift
from playhead.settings.grammar import GRAMMAR, known_name, read

__all__ = ["Table", "find_pyproject", "load_table", "table_for"]

COMPATIBLE = ("pytest-recording",)
"""The tools whose suites run as they stand."""


@dataclass(frozen=True, slots=True)
class Table:
    """The settings of a project.

    Attributes:
        options: The options of its decks.
        suite: True if every test is on a cassette.
        replay_env: The environment variables that replaying runs set if they are unset.
        drift: The settings for judging drift.
        compat: The other tool whose suite this is, such as `"pytest-recording"`; empty for one of our own.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    suite: bool = False
    replay_env: Mapping[str, str] = field(default_factory=dict)
    drift: DriftTable = field(default_factory=DriftTable)
    compat: str = ""


def find_pyproject(folder: Path) -> Path | None:
    """Return the pyproject.toml in this folder, or in the nearest folder above that has one."""
    for each in (folder, *folder.parents):
        candidate = each / "pyproject.toml"
        if candidate.is_file():
            return candidate
    return None


def load_table(folder: Path) -> Table:
    """Return the settings of the nearest pyproject.toml. Raises `UsageError` for an unknown name or value."""
    path = find_pyproject(folder.absolute())
    if path is None:
        return Table()
    state = path.stat()
    return _load(path, state.st_mtime_ns, state.st_size)


def table_for(folder: Path, top: Path) -> Table:
    """Return the settings of the package that a folder belongs to.

    They are in the nearest pyproject.toml below `top` that has any, or else those of `top`.
    """
    for each in (folder, *folder.parents):
        if each == top:
            break
        candidate = each / "pyproject.toml"
        if candidate.is_file() and (table := load_table(each)) != Table():
            return table
    return load_table(top)


@lru_cache(maxsize=64)
def _load(path: Path, _changed_ns: int, _size_bytes: int) -> Table:
    data = path.read_bytes()
    if b"playhead" not in data:
        return Table()
    import tomllib

    try:
        document = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not readable as TOML: {error}.") from None
    return _table(document.get("tool", {}).get("playhead", {}), str(path))


def _table(section: object, path: str) -> Table:
    where = f"[tool.playhead] in {path}"
    if not isinstance(section, dict):
        raise UsageError(f"{where} is not a table: write [tool.playhead], and a line for each option.")
    for name in section:
        known_name(name, [*GRAMMAR, "suite", "replay_env", "drift", "compat"], where)
    suite = section.get("suite", False)
    if not isinstance(suite, bool):
        raise UsageError(f"{where}: suite cannot be {suite!r}: the values are true and false.")
    options = {name: read(name, section[name], f"{where}: {name}") for name in GRAMMAR if name in section}
    compat = section.get("compat", "")
    if compat not in ("", *COMPATIBLE):
        known = ", ".join(f'"{each}"' for each in COMPATIBLE)
        raise UsageError(f"{where}: compat cannot be {compat!r}: the values are {known}.")
    replay_env = _replay_env(section.get("replay_env", {}), where)
    return Table(options, suite, replay_env, read_drift(section.get("drift", {}), where), compat)


def _replay_env(values: object, where: str) -> Mapping[str, str]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise UsageError(f'{where}: replay_env maps names of variables to texts, such as OPENAI_API_KEY = "test".')
    return dict(values)
