"""Removes what nobody needs any more: large bodies that nothing names, and what killed runs have left.

Files of writers that live are skipped, and so are bodies that a journal names.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from math import inf
from pathlib import Path

from playhead.model.call import Invocation
from playhead.model.cassette import Interaction
from playhead.model.http import BodyFile
from playhead.store.claims import is_abandoned, is_current, release, try_lock
from playhead.store.files import remove
from playhead.store.lacking import BODIES
from playhead.text.files import CASSETTES, JOURNAL

__all__ = ["bodies_in", "drop_bodies", "files_of", "sweep"]

_TEMPORARY = re.compile(r"\..+\.(\d+)-\d+\.(?:tmp|part)")
_BODY = re.compile(r"[0-9a-f]{64}\.bin")
_LOCK = re.compile(r".+\.(?:json|msgpack|ya?ml)\.lock")
_swept: set[str] = set()


def files_of(interaction: Interaction) -> Iterator[BodyFile]:
    """Yield the large bodies of an interaction; calls have none."""
    if isinstance(interaction, Invocation):
        return
    for message in (interaction.request, interaction.response):
        if message is not None and isinstance(message.body, BodyFile):
            yield message.body


def bodies_in(folder: Path) -> frozenset[str]:
    """Return the names of the large bodies that are there, as cassettes give them."""
    return frozenset(f"{BODIES}/{each.name}" for each in _files(folder / BODIES))


def drop_bodies(folder: Path, names: Iterable[str]) -> None:
    """Remove those of these bodies that no cassette or journal in this folder names, and no other writer has."""
    wanted = {Path(name).stem.encode(): folder / name for name in names}
    if not wanted:
        return
    for each in _files(folder):
        if each.suffix in (*CASSETTES, JOURNAL):
            content = each.read_bytes()
            wanted = {digest: path for digest, path in wanted.items() if digest not in content}
    for path in wanted.values():
        release(path)
        with suppress(FileNotFoundError):
            if is_abandoned(path, writer=None, now_s=inf):
                remove(path)


def sweep(folder: Path, *, now_s: float) -> None:
    """Remove what killed runs have left in a folder of cassettes; once a process, for that takes a look at all of it.

    `now_s` is the time by the clock of the file system.
    """
    known = os.path.realpath(folder)
    if known in _swept:
        return
    _swept.add(known)
    for each in (*_files(folder), *_files(folder / BODIES)):
        temporary = _TEMPORARY.fullmatch(each.name)
        with suppress(OSError):
            if temporary is not None and is_abandoned(each, writer=int(temporary[1]), now_s=now_s):
                remove(each)
            elif _LOCK.fullmatch(each.name):
                _drop_lock(each)
    with suppress(OSError):
        drop_bodies(folder, [f"{BODIES}/{each.name}" for each in _files(folder / BODIES) if _is_unfinished(each)])


def _is_unfinished(body: Path) -> bool:
    """Return True if a large body has never got the mode of a cassette's: no recording with it has ended well."""
    return _BODY.fullmatch(body.name) is not None and not stat.S_IMODE(body.stat().st_mode) & 0o077


def _drop_lock(lock: Path) -> None:
    descriptor = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        try_lock(descriptor)
        if is_current(lock, descriptor):
            remove(lock)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_file() and not each.is_symlink()]
    except OSError:
        return []
