"""Cassettes as files: `load` and `save`, the encoding told by the suffix."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from playhead.codecs.limits import DEFAULT
from playhead.codecs.parsed import Parsed
from playhead.errors import CassetteMissing, NotACassette, UsageError
from playhead.model.cassette import Cassette, Interaction, LazyInteractions
from playhead.store.bodies import beside
from playhead.store.disk import DISK, Disk
from playhead.store.files import inside, read_file, read_pieces, replace_file
from playhead.store.homes import standing
from playhead.store.lacking import tell_lacks
from playhead.text.files import JOURNAL, JSON, MSGPACK, OTHERS

__all__ = ["load", "load_if_there", "load_standing", "parsed", "passing", "put", "save"]

CassettePath = str | os.PathLike[str]


class _Codec(Protocol):
    def encode(self, cassette: Cassette) -> bytes: ...

    def decode(self, data: bytes, path: str = "", *, folder: str | None = None) -> Cassette: ...


def load(path: CassettePath) -> Cassette:
    """Return the cassette in a file. Its interactions are built when looked at.

    The file is ours, in `.json` or `.msgpack`, or another tool's, which is told from what it holds.

    Raises:
        CassetteMissing: There is no file.
        CassetteCorrupt: The file cannot be read; also later, for an interaction that is malformed inside.
        UnsupportedVersion: A newer version of the format.
        NotACassette: It is intact, and of no known tool.
        UsageError: It is a journal, or a folder.
        PlayheadError: The file may not be read.
    """
    shown, found = os.fspath(path), Path(path)
    ours = found.suffix in (JSON, MSGPACK)
    if not ours and (found.suffix == JOURNAL or found.is_dir()):
        _codec_of(found)
    data = read_file(inside(found), DEFAULT.size_bytes)
    if not ours:
        from playhead.store.foreign import load_foreign

        return load_foreign(data, shown)
    try:
        return _codec_of(found).decode(data, shown, folder=str(found.parent.absolute()))
    except NotACassette as error:
        from playhead.store.foreign import foreign_instead

        return foreign_instead(error, data, shown)


def load_if_there(path: CassettePath) -> Cassette | None:
    """Return the cassette, or `None` if there is no file. Other errors are those of `load`."""
    try:
        return load(path)
    except CassetteMissing:
        return None


def load_standing(home: Path) -> Cassette | None:
    """Return the cassette that is written at `home`, or what stands for it until then. Errors are those of `load`."""
    return load_if_there(standing(home))


def passing(path: CassettePath) -> Iterator[Interaction]:
    """Yield the interactions of a file one after the other, and keep none of them.

    A `.msgpack` file is read as they pass. Errors are those of `load`, but some come only when the fault is reached.
    """
    found = Path(path)
    if found.suffix != MSGPACK:
        interactions = load(path).interactions
        yield from interactions.passing() if isinstance(interactions, LazyInteractions) else interactions
        return
    from playhead.codecs import msgpack

    pieces = read_pieces(inside(found), DEFAULT.size_bytes)
    yield from msgpack.passing(pieces, os.fspath(path), str(found.parent.absolute()))


def parsed(path: Path) -> list[Parsed]:
    """Return the interactions of a file with the values of their JSON bodies.

    Raises:
        PlayheadError: Something is wrong with the file; `passing` tells what. Faults inside the values are not found.
    """
    if path.suffix != JSON:
        return list(map(Parsed, passing(path)))
    from playhead.codecs import json

    data = read_file(inside(path), DEFAULT.size_bytes)
    return json.decode_parsed(data, str(path), str(path.parent.absolute()))


def save(cassette: Cassette, path: CassettePath, *, disk: Disk = DISK) -> None:
    """Write a cassette at once: whatever fails, the file that was there stays.

    Its large bodies come to lie beside it. UsageError for what could not be read again or another suffix,
    CassetteCorrupt for a folder in its place, PlayheadError if the disk refuses. A warning tells what its file system
    lacks. A name in .yaml, .yml or .har is written for that tool, and UsageError raised for what its format
    cannot hold.
    """
    put(cassette, path, disk=disk)
    tell_lacks(Path(path))


def put(cassette: Cassette, path: CassettePath, *, disk: Disk = DISK) -> None:
    """Write as `save` does, and leave the telling of what is lacking to the caller, who has more to do."""
    target = Path(path)
    if target.suffix in OTHERS:
        from playhead.store.exporting import whole

        replace_file(inside(target), whole(cassette, target), disk)
        return
    codec = _codec_of(target)
    interactions = tuple(beside(exchange, target.parent, disk) for exchange in cassette.interactions)
    replace_file(inside(target), codec.encode(cassette.with_interactions(interactions)), disk)


def _codec_of(path: Path) -> _Codec:
    # The codecs are imported when one is needed: a run on .json cassettes that records nothing needs no msgpack.
    if path.suffix == JSON:
        from playhead.codecs import json

        return json
    if path.suffix == MSGPACK:
        from playhead.codecs import msgpack

        return msgpack
    if path.suffix == JOURNAL:
        raise UsageError(f"{path} is the journal of a recording: `playhead recover {path}` makes a cassette of it.")
    if Path(path).is_dir():
        raise UsageError(f"{path} is a folder, or one that may not be looked into: name a cassette.")
    raise UsageError(f"{path} has no cassette format: name it .json or .msgpack, or .yaml or .har for other tools.")
