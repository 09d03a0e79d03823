"""Request bodies as they are stored and looked up: content coding undone, and large ones redacted on their way.

A large body goes to a file beside the cassette while requests are recorded; else its digest is enough to find it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

from playhead.deck.beside import LARGE_BYTES, beside
from playhead.deck.salvage import codings_of, searched, undone
from playhead.model.http import LARGE_BODY_BYTES, BodyFile, Request
from playhead.realtime import pause
from playhead.redaction.redact import Redactor
from playhead.redaction.streams import BodyStream
from playhead.store.bodies import iter_body
from playhead.store.held import HeldFile
from playhead.store.spools import Spool
from playhead.text.media_types import content_type

__all__ = ["Digest", "Lookups", "Uploads", "comparable", "takes_work"]

_PIECE_BYTES = 256 * 1024
_MAGIC = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


class Digest:
    """Takes a body that only needs to be found: from `large_bytes` on the digest of its redacted form will do."""

    def __init__(self, redaction: BodyStream, large_bytes: int = LARGE_BODY_BYTES) -> None:
        self._redaction = redaction
        self._large_bytes = large_bytes
        self._sha = hashlib.sha256()
        self._parts: list[bytes] = []
        self._sizes = [0, 0]  # as it was sent, and as it would be stored

    def write(self, chunk: bytes) -> None:
        """Take a piece."""
        self._sizes[0] += len(chunk)
        self._parts.append(chunk)
        if self._sizes[0] >= self._large_bytes:
            self._digest_parts()

    def finish(self) -> bytes | BodyFile:
        """Return the body, or what is known of it."""
        if self._sizes[0] < self._large_bytes:
            return b"".join(self._parts)
        self._digest_parts()
        self._digest(self._redaction.finish())
        digest = self._sha.hexdigest()
        return BodyFile(f"bodies/{digest}.bin", digest, self._sizes[1])

    def _digest_parts(self) -> None:
        for part in self._parts:
            self._digest(self._redaction.feed(part))
        self._parts.clear()

    def _digest(self, redacted: bytes) -> None:
        self._sha.update(redacted)
        self._sizes[1] += len(redacted)


class Uploads:
    """Brings the bodies of requests into the form in which they are stored, all but the redaction of small ones.

    Large ones are written below `folder` if `writes`.
    """

    def __init__(self, redactor: Redactor, folder: Path, *, writes: bool) -> None:
        self._redactor = redactor
        self._folder = folder
        self._writes = writes

    def stored(self, request: Request) -> Request:
        """Return the request with its coding undone; a large body is redacted, and in a file or known by its digest."""
        body = request.body
        if not takes_work(request):
            return request
        codings = codings_of(request.headers)
        if not codings:
            return self._sized(request, body)
        pieces = undone(codings, body)
        if pieces is not None:
            return self._sized(replace(request, coding=codings[0]), b"".join(pieces))
        place = f"the request body of {request.method} {self._redactor.url(request.url)}"
        return self._sized(request, searched(body, request.headers, self._redactor, place))

    def _sized(self, request: Request, body: bytes | BodyFile) -> Request:
        if isinstance(body, bytes) and len(body) < LARGE_BODY_BYTES:
            return request if body == request.body else replace(request, body=body)
        stream = self._redactor.stream(content_type(request.headers))
        if not self._writes:
            digest = Digest(stream, 0)
            for piece in _pieces(body):
                digest.write(piece)
            return replace(request, body=digest.finish())
        # A file whatever its size is now: whoever looks it up knows a digest alone.
        target = Spool(self._folder, large_bytes=0, final=False)
        try:
            for piece in _pieces(body):
                target.write(stream.feed(piece))
            target.write(stream.finish())
            return replace(request, body=target.finish())
        finally:
            target.discard()


def takes_work(request: Request) -> bool:
    """Return True for a body that is large or coded, and neither stored nor digested yet."""
    body = request.body
    if isinstance(body, BodyFile):
        return isinstance(body, HeldFile)
    return body != b"" and (len(body) >= LARGE_BODY_BYTES or bool(codings_of(request.headers)))


def comparable(request: Request) -> Request:
    """Undo the content coding of a request that has none noted, for comparing.

    The first edition kept compressed bodies as they came. So both sides are compared as what they hold.
    """
    body = request.body
    if body == b"" or not isinstance(body, bytes) or request.coding is not None:
        return request
    coding = _MAGIC.get(body[:3]) or _MAGIC.get(body[:4])
    pieces = None if coding is None else undone([coding], body)
    return request if pieces is None else replace(request, body=b"".join(pieces), coding=coding)


def _pieces(body: bytes | BodyFile) -> Iterable[bytes]:
    if isinstance(body, BodyFile):
        return iter_body(body, ())
    return (body[start : start + _PIECE_BYTES] for start in range(0, len(body), _PIECE_BYTES))


class Lookups:
    """Gives the form of a request by which it is found. What was prepared is not redacted once more."""

    def __init__(self, lookup: Callable[[Request], Request]) -> None:
        self._lookup = lookup
        self._found: dict[int, tuple[Request, Request]] = {}
        self._tickets = count()
        self._turn = 0

    def __call__(self, request: Request) -> Request:
        _, found = self._found.pop(id(request), (None, None))
        return self._lookup(request) if found is None else found

    async def prepare(self, request: Request) -> None:
        """Do the work for a large body now. Requests that are prepared at once come out in their order."""
        if isinstance(request.body, BodyFile) or len(request.body) < LARGE_BYTES:
            return
        ticket = next(self._tickets)

        def work() -> None:
            try:
                self._found[id(request)] = request, self._lookup(request)
            finally:
                while self._turn != ticket:
                    pause(0.001)
                self._turn += 1

        await beside(work)
