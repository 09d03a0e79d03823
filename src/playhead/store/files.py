"""Whole files: read with a cap, replaced at once or not at all, and errors that say what to do next."""

from __future__ import annotations

import errno
import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playhead.apart import apart
from playhead.errors import CassetteCorrupt, CassetteMissing, PlayheadError
from playhead.store.claims import claim
from playhead.store.disk import DISK, Disk, write_all
from playhead.store.lacking import lacking

__all__ = ["file_error", "inside", "make_folder", "new_name", "read_file", "read_pieces", "remove", "replace_file"]

_PIECE_BYTES = 1024 * 1024
_counter = itertools.count(1)

_NEXT_STEPS = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room in your quota",
    errno.EROFS: "record where files can be written",
    errno.EACCES: "check its permissions and its folder's",
    errno.EPERM: "check its permissions and its folder's",
    errno.ENAMETOOLONG: "give the cassette a shorter name",
    errno.ENOTDIR: "something in its path is a file, not a folder",
    errno.EISDIR: "remove the folder in its place",
}


def file_error(path: str | os.PathLike[str], doing: str, error: OSError) -> PlayheadError:
    """Return the error of playhead for one of the system. `doing` is `"read"` or `"written"`."""
    step = _NEXT_STEPS.get(error.errno or 0, "check the disk")
    return PlayheadError(f"{os.fspath(path)} cannot be {doing} ({error.strerror or error}): {step}, then try again.")


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a file.

    Raises `CassetteMissing`, `CassetteCorrupt` if it is not a file or too large, `PlayheadError` if it is unreadable.
    """
    with _refusals(path):
        _expect_regular(path, most_bytes)
        return path.read_bytes()


def read_pieces(path: Path, most_bytes: int) -> Iterator[bytes]:
    """Like `read_file`, in pieces of up to 1 MiB."""
    with _refusals(path):
        _expect_regular(path, most_bytes)
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE_BYTES), b"")


def _expect_regular(path: Path, most_bytes: int) -> None:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
        raise CassetteCorrupt(str(path), f"it is {what}")
    if found.st_size > most_bytes:
        raise CassetteCorrupt(str(path), f"it is larger than {most_bytes} bytes")


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise CassetteMissing(
            f"There is no cassette at {path}: record it with `pytest --record`, or check the path.", path=str(path)
        ) from None
    except OSError as error:
        raise file_error(path, "read", error) from error


def inside(path: Path) -> Path:
    """Return the path itself. Raises `CassetteCorrupt` if it is a symbolic link that leaves its own folder."""
    if path.is_symlink():
        folder = Path(os.path.realpath(path.parent))
        if folder not in Path(os.path.realpath(path)).parents:
            raise CassetteCorrupt(str(path), "it is a symbolic link out of its folder")
    return path


def make_folder(folder: Path) -> None:
    """Make the folder and those above it; PlayheadError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(folder, "written", error) from error


def new_name(path: Path, suffix: str) -> Path:
    """Return a name beside `path` that no other process or thread uses, hidden and recognisably temporary."""
    return path.with_name(f".{path.name[:100]}.{os.getpid()}-{next(_counter)}{suffix}")


def replace_file(path: Path, data: bytes, disk: Disk = DISK) -> None:
    """Put `data` in place of the file at once: whatever fails, the old file stays. PlayheadError names the path."""
    make_folder(path.parent)
    if path.is_dir():
        raise CassetteCorrupt(str(path), "it is a folder")
    if path.exists() and not path.is_file():
        raise CassetteCorrupt(str(path), "it is not a regular file")
    temporary = new_name(path, ".tmp")
    try:
        _write_new(temporary, data, disk)
        with lacking("permissions", path):
            _keep_mode(path, temporary)
        disk.replace(str(temporary), str(path))
    except OSError as error:
        raise file_error(path, "written", error) from error
    finally:
        with suppress(OSError):  # on a disk that may only be read there is nothing, and no asking for it
            temporary.unlink()


def _write_new(path: Path, data: bytes, disk: Disk) -> None:
    descriptor = disk.create(str(path), 0o666)
    try:
        claim(descriptor)
        write_all(disk, descriptor, data)
        with lacking("flushing", path):
            disk.flush(descriptor)
    finally:
        os.close(descriptor)


def _keep_mode(path: Path, temporary: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return
    if mode != stat.S_IMODE(temporary.stat().st_mode):
        temporary.chmod(mode)


def remove(path: Path) -> None:
    """Remove a file that is of no more use, if it is there. Where it is in use, it may stay."""
    with lacking("removing", path):
        apart(lambda: path.unlink(missing_ok=True))
