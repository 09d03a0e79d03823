"""A sample of the tests of the pure packages, for the Pythons on which they do not run whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PURE = {
    "codecs",
    "contract",
    "engine",
    "formats",
    "matching",
    "model",
    "openapi",
    "redaction",
    "report",
    "settings",
    "text",
    "values",
    "variation",
}
"""Folders below tests/. What they test is computed from values alone, and depends on the version of Python least."""

ONE_IN = 8


def sample(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the tests outside the pure packages; of these the first of each file, and one in eight of the others."""
    begun: set[Path] = set()
    for item in items:
        first = item.path not in begun
        begun.add(item.path)
        if first or not _pure(item) or zlib.crc32(item.nodeid.encode()) % ONE_IN == 0:
            yield item


def _pure(item: pytest.Item) -> bool:
    return item.nodeid.split("/")[1] in PURE
