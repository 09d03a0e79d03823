"""Looking for secrets in committed files: cassettes, the large bodies beside them, and journals that were left."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.contract.comparison import Unreadable
from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.model.cassette import Interaction
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import Hit, scan, scan_body
from playhead.redaction.variables import secret_variables
from playhead.services.comparing.sides import is_contract
from playhead.services.verifying.reading import files_of
from playhead.store.bodies import iter_body
from playhead.store.cassettes import passing
from playhead.store.files import inside, read_file, read_pieces
from playhead.store.folders import is_other_json
from playhead.store.lacking import BODIES
from playhead.store.orphans import files_of as bodies_of
from playhead.text.files import JOURNAL

__all__ = ["FileHit", "Scanned", "files_to_scan", "scan_files"]

Sought = tuple[RedactionRules, Ledger]
"""By which names values are secret, and which values are known to be."""

BODY = ".bin"


@dataclass(frozen=True, slots=True)
class FileHit:
    """A hit, and the file that it stands in: a cassette, a journal, or a large body that no cassette names."""

    path: Path
    hit: Hit


@dataclass(slots=True)
class Scanned:
    """The outcome of a scan: in how many files, and which could not be read."""

    files: int = 0
    hits: list[FileHit] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def sure(self) -> list[FileHit]:
        """The hits of a known form or value."""
        return [each for each in self.hits if each.hit.sure]


def files_to_scan(sources: Iterable[str | os.PathLike[str]]) -> dict[Path, bool]:
    """Yield the files to look into, each with True if it was asked for by name.

    Raises `UsageError` for a path to nothing.
    """
    given = list(sources)
    files = files_of(given)
    for folder in filter(Path.is_dir, map(Path, given)):
        files.update(dict.fromkeys(_beside_cassettes(folder), False))
    if not files:
        raise UsageError(f"There is no cassette below {given[0]}: record some, or check the path.")
    return files


def scan_files(files: dict[Path, bool], rules: RedactionRules, tick: Callable[[Path], object] = id) -> Scanned:
    """Look into cassettes and journals, then into the bodies that none of them names; `tick` is told each file.

    The values of the secret environment variables are looked for too.
    """
    result, bodies, named = Scanned(), list[Path](), set[Path]()
    known = Ledger()
    for name, value in secret_variables(os.environ, rules):
        known.note(value, name)
    for path, by_name in files.items():
        if path.suffix == BODY:
            bodies.append(path)
            continue
        _scan_cassette(path, by_name, (rules, known), result, named)
        tick(path)
    for path in bodies:
        if path.resolve() not in named:
            _scan_orphan(path, (rules, known), result)
        tick(path)
    return result


def _scan_cassette(path: Path, by_name: bool, sought: Sought, result: Scanned, named: set[Path]) -> None:
    """Note the hits in one file; what was read before a fault is found counts too."""
    rules, known = sought
    try:
        if not by_name and is_contract(path):
            return
        for interaction in _interactions(path):
            named.update(Path(body.folder, body.name).resolve() for body in bodies_of(interaction))
            found = scan(interaction, rules, read=lambda body: iter_body(body, ()), known=known)
            result.hits += [FileHit(path, hit) for hit in dict.fromkeys(found)]
    except PlayheadError as error:
        if not by_name and isinstance(error, CassetteCorrupt) and is_other_json(path):
            return
        result.unreadable.append(Unreadable(str(path), str(error)))
    else:
        result.files += 1


def _scan_orphan(path: Path, sought: Sought, result: Scanned) -> None:
    try:
        found = scan_body(0, "body", "", read_pieces(inside(path), path.stat().st_size), *sought)
    except (PlayheadError, OSError) as error:
        result.unreadable.append(Unreadable(str(path), str(error)))
        return
    result.hits += [FileHit(path, hit) for hit in found]
    result.files += 1


def _interactions(path: Path) -> Iterable[Interaction]:
    if path.suffix != JOURNAL:
        return passing(path)
    from playhead.codecs.msgpack import decode_journal

    return decode_journal(read_file(inside(path), DEFAULT.size_bytes), os.fspath(path))


def _beside_cassettes(folder: Path) -> Iterator[Path]:
    """Journals that were left, and large bodies."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        suffixes = (JOURNAL, BODY) if Path(path).name == BODIES else (JOURNAL,)
        yield from (Path(path, name) for name in files if name.endswith(suffixes) and not name.startswith("."))
