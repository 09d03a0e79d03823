"""The coding `zstd`, if the package zstandard is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

from playhead.codecs.coders import Damaged

__all__ = ["ZstdDecoder", "ZstdEncoder"]

_WINDOW_BYTES = 8 * 1024 * 1024
"""The window that a decoder has to support, and may refuse to exceed (RFC 9659)."""

_STEP_BYTES = 1024
"""The most bytes decoded in a step. The library cannot limit its output, but a block of 4 bytes makes at most 128 KiB,
so a step makes at most 32 MiB."""


class _Decompressor(Protocol):
    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes) -> bytes: ...


class _Compressor(Protocol):
    def compress(self, data: bytes) -> bytes: ...
    def flush(self, flush_mode: int = ...) -> bytes: ...


class ZstdDecoder:
    """Decodes `zstd` of one frame."""

    def __init__(self) -> None:
        library: Any = import_module("zstandard")
        self._error: type[Exception] = library.ZstdError
        self._zstd = cast(_Decompressor, library.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj())

    @property
    def ended(self) -> bool:
        """True once the end has been seen."""
        return self._zstd.eof

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """Decode as `Decoder` says."""
        decoded = bytearray()
        for start in range(0, len(chunk), _STEP_BYTES):
            if self.ended:
                raise Damaged("there is something behind the end")
            decoded += self._step(chunk[start : start + _STEP_BYTES])
            if len(decoded) >= most_bytes:
                break
        return bytes(decoded)

    def _step(self, piece: bytes) -> bytes:
        try:
            decoded = self._zstd.decompress(piece)
        except self._error as error:
            raise Damaged(str(error)) from None
        if self._zstd.unused_data:
            raise Damaged("there is something behind the end")
        return decoded


class ZstdEncoder:
    """Encodes `zstd`."""

    def __init__(self) -> None:
        library: Any = import_module("zstandard")
        self._flush_block: int = library.COMPRESSOBJ_FLUSH_BLOCK
        self._zstd = cast(_Compressor, library.ZstdCompressor().compressobj())

    def encode(self, chunk: bytes) -> bytes:
        """Encode as `Encoder` says."""
        return self._zstd.compress(chunk) + self._zstd.flush(self._flush_block)

    def finish(self, chunk: bytes) -> bytes:
        """Finish as `Encoder` says."""
        return self._zstd.compress(chunk) + self._zstd.flush()
