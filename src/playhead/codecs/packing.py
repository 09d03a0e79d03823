"""Msgpack values as bytes, one by one or in a stream. Only this module knows the msgpack library and its exceptions."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator

with warnings.catch_warnings():
    # The extension module of msgpack needs the real `datetime.datetime`, which a test may have replaced.
    warnings.filterwarnings("ignore", r"datetime\.\w+ size changed", RuntimeWarning)
    import msgpack  # type: ignore[import-untyped]  # ships without types

from playhead.codecs.malformed import Malformed

__all__ = ["packed", "unpacked", "values_in"]

_NOT_MSGPACK = (ValueError, TypeError, RecursionError, msgpack.UnpackException)
"""The exceptions of msgpack for other bytes, in its C and in its Python implementation."""


def packed(value: object) -> bytes:
    """Return the bytes of a value. Raises Malformed if it holds what msgpack cannot."""
    try:
        data = msgpack.packb(value)
    except UnicodeEncodeError:
        raise Malformed("it holds half of a surrogate pair") from None
    except (ValueError, OverflowError):
        raise Malformed("a number or a body in it is too large") from None
    assert isinstance(data, bytes)
    return data


def unpacked(data: bytes) -> object:
    """Return the one value in `data`. Raises Malformed for other bytes, and for extension types."""
    try:
        return msgpack.unpackb(data, ext_hook=_refuse_extension)
    except Malformed:
        raise
    except _NOT_MSGPACK:
        raise Malformed("it is not msgpack, or nested too deeply") from None


def values_in(data: bytes | Iterable[bytes]) -> Iterator[tuple[object, int]]:
    """Yield the values one by one, each with the offset where it ends.

    A cut ends the values; other bytes raise Malformed. `data` may come in pieces, so that a file of any size is never
    in memory as a whole.
    """
    unpacker = msgpack.Unpacker(max_buffer_size=0, ext_hook=_refuse_extension)
    for piece in [data] if isinstance(data, bytes) else data:
        unpacker.feed(piece)
        yield from _fed(unpacker)


def _fed(unpacker: msgpack.Unpacker) -> Iterator[tuple[object, int]]:
    while True:
        try:
            value = unpacker.unpack()
        except msgpack.OutOfData:
            return
        except Malformed:
            raise
        except _NOT_MSGPACK:
            raise Malformed("it is not msgpack, or nested too deeply", f"byte {unpacker.tell()}") from None
        yield value, unpacker.tell()


def _refuse_extension(_code: int, _data: bytes) -> object:
    raise Malformed("extension types are not allowed")
