"""Comparing recordings on disk: files and folders become contracts, contracts become findings.

A cassette that cannot be read is named, and the others are judged all the same.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.contract.comparison import Comparison, Unreadable, compare
from playhead.contract.contract import Contract, fold_all
from playhead.contract.findings import Finding
from playhead.errors import CassetteCorrupt, PlayheadError, PlayheadWarning, UsageError
from playhead.model.cassette import Cassette
from playhead.store.bodies import read_body
from playhead.store.cassettes import load
from playhead.store.files import inside, read_file

__all__ = ["Side", "compare_sides", "diff", "side_of"]

SUFFIXES = (".json", ".msgpack")

Source = str | os.PathLike[str] | Cassette


@dataclass(slots=True)
class Side:
    """One side of a comparison: the cassettes still to be read, what they folded into, and those that are broken."""

    name: str
    files: tuple[Path, ...] = ()
    named: bool = False
    contract: Contract = field(default_factory=Contract)
    broken: list[tuple[Path, PlayheadError]] = field(default_factory=list)
    read: int = 0

    def fold(self, path: Path) -> None:
        """Fold one cassette in, or note that it is broken; in a folder, JSON that is no cassette is skipped."""
        try:
            self.contract.absorb(fold_all(load(path).interactions, read_body, str(path)))
            self.read += 1
        except PlayheadError as error:
            if self.named or not (isinstance(error, CassetteCorrupt) and _other_json(path)):
                self.broken.append((path, error))


def diff(old: Source, new: Source) -> list[Finding]:
    """The findings between two sets of recordings: cassettes, or paths of cassettes or of folders with cassettes.

    The worst come first; no finding means that nothing changed as far as the recordings show. A side of which nothing
    can be read raises CassetteCorrupt or UnsupportedVersion; a broken file among others, and an endpoint that could not
    be checked, is a PlayheadWarning. UsageError if there is no such path, or no cassette below it.
    """
    sides = side_of(old), side_of(new)
    comparison = compare_sides(*sides)
    for side in sides:
        if side.broken and not side.read:
            raise side.broken[0][1]
    for broken in comparison.unreadable:
        named = "" if broken.path in broken.reason else f"{broken.path}: "
        warnings.warn(f"Not compared: {named}{broken.reason}", PlayheadWarning, stacklevel=2)
    for unchecked in comparison.could_not_check:
        warnings.warn(f"Could not check {unchecked}.", PlayheadWarning, stacklevel=2)
    return list(comparison.findings)


def side_of(source: Source) -> Side:
    """What is to be read for one side. UsageError if there is no such path, or no cassette below it."""
    if isinstance(source, Cassette):
        return Side("cassette", contract=fold_all(source.interactions, read_body), read=1)
    path = Path(source)
    if path.is_dir():
        files = tuple(_cassettes_below(path))
        if not files:
            raise UsageError(
                f"There is no cassette below {path}: record some with `pytest --record`, or check the path."
            )
        return Side(str(path), files)
    if not path.exists():
        raise UsageError(f"There is nothing at {path}: give a cassette, or a folder of cassettes.")
    return Side(str(path), (path,), named=True)


def compare_sides(old: Side, new: Side, tick: Callable[[Path], object] = id) -> Comparison:
    """Read both sides, `tick` being told each file that is done, and compare; broken files are named in the result."""
    for side in (old, new):
        for path in side.files:
            side.fold(path)
            tick(path)
    broken = {path: error for side in (old, new) for path, error in side.broken}
    unreadable = tuple(Unreadable(str(path), str(error)) for path, error in broken.items())
    for side in (old, new):
        if not side.read and not side.broken:
            raise UsageError(f"There is no cassette below {side.name}, only other files: check the path.")
    # Against a side of which nothing could be read, everything would seem to have gone.
    judged = compare(old.contract, new.contract) if old.read and new.read else Comparison()
    return replace(judged, unreadable=unreadable)


def _cassettes_below(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(path, name) for name in sorted(files) if name.endswith(SUFFIXES))


def _other_json(path: Path) -> bool:
    """Whether a file is sound JSON that never was a cassette; what is damaged may have been one."""
    if path.suffix != ".json":
        return False
    try:
        document = json.loads(read_file(inside(path), DEFAULT.size_bytes))
    except (PlayheadError, ValueError, RecursionError):
        return False
    return not (isinstance(document, dict) and "playhead" in document)
