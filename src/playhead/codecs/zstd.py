"""The coding `zstd`, if the package zstandard is there."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

from playhead.codecs.coders import Damaged

__all__ = ["ZstdDecoder", "ZstdEncoder"]

_WINDOW_BYTES = 8 * 1024 * 1024
"""What a decoder of this coding must support, and may refuse to exceed (RFC 9659)."""

_STEP_BYTES = 1024
"""The library cannot bound its output, but a block makes at most 128 KiB of 4 bytes: a step makes at most 32 MiB."""


class _Decompressor(Protocol):
    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes) -> bytes: ...


class _Compressor(Protocol):
    def compress(self, data: bytes) -> bytes: ...
    def flush(self, flush_mode: int = ...) -> bytes: ...


class ZstdDecoder:
    """Undoes `zstd` (of one frame)."""

    def __init__(self) -> None:
        library: Any = import_module("zstandard")
        self._error: type[Exception] = library.ZstdError
        self._zstd = cast(_Decompressor, library.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj())

    @property
    def ended(self) -> bool:
        """True if the end was seen."""
        return self._zstd.eof

    def decode(self, chunk: bytes, most_bytes: int) -> bytes:
        """As `Decoder`."""
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
    """Does `zstd`."""

    def __init__(self) -> None:
        library: Any = import_module("zstandard")
        self._flush_block: int = library.COMPRESSOBJ_FLUSH_BLOCK
        self._zstd = cast(_Compressor, library.ZstdCompressor().compressobj())

    def encode(self, chunk: bytes) -> bytes:
        """As `Encoder`."""
        return self._zstd.compress(chunk) + self._zstd.flush(self._flush_block)

    def finish(self, chunk: bytes) -> bytes:
        """As `Encoder`."""
        return self._zstd.compress(chunk) + self._zstd.flush()
