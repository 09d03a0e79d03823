"""One side of a comparison: where its recordings are, and the contract that they fold into.

A side is a cassette, a folder that is searched for cassettes, a contract file, or either of these in a git revision.
Files are folded one by one, or in several processes: contracts merge, so that gives the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from playhead.codecs.limits import DEFAULT
from playhead.codecs.malformed import Malformed
from playhead.contract.contract import Contract, fold_all
from playhead.contract.encoding import decode
from playhead.errors import CassetteCorrupt, PlayheadError
from playhead.model.cassette import Cassette
from playhead.model.collector import collector_paused
from playhead.services.comparing.revisions import Checkout, NothingThere, names_revision, path_in
from playhead.store.bodies import read_body
from playhead.store.cassettes import parsed, passing
from playhead.store.files import file_error, inside, read_file
from playhead.store.folders import cassettes_below
from playhead.text.files import CASSETTE_KEY, CONTRACT_KEY, HEAD_BYTES, JSON, begins_as_contract

__all__ = ["Side", "Source", "both_sides", "folded", "folded_together", "is_contract", "side_of"]

_USUAL_BYTES = 4 * 1024 * 1024
"""Larger files are read one interaction at a time where that is possible, because of the memory."""

Source = str | os.PathLike[str] | Cassette | Contract


@dataclass(slots=True)
class Side:
    """One side of a comparison: what is still to be read, what it has folded into, and the files that are broken.

    It has to be closed, which removes what came out of git.

    Attributes:
        named: True if the one file was asked for by name. In a folder, JSON that is not a cassette is skipped, and so
            are contracts, which would be counted twice.
        absent: True if there is nothing, and that is an answer.
    """

    name: str
    files: tuple[Path, ...] = ()
    named: bool = False
    contract: Contract = field(default_factory=Contract)
    broken: list[tuple[Path, PlayheadError]] = field(default_factory=list)
    read: int = 0
    absent: bool = False
    checkout: Checkout | None = None

    def fold(self, path: Path) -> None:
        """Fold one file in, or note that it is broken."""
        try:
            contract = folded(path, named=self.named)
        except PlayheadError as error:
            self.broken.append((path, error))
        else:
            self.add(contract)

    def fold_several(self, paths: Sequence[Path]) -> None:
        """Fold a few files in, or note which are broken."""
        contract, left = folded_together(paths)
        self.add(contract, len(paths) - len(left))
        for path in left:
            self.fold(path)

    def add(self, contract: Contract | None, files: int = 1) -> None:
        """Add what some files folded into; `None` for a file that is not a cassette."""
        if contract is not None:
            self.contract.absorb(contract)
            self.read += files

    def as_named(self, text: str) -> str:
        """Return a path or a message as the person knows it who named this side."""
        return text if self.checkout is None else self.checkout.as_named(text)

    def close(self) -> None:
        """Remove what came out of git."""
        if self.checkout is not None:
            self.checkout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def side_of(source: Source) -> Side:
    """Return what is to be read for one side.

    Raises `UsageError` if there is no such path or revision, or no cassette below it.
    """
    if isinstance(source, Cassette):
        return Side("cassette", contract=fold_all(source.interactions, read_body), read=1)
    if isinstance(source, Contract):
        contract = Contract()
        contract.absorb(source)
        return Side("contract", contract=contract, read=1)
    text = os.fspath(source)
    if not names_revision(text):
        return _of_path(Path(text), text)
    checkout = Checkout(text)
    try:
        side = _of_path(checkout.path, text)
    except BaseException:
        checkout.close()
        raise
    side.checkout = checkout
    return side


def both_sides(old: Source, new: Source) -> tuple[Side, Side]:
    """Return the two sides of a comparison.

    Where they are one path in two states of a repository, one may have nothing there: cassettes that are committed for
    the first time, or the last that are removed.
    """
    with ExitStack() as opened:
        sides: list[Side] = []
        absent: list[NothingThere] = []
        for source in (old, new):
            try:
                side = opened.enter_context(side_of(source))
            except NothingThere as error:
                absent.append(error)
                side = Side(error.side, absent=True)
            sides.append(side)
        if absent and (len(absent) == 2 or not _are_one_path(old, new)):
            raise absent[0]
        opened.pop_all()
    return sides[0], sides[1]


def _are_one_path(old: Source, new: Source) -> bool:
    if not isinstance(old, (str, os.PathLike)) or not isinstance(new, (str, os.PathLike)):
        return False
    texts = os.fspath(old), os.fspath(new)
    return any(map(names_revision, texts)) and path_in(texts[0]) == path_in(texts[1])


def _of_path(path: Path, name: str) -> Side:
    if path.is_dir():
        files = tuple(cassettes_below(path))
        if not files:
            raise NothingThere(
                name, f"There is no cassette below {name}: record some with `pytest --record`, or check the path."
            )
        return Side(name, files)
    if not path.exists():
        raise NothingThere(name, f"There is nothing at {name}: give a cassette, or a folder of cassettes.")
    return Side(name, (path,), named=True)


def folded(path: Path, *, named: bool) -> Contract | None:
    """Return the contract of one file, `None` for a file in a folder that is not a cassette.

    Raises `PlayheadError` if it is broken.
    """
    try:
        if is_contract(path):
            return decode(read_file(inside(path), DEFAULT.size_bytes), str(path)) if named else None
        return fold_all(passing(path), read_body, str(path))
    except CassetteCorrupt:
        kind = _other_json(path)
        if kind == "contract" and named:
            return decode(read_file(inside(path), DEFAULT.size_bytes), str(path))
        if kind and not named:
            return None
        raise


def folded_together(paths: Sequence[Path]) -> tuple[Contract, list[Path]]:
    """Fold sound cassettes of a usual size, and return the other files, which are left for `folded`.

    This takes a fraction of the time of `folded`: JSON in bodies is not written and parsed again, and there is one
    contract to add to others, not one for each file.
    """
    with collector_paused():
        return _folded_together(paths)


def _folded_together(paths: Sequence[Path]) -> tuple[Contract, list[Path]]:
    contract, left = Contract(), []
    for path in paths:
        try:
            interactions = parsed(path) if path.stat().st_size <= _USUAL_BYTES else None
        except (PlayheadError, OSError):
            interactions = None
        if interactions is None:
            left.append(path)
            continue
        try:
            for each in interactions:
                contract.add_parsed(each, read_body, str(path))
        except (PlayheadError, Malformed, RecursionError):
            return Contract(), list(paths)  # a part of this file is in the contract
    return contract, left


def is_contract(path: Path) -> bool:
    """Return True if a file says at its start that it is a contract: a folder of cassettes may hold one."""
    if not inside(path).is_file():
        return False
    try:
        with path.open("rb") as file:
            return begins_as_contract(file.read(HEAD_BYTES))
    except OSError as error:
        raise file_error(path, "read", error) from error


def _other_json(path: Path) -> str:
    """Return the kind of a file of sound JSON that never was a cassette: a contract, or something other (else `""`)."""
    if path.suffix != JSON:
        return ""
    try:
        document = json.loads(read_file(inside(path), DEFAULT.size_bytes))
    except (PlayheadError, ValueError, RecursionError):
        return ""
    if isinstance(document, dict) and CONTRACT_KEY in document:
        return "contract"
    return "" if isinstance(document, dict) and CASSETTE_KEY in document else "other"
