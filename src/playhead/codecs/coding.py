"""Content codings undone and applied again, chunk by chunk, so that decoded chunks keep their places and times.

A body is stored decoded. On replay it is encoded again with a flush at each chunk: the decoded chunks are the recorded
ones, the compressed bytes may differ. A body that cannot be decoded to the last byte (it is damaged, in an unknown
coding, followed by something else, or a bomb) is stored as it was. See RFC 9110 section 8.4.1, RFC 1950 to 1952, RFC
7932 and RFC 8878.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from playhead.codecs.coders import Damaged, Decoder, DeflateDecoder, Encoder, ZlibDecoder, ZlibEncoder
from playhead.codecs.limits import DEFAULT
from playhead.errors import UsageError

__all__ = ["CODINGS", "redo", "undo", "undo_partly"]

_GZIP_WINDOW = 31
_SMALL_BYTES = 1024 * 1024
_STEP_BYTES = 512
_ZLIB_WINDOW = 15


def _brotli_decoder() -> Decoder:
    from playhead.codecs.brotli import BrotliDecoder

    return BrotliDecoder()


def _brotli_encoder() -> Encoder:
    from playhead.codecs.brotli import BrotliEncoder

    return BrotliEncoder()


def _zstd_decoder() -> Decoder:
    from playhead.codecs.zstd import ZstdDecoder

    return ZstdDecoder()


def _zstd_encoder() -> Encoder:
    from playhead.codecs.zstd import ZstdEncoder

    return ZstdEncoder()


CODINGS: dict[str, tuple[Callable[[], Decoder], Callable[[], Encoder], str]] = {
    "gzip": (lambda: ZlibDecoder(_GZIP_WINDOW), lambda: ZlibEncoder(_GZIP_WINDOW), ""),
    "x-gzip": (lambda: ZlibDecoder(_GZIP_WINDOW), lambda: ZlibEncoder(_GZIP_WINDOW), ""),
    "deflate": (DeflateDecoder, lambda: ZlibEncoder(_ZLIB_WINDOW), ""),
    "br": (_brotli_decoder, _brotli_encoder, "brotli"),
    "zstd": (_zstd_decoder, _zstd_encoder, "zstandard"),
}
"""The decoder and encoder of each coding, and the package they need."""


def undo(
    coding: str, chunks: Sequence[bytes], limit_bytes: int = DEFAULT.decoded_bytes, *, complete: bool = True
) -> list[bytes] | None:
    """Return the decoded bytes of each chunk.

    The result is `None` if the coding cannot be undone, or for more decoded bytes than `limit_bytes`. A body that the
    reader left early (`complete=False`) is decoded as far as it goes.
    """
    known = CODINGS.get(coding.strip().lower())
    if known is None:
        return None
    try:
        decoder = known[0]()
        decoded = list(_decoded(decoder, chunks, limit_bytes))
    except (ImportError, Damaged):
        return None
    return decoded if decoder.ended or not complete else None


def undo_partly(
    codings: Sequence[str], body: bytes, limit_bytes: int = DEFAULT.decoded_bytes
) -> tuple[bytes, list[str]]:
    """Return what can be read of a body, and the codings that were undone, the last one applied first.

    Other codings are unknown, or lack their packages. A damaged body is read up to the damage. What follows an end is
    read as another body.

    Args:
        codings: The codings in the order in which they were applied.
        body: The body as it was sent.
        limit_bytes: The most bytes to decode.
    """
    undone: list[str] = []
    for coding in reversed(codings):
        readable = _readable(coding, body, limit_bytes)
        if body and not readable:
            break  # not this coding, or an unknown one
        body = readable
        undone.append(coding)
    return body, undone


def _readable(coding: str, body: bytes, limit_bytes: int) -> bytes:
    """Return as much as can be decoded."""
    known = CODINGS.get(coding)
    step = 1 if len(body) <= _SMALL_BYTES else _STEP_BYTES  # a damaged step gives nothing at all
    pieces: list[bytes] = []
    try:
        current = None if known is None else known[0]()
    except ImportError:
        current = None
    if known is None or current is None:
        return b""
    for start in range(0, len(body), step):
        if limit_bytes <= 0:
            break
        if current.ended:
            current = known[0]()
        try:
            pieces.append(current.decode(body[start : start + step], limit_bytes))
        except Damaged:
            break
        limit_bytes -= len(pieces[-1])
    return b"".join(pieces)


def redo(coding: str, chunks: Iterable[bytes], *, complete: bool = True) -> Iterator[bytes]:
    """Return an iterator of encoded chunks: one for each chunk, from which all of that chunk can be decoded.

    There is at least one if `complete`. Raises UsageError at once for an unknown coding, or one whose package is
    missing.
    """
    known = CODINGS.get(coding.strip().lower())
    if known is None:
        raise UsageError(f"A body has the coding {coding[:40]!r}, and playhead knows {', '.join(CODINGS)}.")
    try:
        encoder = known[1]()
    except ImportError:
        raise UsageError(f"A body has the coding {coding!r}, which needs a package: pip install {known[2]}.") from None
    return _encoded(encoder, chunks, complete)


def _decoded(decoder: Decoder, chunks: Sequence[bytes], limit_bytes: int) -> Iterator[bytes]:
    left = limit_bytes
    for chunk in chunks:
        if decoder.ended and chunk:
            raise Damaged("there is something behind the end")
        decoded = decoder.decode(chunk, left + 1) if chunk else b""
        left -= len(decoded)
        if left < 0:
            raise Damaged("more than is allowed")
        yield decoded


def _encoded(encoder: Encoder, chunks: Iterable[bytes], complete: bool) -> Iterator[bytes]:
    # One chunk is held back: the last one is encoded together with the end.
    held: bytes | None = None
    for chunk in chunks:
        if held is not None:
            yield encoder.encode(held)
        held = chunk
    if complete:
        yield encoder.finish(held or b"")
    elif held is not None:
        yield encoder.encode(held)
