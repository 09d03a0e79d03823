"""A filter for texts that cannot be in a growing file, which is not read again for each text.

The groups of four bytes at every fourth place of the file are noted. A text of seven bytes or more holds one of them
wherever it stands, a longer one several in a row; where these are not noted, the text is not there. The other way round
nothing is said, for they may stand there apart.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Grams"]

_SIZE = 4


class Grams:
    """The groups of four bytes in all that was fed."""

    def __init__(self) -> None:
        self.size_bytes = 0
        """The number of bytes that need not be fed again; a multiple of four."""
        self._seen: set[int] = set()

    def feed(self, data: bytes) -> None:
        """Add the data that comes at `size_bytes`."""
        whole = len(data) // _SIZE * _SIZE
        self._seen.update(memoryview(data)[:whole].cast("I"))
        self.size_bytes += whole

    def maybe(self, texts: Iterable[bytes]) -> list[bytes]:
        """Return the texts that may be in the data."""
        return [text for text in texts if self._may_hold(text)]

    def _may_hold(self, text: bytes) -> bool:
        seen = self._seen
        for start in range(_SIZE):
            groups = memoryview(text)[start : start + max(len(text) - start, 0) // _SIZE * _SIZE].cast("I")
            if all(group in seen for group in groups):
                return True
        return False
