"""The files of one cassette: the name it was asked by, where it is written, and the file in which it stands by now.

`x.json`, `x.yaml` and `x.yml` of one folder are one cassette. It is written as `x.json`; while that is not there, the
recording of another tool stands for it. A recording under any other name, such as `x` or `x.har`, is that of `x.json`
or `x.har.json`. Asked to write vcrpy's format, a deck keeps to the YAML file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playhead.errors import UsageError
from playhead.store.folders import is_other_json
from playhead.text.files import CASSETTES, JOURNAL, JSON, YAML, begins_as_recording

__all__ = ["VCRPY", "expect_writable", "home_of", "replaced_by", "source_of", "standing"]

VCRPY = "vcrpy"
"""The value of the option `format` for YAML files of vcrpy."""
_HEAD_BYTES = 4096
_SIGNS = (b"interactions", b"request", b'"log"')
"""Words that stand near the beginning of every recording of another tool, also of one that is damaged."""


def home_of(asked: Path, form: str = "playhead") -> Path:
    """Return where the cassette of a name is written, in our format, or in vcrpy's if that is the `form`."""
    if form == VCRPY:
        return _yaml_of(asked)
    if asked.suffix in YAML:
        home = asked.with_suffix(JSON)
        taken = (not _is_ours(home) and is_other_json(home)) or _first(asked) != asked
        return asked.with_name(asked.name + JSON) if taken else home
    if asked.suffix in (*CASSETTES, JOURNAL) or not asked.is_file():
        return asked.with_name(asked.name + JSON) if asked.suffix == ".har" else asked
    return asked.with_name(asked.name + JSON)


def standing(home: Path) -> Path:
    """Return the file that holds the cassette now: its own, or the recording of another tool while there is none."""
    if home.suffix != JSON or home.exists():
        return home
    return next((each for each in _others(home) if _is_recording(each)), home)


def source_of(asked: Path, home: Path) -> Path:
    """Return the file to read for a name. One that is there by that very name is read whatever it looks like."""
    return asked if asked != home and not home.exists() and asked.is_file() else standing(home)


def replaced_by(home: Path) -> Path | None:
    """Return the recording of another tool that a cassette of ours has replaced, if it is still there."""
    if home.suffix != JSON:
        return None
    found = next((each for each in _others(home) if _is_recording(each)), None)
    return found if found is not None and _is_ours(home) else None


def expect_writable(home: Path, form: str) -> None:
    """Raise `UsageError` if a cassette cannot be written there in our format (`form` is `"playhead"`) or in vcrpy's."""
    if form == VCRPY and home.suffix not in YAML:
        raise UsageError(
            f'{home} is not a cassette of vcrpy, as which format="vcrpy" would record it: leave the option out, or put '
            f"{home.with_suffix(YAML[0]).name} in its place (`playhead convert` makes it), and delete {home.name}."
        )
    if form != VCRPY and home.suffix not in CASSETTES:
        raise UsageError(f"{home} has no cassette format: name it .json or .msgpack.")


def _yaml_of(asked: Path) -> Path:
    """Return the YAML file of a name. A cassette of ours that is there stays what it is, and wins."""
    if asked.suffix in YAML and _is_ours(asked.with_suffix(JSON)):
        return asked.with_suffix(JSON)
    if asked.suffix == JSON and not asked.exists():
        return next((each for each in map(asked.with_suffix, YAML) if each.is_file()), asked.with_suffix(YAML[0]))
    return asked


def _first(asked: Path) -> Path:
    """Return the YAML file that stands for `x.json`: of two, that which comes first in `YAML`."""
    return next((each for each in map(asked.with_suffix, YAML) if each.is_file()), asked)


def _others(home: Path) -> Iterator[Path]:
    yield from map(home.with_suffix, YAML)
    yield home.with_suffix("")


def _is_recording(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return any(sign in head for sign in _SIGNS)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return begins_as_recording(file.read(_HEAD_BYTES))
    except OSError:
        return False
