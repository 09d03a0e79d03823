"""The cassettes to be verified: their HTTP exchanges, and those files that could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from playhead.contract.comparison import Unreadable
from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.fronts.compare import _other_json, side_of
from playhead.fronts.verify.plan import Recording
from playhead.model.cassette import Exchange
from playhead.store.cassettes import load

__all__ = ["recordings_of"]


def recordings_of(sources: Iterable[str | os.PathLike[str]]) -> tuple[list[Recording], list[Unreadable]]:
    """What is on the cassettes, files or folders of them, each file once. UsageError if there is none."""
    recordings: list[Recording] = []
    broken: list[Unreadable] = []
    for path, named in dict.fromkeys(_files(sources)):
        try:
            recordings.append(Recording(path, _exchanges(path)))
        except PlayheadError as error:
            if named or not (isinstance(error, CassetteCorrupt) and _other_json(path)):
                broken.append(Unreadable(str(path), str(error)))
    if not recordings and not broken:
        raise UsageError("There is no cassette among the files that were given: check the path.")
    return recordings, broken


def _files(sources: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[Path, bool]]:
    for source in sources:
        side = side_of(source)
        yield from ((path, side.named) for path in side.files)


def _exchanges(path: Path) -> tuple[Exchange, ...]:
    """In the order of their starts: what is on the tape besides HTTP cannot be sent."""
    exchanges = [each for each in load(path).interactions if isinstance(each, Exchange)]
    return tuple(sorted(exchanges, key=lambda each: (each.timing.session, each.timing.start_us)))
