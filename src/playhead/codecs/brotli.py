"""The coding `br`, if the package brotli or brotlicffi is installed, new enough to limit its output per call (1.2)."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from playhead.codecs.coders import Damaged

__all__ = ["BrotliDecoder", "BrotliEncoder"]

_PIECE_BYTES = 256 * 1024
_QUALITY = 4


class _Decompressor(Protocol):
    def process(self, data: bytes, output_buffer_limit: int) -> bytes: ...
    def can_accept_more_data(self) -> bool: ...
    def is_finished(self) -> bool: ...


class _Compressor(Protocol):
    def process(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...
    def finish(self) -> bytes: ...


class _Library(Protocol):
    error: type[Exception]

    def Decompressor(self) -> _Decompressor: ...  # noqa: N802  # their names
    def Compressor(self, *, quality: int) -> _Compressor: ...  # noqa: N802


def _library() -> _Library:
    """Return the first library that is installed.

    Raises ImportError if there is none, or only one older than 1.2.
    """
    try:
        library = import_module("brotli")
    except ImportError:
        library = import_module("brotlicffi")
    if not hasattr(library.Decompressor, "can_accept_more_data"):
        raise ImportError("brotli is too old to decode safely")
    return cast(_Library, library)


class BrotliDecoder:
    """Decodes `br`."""

    def __init__(self) -> None:
        self._library = _library()
        self._brotli = self._library.Decompressor()

    @property
    def ended(self) -> bool:
        """True once the end has been seen."""
        return self._brotli.is_finished()

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Decode as `Decoder` says, in steps, because the library allocates as much as it is allowed."""
        try:
            decoded = bytearray(self._brotli.process(chunk, output_buffer_limit=_PIECE_BYTES))
            while len(decoded) < most_bytes and not self.ended:
                # Version 1.2.1 claims to accept more while output is left, so only an empty piece means the end.
                piece = self._brotli.process(b"", output_buffer_limit=_PIECE_BYTES)
                if not piece and self._brotli.can_accept_more_data():
                    break
                decoded += piece
        except self._library.error as error:
            raise Damaged(str(error)) from None
        return bytes(decoded)


class BrotliEncoder:
    """Encodes `br`."""

    def __init__(self) -> None:
        self._brotli = _library().Compressor(quality=_QUALITY)

    def encode(self, chunk: bytes) -> bytes:
        """Encode as `Encoder` says."""
        return self._brotli.process(chunk) + self._brotli.flush()

    def finish(self, chunk: bytes) -> bytes:
        """Finish as `Encoder` says."""
        return self._brotli.process(chunk) + self._brotli.finish()
