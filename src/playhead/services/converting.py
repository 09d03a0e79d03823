"""Cassettes written in another format, ours or another tool's: one file, a tree of them, or each in its own place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from playhead.deck.environment import learn_environment
from playhead.errors import CassetteCorrupt, NotACassette, PlayheadError, UsageError
from playhead.formats.writing import LEFT_OUT, Lack, Lacks
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.model.http import Headers
from playhead.redaction.redact import Redactor
from playhead.services.comparing.sides import is_contract
from playhead.store.bodies import read_body
from playhead.store.cassettes import load, save
from playhead.store.exporting import exported
from playhead.store.files import inside, make_folder, remove, replace_file
from playhead.store.folders import is_other_json
from playhead.store.orphans import drop_bodies, files_of
from playhead.store.taking_over import redacted_whole
from playhead.text.files import CASSETTES, JSON, MSGPACK, OTHERS, YAML

__all__ = ["SUFFIXES", "Converted", "Converter", "Taken", "cassettes_of", "is_something_else"]

SUFFIXES = {"json": JSON, "msgpack": MSGPACK, "vcrpy": YAML[0], "har": ".har"}
"""The suffix that a file gets for each format to convert to."""


_OF_CODING = ("content-encoding", "content-length")


@dataclass(frozen=True, slots=True)
class Taken:
    """A cassette as it was read, and how many values were redacted on the way."""

    cassette: Cassette
    redacted: int = 0


@dataclass(frozen=True, slots=True)
class Converted:
    """A file that was written: how many interactions it was made of, what was redacted, and what it cannot hold.

    `stays` is true for a source that was to be replaced, and holds interactions that the new file does not.
    """

    target: Path
    count: int
    redacted: int = 0
    lacks: Lacks = field(default_factory=dict)
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Converter:
    """Converts files. `redactor` makes one for each cassette of another tool; `None` leaves values as they are."""

    redactor: Callable[[], Redactor] | None

    def take(self, source: Path) -> Taken:
        """Return a cassette. What another tool recorded is redacted and scanned. Errors are those of `load`.

        Raises `SecretFound` as well.
        """
        cassette = load(source)
        if self.redactor is None or not cassette.recorded.unredacted:
            return Taken(cassette)
        redactor = self.redactor()
        learn_environment(redactor)
        return Taken(redacted_whole(cassette, redactor), redactor.counts.total())

    def convert(self, source: Path, target: Path) -> Converted:
        """Write `target`. Errors are those of `take`, and of `save`."""
        return _written(self.take(source), target)

    def replace(self, source: Path, target: Path) -> Converted:
        """Write `target` beside the source, and remove the source once that reads back as equal in what both hold.

        Raises:
            UsageError: There is a target already.
            PlayheadError: It reads back as something else; the source stays, and no target. Or as for `convert`.
        """
        if target.exists():
            raise UsageError(f"{target} is there already: {source} was left alone. Delete one of the two.")
        taken = self.take(source)
        written = _written(taken, target)
        _expect_equal(taken.cassette, written, source)
        if any(kind in written.lacks for kind in (*LEFT_OUT, Lack.PARTIAL, Lack.BINARY)):
            return replace(written, stays=True)
        remove(source)
        if target.suffix in OTHERS:
            drop_bodies(source.parent, {body.name for each in taken.cassette.interactions for body in files_of(each)})
        return written


def cassettes_of(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that may be cassettes, of ours or of other tools. Hidden folders are left out."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = (name for name in sorted(files) if name.endswith((*CASSETTES, *OTHERS)))
        yield from (each for each in (Path(path, name) for name in names) if not is_contract(each))


def is_something_else(path: Path, error: PlayheadError) -> bool:
    """Return True if an error says that a file below a folder never was a cassette."""
    return isinstance(error, NotACassette) or (isinstance(error, CassetteCorrupt) and is_other_json(path))


def _written(taken: Taken, target: Path) -> Converted:
    make_folder(target.parent)
    lacks: Lacks = {}
    if target.suffix in OTHERS:
        data, lacks = exported(taken.cassette, target)
        replace_file(inside(target), data)
    else:
        save(taken.cassette, target)
    return Converted(target, len(taken.cassette.interactions), taken.redacted, lacks)


def _expect_equal(cassette: Cassette, written: Converted, source: Path) -> None:
    """Raise `PlayheadError`, and remove what was written, if it does not read back as what it was written from."""
    try:
        equal, reason = _equal(cassette, written.target, written.lacks), "as something else"
    except PlayheadError as error:
        equal, reason = False, f"as nothing: {error}"
    if not equal:
        remove(written.target)
        raise PlayheadError(f"{source} was left alone: what was written for it reads back {reason}.")


def _equal(cassette: Cassette, target: Path, lacks: Lacks) -> bool:
    there = load(target).interactions
    if target.suffix not in OTHERS:
        return [_whole(each) for each in there] == [_whole(each) for each in cassette.interactions]
    missing = {number for kind in LEFT_OUT for number in lacks.get(kind, ())}
    kept = [each for each in cassette.interactions if each.id not in missing]
    return [_common(each) for each in there] == [_common(each) for each in kept]


def _whole(interaction: Interaction) -> Interaction:
    """Return an interaction with its large bodies read in."""
    if not isinstance(interaction, Exchange):
        return interaction
    response = interaction.response
    if response is not None:
        response = replace(response, body=read_body(response.body))
    request = replace(interaction.request, body=read_body(interaction.request.body))
    return replace(interaction, request=request, response=response)


def _common(interaction: Interaction) -> object:
    """Return what every format holds."""
    whole = _whole(interaction)
    assert isinstance(whole, Exchange)
    request, response = whole.request, whole.response
    assert response is not None
    status = (response.status, response.reason, response.body)
    return request.method, request.url, _fields(request.headers), request.body, status, _fields(response.headers)


def _fields(headers: Headers) -> Sequence[tuple[str, str]]:
    """Return header fields as a format has them that groups them by name, without those about its coding."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_CODING]
    return sorted(kept, key=lambda pair: pair[0])
