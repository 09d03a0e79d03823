"""The long runs of letters and digits in a text: most secrets have one, and most texts have few."""

from __future__ import annotations

import re

__all__ = ["first_run", "long_runs"]

_FEWEST = 15
_RUN = b"a" * _FEWEST
_RUNS = bytes(ord("a") if re.match(rb"[A-Za-z0-9_.-]", bytes([byte])) else ord(" ") for byte in range(256))
_BEFORE_BYTES = 16
"""The number of bytes before a run that tell whether a secret begins there, and that may belong to it."""


def long_runs(text: bytes) -> bytes:
    """Return the runs of at least 15 letters, digits, hyphens, underscores and dots, each with what goes before it."""
    runs = text.translate(_RUNS)
    start = runs.find(_RUN)
    pieces: list[bytes] = []
    while start >= 0:
        end = runs.find(b" ", start)
        end = len(text) if end < 0 else end
        pieces.append(text[max(start - _BEFORE_BYTES, 0) : end])
        start = runs.find(_RUN, end)
    return b" ".join(pieces)


def first_run(text: bytes) -> bytes | None:
    """Return the first such run, which stands among the runs of any text that holds this one; `None` if it has none."""
    runs = text.translate(_RUNS)
    start = runs.find(_RUN)
    if start < 0:
        return None
    end = runs.find(b" ", start)
    return text[start:] if end < 0 else text[start:end]
