"""Reading large bodies: files in `bodies/` beside the cassette, named by their SHA-256 and checked against it."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from playhead.apart import apart
from playhead.errors import BodyCorrupt
from playhead.model.call import Invocation
from playhead.model.cassette import Interaction
from playhead.model.http import LARGE_BODY_BYTES, BodyFile, Request, Response
from playhead.store.disk import DISK, Disk
from playhead.store.files import file_error
from playhead.store.held import HeldFile
from playhead.store.spools import PIECE_BYTES, Spool, pieces_of

__all__ = ["beside", "iter_body", "read_body"]

Body = bytes | BodyFile
_Message = TypeVar("_Message", Request, Response)


def read_body(body: Body) -> bytes:
    """Read all of a body. CassetteCorrupt if its file is missing, changed, or outside the cassette's folder."""
    return body if isinstance(body, bytes) else b"".join(iter_body(body, ()))


def iter_body(body: Body, sizes: Sequence[int]) -> Iterator[bytes]:
    """Yield the body in one piece for each size, the rest with the last; without sizes in pieces of up to 1 MiB.

    A file is checked as a whole before its first byte is handed out. Raises `CassetteCorrupt` as `read_body` does.
    """
    if isinstance(body, bytes):
        yield from pieces_of(io.BytesIO(body), sizes)
        return
    if isinstance(body, HeldFile):
        yield from body.pieces(sizes, PIECE_BYTES)
        return
    path = apart(lambda: _checked(body))
    try:
        with path.open("rb", buffering=0) as file:  # what is read is not small
            yield from pieces_of(file, sizes)
    except OSError as error:
        raise file_error(path, "read", error) from error


def beside(exchange: Interaction, folder: Path, disk: Disk = DISK) -> Interaction:
    """Return the interaction with its large bodies in files below `folder`, written or copied there if need be."""
    if isinstance(exchange, Invocation):
        return exchange
    request = _message_beside(exchange.request, folder, disk)
    response = None if exchange.response is None else _message_beside(exchange.response, folder, disk)
    if request is exchange.request and response is exchange.response:
        return exchange
    return replace(exchange, request=request, response=response)


def _message_beside(message: _Message, folder: Path, disk: Disk) -> _Message:
    body = message.body
    if isinstance(body, bytes) and len(body) < LARGE_BODY_BYTES:
        return message
    if isinstance(body, BodyFile) and _is_there(body, folder):
        return message
    copy = Spool(folder, large_bytes=0, disk=disk)
    try:
        for piece in iter_body(body, ()):
            copy.write(piece)
        copy.write(b"")
        return replace(message, body=copy.finish())
    finally:
        copy.discard()


def _is_there(body: BodyFile, folder: Path) -> bool:
    return (not body.folder or Path(body.folder).resolve() == folder.resolve()) and (folder / body.name).is_file()


def _checked(body: BodyFile) -> Path:
    folder = os.path.realpath(body.folder)
    path = os.path.realpath(Path(folder, body.name))
    if Path(folder) not in Path(path).parents:
        raise BodyCorrupt(body.name, "it lies outside the folder of its cassette")
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise BodyCorrupt(path, "it is not a regular file")
        unchanged = found.st_size == body.size_bytes and (
            _sha256(path, found.st_size, found.st_mtime_ns, found.st_ino) == body.sha256
        )
    except FileNotFoundError:
        raise BodyCorrupt(path, "it is missing") from None
    except OSError as error:
        raise file_error(path, "read", error) from error
    if not unchanged:
        raise BodyCorrupt(path, "it is not the one that was recorded")
    return Path(path)


@lru_cache(maxsize=1024)
def _sha256(path: str, _size_bytes: int, _mtime_ns: int, _inode: int) -> str:
    # Cached by what changes when the file does: a body played a thousand times is hashed once.
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
