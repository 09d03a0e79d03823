"""The interface of content codings, and the codings of zlib."""

from __future__ import annotations

import zlib
from typing import Protocol

__all__ = ["Damaged", "Decoder", "DeflateDecoder", "Encoder", "ZlibDecoder", "ZlibEncoder"]

_RAW_WINDOW = -15
_ZLIB_WINDOW = 15
_LEVEL = 6


class Damaged(ValueError):
    """The bytes are not in this coding, or not only."""


class Decoder(Protocol):
    """Decodes bytes as they come. `ended` is true once the end has been seen."""

    @property
    def ended(self) -> bool: ...

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Return all that can be decoded by now if that is less than `most_bytes`, else at least that much.

        Raises Damaged for bytes that are not in this coding.
        """
        ...


class Encoder(Protocol):
    """Encodes pieces, each of which can be decoded once the ones before it were."""

    def encode(self, chunk: bytes) -> bytes:
        """Return the encoded chunk, flushed."""
        ...

    def finish(self, chunk: bytes) -> bytes:
        """Return the last encoded chunk and the end."""
        ...


class ZlibDecoder:
    """Decodes gzip (of one member), zlib or raw deflate, depending on zlib's number for the window."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)

    @property
    def ended(self) -> bool:
        """True once the end has been seen."""
        return self._zlib.eof

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Decode as `Decoder` says.

        A second gzip member counts as damage, since clients disagree on whether it belongs to the body.
        """
        try:
            decoded = self._zlib.decompress(chunk, most_bytes)
        except zlib.error as error:
            raise Damaged(str(error)) from None
        if self._zlib.unused_data:
            raise Damaged("there is something behind the end")
        return decoded


class DeflateDecoder:
    """Decodes `deflate` with the header of zlib, as the standard says, or raw, as some servers send it."""

    def __init__(self) -> None:
        self._decoder = ZlibDecoder(_ZLIB_WINDOW)
        self._undecided: bytes | None = b""

    @property
    def ended(self) -> bool:
        """True once the end has been seen."""
        return self._decoder.ended

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Decode as `Decoder` says."""
        if self._undecided is None:
            return self._decoder.decode(chunk, most_bytes)
        # zlib checks its header once it has both bytes.
        self._undecided += chunk
        seen = self._undecided
        if len(seen) < 2:
            return b""
        self._undecided = None
        if not _has_zlib_header(seen):
            self._decoder = ZlibDecoder(_RAW_WINDOW)
        return self._decoder.decode(seen, most_bytes)


class ZlibEncoder:
    """Encodes gzip or zlib, depending on zlib's number for the window. The same chunks give the same bytes."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.compressobj(_LEVEL, zlib.DEFLATED, window)

    def encode(self, chunk: bytes) -> bytes:
        """Encode as `Encoder` says."""
        return self._zlib.compress(chunk) + self._zlib.flush(zlib.Z_SYNC_FLUSH)

    def finish(self, chunk: bytes) -> bytes:
        """Finish as `Encoder` says."""
        return self._zlib.compress(chunk) + self._zlib.flush()


def _has_zlib_header(seen: bytes) -> bool:
    # RFC 1950 section 2.2: method 8, window at most 7, and a checksum over both bytes.
    return seen[0] & 0x0F == 8 and seen[0] >> 4 <= 7 and int.from_bytes(seen[:2], "big") % 31 == 0
