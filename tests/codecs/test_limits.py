"""Caps on what is read, and nothing is written that they would refuse."""

from __future__ import annotations

import pytest

from playhead.codecs import json, msgpack
from playhead.codecs.limits import Limits, too_deep
from playhead.errors import CassetteCorrupt, UsageError
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response

TWO = Cassette(tuple(Exchange(number, Request("GET", "http://a/"), Response(200)) for number in (1, 2)))
TIGHT = [Limits(interactions=1), Limits(size_bytes=50)]

codecs = pytest.mark.parametrize("codec", [json, msgpack])


@pytest.mark.parametrize(("value", "depth"), [(1, 0), ([], 1), ([1], 1), ({"a": [1]}, 2), ([[], {"a": {}}], 3)])
def test_depth_counts_containers(value: object, depth: int) -> None:
    assert not too_deep(value, depth)
    assert depth == 0 or too_deep(value, depth - 1)


@codecs
@pytest.mark.parametrize("limits", TIGHT)
def test_a_cassette_beyond_a_cap_is_not_read(codec, limits: Limits) -> None:
    with pytest.raises(CassetteCorrupt):
        codec.decode(codec.encode(TWO), limits=limits)


@codecs
@pytest.mark.parametrize("limits", TIGHT)
def test_a_cassette_beyond_a_cap_is_not_written(codec, limits: Limits) -> None:
    with pytest.raises(UsageError, match="could not be read again"):
        codec.encode(TWO, limits=limits)


def test_a_journal_beyond_the_size_is_not_read() -> None:
    with pytest.raises(CassetteCorrupt):
        msgpack.decode_journal(msgpack.encode(TWO), limits=Limits(size_bytes=50))
