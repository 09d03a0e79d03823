"""What stands in a text in base64, decoded so that it can be looked into: of any length, and from any place on.

A run of the characters of base64 may be more than the encoded bytes (`/files/` before them is such characters too), so
it is decoded from each of four places on. All runs of a text are decoded together.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from playhead.redaction.escapes import unescaped

__all__ = ["decoded_runs"]

_FEWEST = 20
_RUN = re.compile(rb"[A-Za-z0-9+/]{%d,}+" % _FEWEST)
_WRAP = re.compile(rb"\\{1,8}[rn]")
"""Where lines of base64 are wrapped in JSON; bare line ends are dropped before (RFC 2045, 6.8)."""

_STANDARD = bytes.maketrans(b"-_", b"+/")
_BETWEEN = b"AAAA"
"""Three zero bytes."""


def decoded_runs(text: bytes) -> Iterator[bytes]:
    """The decoded runs of a text, apart by zero bytes, once for each place that they may begin at."""
    plain = unescaped(text)
    standard = (text if plain is None else plain.text).translate(_STANDARD, b"\r\n")
    runs = _RUN.findall(_WRAP.sub(b"", standard) if b"\\" in standard else standard)
    for first in range(4) if runs else ():
        yield b64decode(_BETWEEN.join([_whole(run[first:]) for run in runs]))


def _whole(run: bytes) -> bytes:
    """The run in groups of four: a single character at its end means nothing, two or three are filled up with zeros."""
    rest = len(run) % 4
    return run[:-1] if rest == 1 else run + b"A" * (-rest % 4)
