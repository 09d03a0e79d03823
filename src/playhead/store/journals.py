"""The journal: what is recorded, on disk as soon as each interaction ends, so that a killed process loses little."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from playhead.apart import apart
from playhead.codecs.limits import DEFAULT
from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.model.cassette import Cassette, Interaction
from playhead.store.cassettes import load, load_standing, save
from playhead.store.claims import claim
from playhead.store.disk import DISK, Disk, write_all
from playhead.store.files import file_error, inside, make_folder, new_name, read_file, remove
from playhead.store.grams import Grams
from playhead.store.merging import Batch, merged
from playhead.store.stamp import stamp
from playhead.store.taking_over import joined
from playhead.text.files import JOURNAL, JSON, MSGPACK

__all__ = ["Journal", "journals_of", "passed_in", "recover", "set_aside"]

_UNWRITTEN = ".unwritten"
_ASIDE = re.compile(rf"(?:\.\d+-\d+|{re.escape(_UNWRITTEN)}(?:-\d+)?)$")
_EXPECTS = "\0expects "
"""The beginning of the origin of a note that stands before a recording. The digest of what the recording expects on the
cassette follows. No test is called so, and an earlier edition takes it for a test that recorded nothing."""


class Journal:
    """Appends interactions to `<cassette>.journal`, for the owner only; the file appears with the first of them.

    Where that name is taken (by another process, or by what a killed one left) it is `<cassette>.<pid>-<n>.journal`.
    """

    def __init__(self, cassette: str | os.PathLike[str], *, aside: bool = False, disk: Disk = DISK) -> None:
        """With `aside` it leaves the plain name to the journal of a run, and is `<cassette>.<pid>-<n>.journal`."""
        from playhead.codecs.msgpack import interaction_frame

        self._frame = interaction_frame
        self._cassette = Path(cassette)
        self._disk = disk
        self._path = self._cassette.with_name(f"{self._cassette.name}{f'.{os.getpid()}-0' if aside else ''}{JOURNAL}")
        self._descriptor: int | None = None
        self._whole_bytes = 0
        self._grams = Grams()
        self._closed = False
        self.gaps = False
        """True if the disk refused an interaction, which is then not in it."""

    @property
    def path(self) -> Path:
        """The place of the journal, whether it is there yet or not."""
        return self._path

    @property
    def written(self) -> bool:
        """True if there is a file."""
        return self._whole_bytes > 0

    def append(self, exchange: Interaction) -> None:
        """Hand an interaction to the system: from then on only its crash loses it. PlayheadError if it cannot."""
        self._append(self._frame(exchange))

    def note(self, batch: Batch) -> None:
        """Append what a test has recorded, at once, with the note that it has passed. Errors as for `append`."""
        self._append(self._frames(batch))

    def note_again(self, batches: Sequence[Batch]) -> None:
        """Put these in place of all that was noted, at once. Errors as for `rewrite`."""
        self._replace(b"".join(map(self._frames, batches)))

    def _frames(self, batch: Batch) -> bytes:
        from playhead.codecs.msgpack import Passed, passed_frame

        expects = [passed_frame(Passed(_EXPECTS + batch.expects, replaces=False))] if batch.expects else []
        passed = passed_frame(Passed(batch.origin, batch.replaces))
        return b"".join([*expects, *map(self._frame, batch.interactions), passed])

    def _append(self, frames: bytes) -> None:
        if self._closed:
            raise UsageError(f"{self._path} is closed: its recording has ended.")
        try:
            if self._descriptor is None:
                self._descriptor = apart(self._create)
            self._write(self._descriptor, frames if self._whole_bytes else self._header() + frames)
        except OSError as error:
            self.gaps = True
            self._cut()
            raise file_error(self._path, "written", error) from error

    def holds_any(self, spellings: Sequence[bytes]) -> bool:
        """Return True if one of these stands in it. Asked often, it takes no longer the longer the journal is."""
        if not self.written:
            return False
        with self._path.open("rb") as file:
            file.seek(self._grams.size_bytes)
            self._grams.feed(file.read())
            maybe = self._grams.maybe(spellings)
            if not maybe:
                return False
            file.seek(0)
            content = file.read()
        return any(spelling in content for spelling in maybe)

    def rewrite(self, exchanges: Sequence[Interaction]) -> None:
        """Put these in place of all that is in it, at once. PlayheadError if that fails: then nothing is left in it."""
        self._replace(b"".join(map(self._frame, exchanges)))

    def _replace(self, frames: bytes) -> None:
        if self._descriptor is None:
            return
        temporary = new_name(self._path, ".tmp")
        frames = self._header() + frames
        try:
            descriptor = self._disk.create(str(temporary), 0o600)
            claim(descriptor)
            os.close(self._descriptor)
            self._descriptor = descriptor
            write_all(self._disk, descriptor, frames)
            self._disk.replace(str(temporary), str(self._path))
            self._whole_bytes = len(frames)
            self._grams = Grams()
        except OSError as error:
            self.gaps = True
            remove(temporary)
            self._empty()
            raise file_error(self._path, "written", error) from error

    def _empty(self) -> None:
        """Leave nothing of what it holds: what must not be there cannot be replaced."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        with suppress(OSError):
            os.truncate(self._path, 0)
        remove(self._path)
        self._whole_bytes = 0
        self._grams = Grams()

    def close(self) -> None:
        """Leave the journal as it is. Closing twice is fine."""
        self._closed = True
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            if not self.written:
                remove(self._path)

    def discard(self) -> None:
        """Close it, and remove its file if it made one."""
        self.close()
        if self.written:
            remove(self._path)
            self._whole_bytes = 0

    def set_aside(self) -> None:
        """Close it, and leave it under a name that no later run takes for a killed one's."""
        self.close()
        if self.written:
            self._path = set_aside(self._path)

    @staticmethod
    def _header() -> bytes:
        from playhead.codecs.msgpack import header_frame

        return header_frame(stamp())

    def _create(self) -> int:
        make_folder(self._path.parent)
        name = self._cassette.name
        for number in count():
            try:
                descriptor = self._disk.create(str(self._path), 0o600)
            except FileExistsError:
                self._path = self._cassette.with_name(f"{name}.{os.getpid()}-{number + 1}{JOURNAL}")
            else:
                claim(descriptor)
                return descriptor
        raise AssertionError("unreachable")

    def _write(self, descriptor: int, frames: bytes) -> None:
        write_all(self._disk, descriptor, frames)
        self._whole_bytes += len(frames)

    def _cut(self) -> None:
        # Half a frame would hide all that come after it.
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._whole_bytes)


def recover(
    journal: str | os.PathLike[str],
    *,
    prepare: Callable[[Sequence[Interaction]], Sequence[Interaction]] = tuple,
    disk: Disk = DISK,
) -> Path:
    """Make a cassette `<stem>.recovered.json` of all that is whole in a journal, and return its path.

    Nothing is overwritten. A `.msgpack` file that was cut, so that it has no end, is a journal too. `prepare` sees the
    interactions as a whole before they are written, to redact them once more.

    Raises:
        CassetteCorrupt: There is no whole interaction.
        UnsupportedVersion: A newer version of the format.
        UsageError: There is no journal.
        PlayheadError: The disk refuses.
    """
    path = Path(journal)
    _expect_journal(path)
    cassette = _recovered(path, prepare)
    target = _claim(path, f"{Path(cassette_of(path)).stem}.recovered", JSON)
    try:
        save(cassette, target, disk=disk)
    except PlayheadError:
        remove(target)
        raise
    return target


def _recovered(path: Path, prepare: Callable[[Sequence[Interaction]], Sequence[Interaction]]) -> Cassette:
    """All that is whole in a journal; of a run's journal the cassette as it would be, with all tests that passed."""
    from playhead.codecs.msgpack import decode_journal

    data = read_file(inside(path), DEFAULT.size_bytes)
    batches = passed_in(path, data)
    if batches is None:
        interactions = decode_journal(data, os.fspath(path))
        if not interactions:
            raise CassetteCorrupt(os.fspath(path), "no interaction in it is whole")
        return Cassette(tuple(merged((), prepare(interactions), origin=None, replaces=False)), stamp())
    batches = [replace(batch, interactions=prepare(batch.interactions)) for batch in batches]
    return joined(load_standing(path.with_name(cassette_of(path))), batches)


def passed_in(journal: Path, data: bytes) -> list[Batch] | None:
    """Return what the tests that passed recorded, out of a run's journal; `None` if it is another kind of journal."""
    from playhead.codecs.msgpack import decode_passed

    passed = decode_passed(data, os.fspath(journal))
    if passed is None:
        return None
    batches: list[Batch] = []
    expects = ""
    for (origin, replaces), interactions in passed:
        if origin is not None and origin.startswith(_EXPECTS):
            expects = origin.removeprefix(_EXPECTS)
            continue
        batches.append(Batch(origin, replaces, interactions, expects))
        expects = ""
    return batches or None


def journals_of(cassette: Path) -> list[Path]:
    """`<cassette>.journal`, and `<cassette>.<pid>-<n>.journal` where that name was taken."""
    name = re.compile(rf"{re.escape(cassette.name)}(\.\d+-\d+)?{re.escape(JOURNAL)}")
    return sorted(each for each in cassette.parent.glob(f"*{JOURNAL}") if name.fullmatch(each.name))


def set_aside(journal: Path) -> Path:
    """Name a journal `<cassette>.unwritten.journal`: it is for `recover` alone then, and no later run takes it in.

    Where that fails it keeps its name; the name is returned.
    """
    target: Path | None = None
    try:
        target = _claim(journal, cassette_of(journal) + _UNWRITTEN, JOURNAL)
        journal.replace(target)
    except (OSError, PlayheadError):
        if target is not None:
            remove(target)
        return journal
    return target


def cassette_of(journal: Path) -> str:
    """Return the name of the cassette that a journal belongs to."""
    return _ASIDE.sub("", journal.name.removesuffix(JOURNAL))


def _expect_journal(path: Path) -> None:
    if path.suffix not in (JOURNAL, MSGPACK):
        raise UsageError(f"{path} is not a journal: their names end in {JOURNAL}, or in {MSGPACK} if it was cut.")
    if not path.exists():
        raise UsageError(f"There is no journal at {path}: check the path.")
    if path.suffix == JOURNAL:
        return
    with suppress(CassetteCorrupt):
        load(path)
        raise UsageError(f"{path} is whole, and nothing of it needs to be recovered: it is a cassette as it is.")


def _claim(journal: Path, name: str, suffix: str) -> Path:
    """Make a new, empty file beside a journal: nobody else can have chosen that name meanwhile."""
    for number in count(1):
        target = journal.with_name(f"{name}{'' if number == 1 else f'-{number}'}{suffix}")
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            continue
        except OSError as error:
            raise file_error(target, "written", error) from error
        return target
    raise AssertionError("unreachable")
