"""What a content coding must be able to do, and the codings of zlib."""

from __future__ import annotations

import zlib
from typing import Protocol

__all__ = ["Damaged", "Decoder", "DeflateDecoder", "Encoder", "ZlibDecoder", "ZlibEncoder"]

_RAW_WINDOW = -15
_ZLIB_WINDOW = 15
_LEVEL = 6


class Damaged(ValueError):
    """These bytes are not, or not only, what the coding says."""


class Decoder(Protocol):
    """Undoes a coding as the bytes come; `ended` once its end has been seen."""

    @property
    def ended(self) -> bool: ...

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Return all that can be decoded by now, if it is less than `most_bytes`; else at least that much. Damaged."""
        ...


class Encoder(Protocol):
    """Does a coding so that each piece can be decoded by itself once the ones before it were."""

    def encode(self, chunk: bytes) -> bytes:
        """Return the chunk, flushed."""
        ...

    def finish(self, chunk: bytes) -> bytes:
        """Return the last chunk, and the end."""
        ...


class ZlibDecoder:
    """gzip (of one member), zlib or raw deflate, by zlib's number for the window."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)

    @property
    def ended(self) -> bool:
        """True if the end was seen."""
        return self._zlib.eof

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """As `Decoder`. A second gzip member counts as damage: clients disagree on whether it belongs to the body."""
        try:
            decoded = self._zlib.decompress(chunk, most_bytes)
        except zlib.error as error:
            raise Damaged(str(error)) from None
        if self._zlib.unused_data:
            raise Damaged("there is something behind the end")
        return decoded


class DeflateDecoder:
    """`deflate` as it is met: with the header of zlib, as the standard says, or raw, as some servers send it."""

    def __init__(self) -> None:
        self._decoder = ZlibDecoder(_ZLIB_WINDOW)
        self._undecided: bytes | None = b""

    @property
    def ended(self) -> bool:
        """True if the end was seen."""
        return self._decoder.ended

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """As `Decoder`."""
        if self._undecided is None:
            return self._decoder.decode(chunk, most_bytes)
        # zlib judges its header, and may refuse it, when it has both bytes.
        self._undecided += chunk
        seen = self._undecided
        if len(seen) < 2:
            return b""
        self._undecided = None
        if not _has_zlib_header(seen):
            self._decoder = ZlibDecoder(_RAW_WINDOW)
        return self._decoder.decode(seen, most_bytes)


class ZlibEncoder:
    """gzip or zlib, by zlib's number for the window. The same chunks give the same bytes."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.compressobj(_LEVEL, zlib.DEFLATED, window)

    def encode(self, chunk: bytes) -> bytes:
        """As `Encoder`."""
        return self._zlib.compress(chunk) + self._zlib.flush(zlib.Z_SYNC_FLUSH)

    def finish(self, chunk: bytes) -> bytes:
        """As `Encoder`."""
        return self._zlib.compress(chunk) + self._zlib.flush()


def _has_zlib_header(seen: bytes) -> bool:
    # RFC 1950 section 2.2: method 8, window at most 7, and a checksum over both bytes.
    return seen[0] & 0x0F == 8 and seen[0] >> 4 <= 7 and int.from_bytes(seen[:2], "big") % 31 == 0
