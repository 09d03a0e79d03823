"""A loaded cassette builds its interactions when they are looked at, and reads ahead where that is in order."""

from __future__ import annotations

import pytest

from playhead.errors import CassetteCorrupt
from playhead.model.cassette import Exchange, LazyInteractions, outlines
from playhead.model.http import Request

EXCHANGES = [Exchange(number + 1, Request("GET", f"http://api.test/{number}")) for number in range(100)]


def lazy(built: list[int], broken: int = -1) -> LazyInteractions:
    def build(position: int) -> Exchange:
        if position == broken:
            raise CassetteCorrupt("x.json", "it is broken")
        built.append(position)
        return EXCHANGES[position]

    return LazyInteractions(outlines(EXCHANGES), build)


def test_one_that_is_looked_at_alone_is_built_alone() -> None:
    built: list[int] = []
    interactions = lazy(built)

    assert interactions[50] is EXCHANGES[50]
    assert interactions[-1] is EXCHANGES[-1]
    assert interactions[50] is EXCHANGES[50]
    assert built == [50, 99]


def test_each_is_built_once_whatever_the_order() -> None:
    built: list[int] = []
    interactions = lazy(built)

    assert [interactions[position] for position in (3, 1, 2, 4, 0)] == [EXCHANGES[each] for each in (3, 1, 2, 4, 0)]
    assert interactions == EXCHANGES
    assert sorted(built) == list(range(100))


def test_a_broken_one_is_an_error_only_when_it_is_looked_at() -> None:
    interactions = lazy([], broken=5)

    assert [interactions[position] for position in range(5)] == EXCHANGES[:5]
    with pytest.raises(CassetteCorrupt, match="broken"):
        interactions[5]
    assert interactions[6] is EXCHANGES[6]


def test_a_position_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        lazy([])[100]
