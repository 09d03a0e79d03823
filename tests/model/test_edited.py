"""An edit of a body changes its `content-length` and its chunks."""

from __future__ import annotations

import pytest

from playhead.model.http import with_length
from playhead.model.timing import Chunk, Timing, resized

FIELDS = (("Content-Length", " 5"), ("etag", "5"), ("content-length", "7"))


def test_every_content_length_follows() -> None:
    assert with_length(FIELDS, 9) == (("Content-Length", "9"), ("etag", "5"), ("content-length", "9"))


def test_a_length_that_was_not_that_of_the_body_stays() -> None:
    assert with_length(FIELDS, 9, instead_of=5) == (("Content-Length", "9"), ("etag", "5"), ("content-length", "7"))


def test_no_length_is_added() -> None:
    assert with_length((("etag", "5"),), 9) == (("etag", "5"),)


def test_chunks_keep_their_times() -> None:
    timing = Timing(chunks=(Chunk(10, 1, 2), Chunk(20, 3, 4)), end_us=30)

    assert resized(timing, [5, 0]) == Timing(chunks=(Chunk(10, 5, 2), Chunk(20, 0, 4)), end_us=30)


def test_each_chunk_needs_a_size() -> None:
    with pytest.raises(ValueError, match="zip"):
        resized(Timing(chunks=(Chunk(10, 1, 2),)), [])
