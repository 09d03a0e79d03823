"""The cassettes to be verified: their HTTP exchanges, and those files that could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from playhead.contract.comparison import Unreadable
from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.model.cassette import Exchange
from playhead.services.comparing.sides import is_contract
from playhead.services.verifying.plan import Recording
from playhead.store.bodies import iter_body
from playhead.store.cassettes import load
from playhead.store.folders import cassettes_below, is_other_json
from playhead.store.orphans import files_of as bodies_of

__all__ = ["each_recording", "files_of", "recordings_of"]


def recordings_of(sources: Iterable[str | os.PathLike[str]]) -> tuple[list[Recording], list[Unreadable]]:
    """Return what is on the cassettes, files or folders of them, each file once.

    Raises `UsageError` if there is none.
    """
    broken: list[Unreadable] = []
    recordings = list(each_recording(files_of(sources), broken))
    if not recordings and not broken:
        raise UsageError("There is no cassette among the files that were given: check the path.")
    return recordings, broken


def files_of(sources: Iterable[str | os.PathLike[str]]) -> dict[Path, bool]:
    """Yield the files that may be cassettes, each with True if it was asked for by its name.

    Raises `UsageError` for a path to nothing.
    """
    return dict(_files(sources))


def each_recording(files: Mapping[Path, bool], broken: list[Unreadable]) -> Iterator[Recording]:
    """One cassette after the other, so that only one has to be held; what cannot be read is noted in `broken`."""
    for path, named in files.items():
        try:
            if named or not is_contract(path):
                yield Recording(path, _exchanges(path))
        except PlayheadError as error:
            if named or not (isinstance(error, CassetteCorrupt) and is_other_json(path)):
                broken.append(Unreadable(str(path), str(error)))


def _files(sources: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was asked for by its name."""
    for source in sources:
        path = Path(source)
        if path.is_dir():
            yield from ((found, False) for found in cassettes_below(path))
        elif path.exists():
            yield path, True
        else:
            raise UsageError(f"There is nothing at {path}: give a cassette, or a folder of cassettes.")


def _exchanges(path: Path) -> tuple[Exchange, ...]:
    """Return the exchanges in the order of their starts: calls cannot be sent. Large bodies are there, as said."""
    exchanges = [each for each in load(path).interactions if isinstance(each, Exchange)]
    for body in (body for each in exchanges for body in bodies_of(each)):
        next(iter_body(body, ()), None)
    return tuple(sorted(exchanges, key=lambda each: (each.timing.session, each.timing.start_us)))
