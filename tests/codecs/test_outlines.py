"""Outlines are read in two ways, a quick one and a careful one, which agree."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs.document import any_outline, document_of
from playhead.codecs.exchanges import usual_outline
from playhead.codecs.malformed import Malformed
from playhead.model.cassette import Cassette, Exchange, Outline
from tests.codecs.strategies import exchanges

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2**64),
    st.floats(),
    st.text(max_size=3),
    st.just([]),
    st.builds(dict),
)


def places_in(value: Any) -> list[tuple[Any, str]]:
    """Return every object in a value with each of its keys, and with one that it does not have."""
    if not isinstance(value, dict):
        return []
    here = [(value, key) for key in [*value, "unknown"]]
    return here + [place for inner in value.values() for place in places_in(inner)]


@given(exchanges, st.data())
def test_a_quick_outline_is_the_careful_one(exchange: Exchange, data: st.DataObject) -> None:
    document = deepcopy(document_of(Cassette((exchange,))))
    (parts,), rows = document["interactions"], document["timeline"]  # type: ignore[misc,attr-defined]
    timeline = {row["id"]: row for row in rows}  # type: ignore[attr-defined]
    if data.draw(st.booleans(), label="change something"):
        owner, key = data.draw(st.sampled_from(places_in(parts) + places_in(timeline.get(parts["id"]))), label="place")
        owner[key] = data.draw(ODD, label="value")

    quick = usual_outline(parts, timeline)
    careful: Outline | None
    try:
        careful = any_outline(parts, timeline)
    except Malformed:
        careful = None
    assert quick is None or quick == careful


@given(exchanges)
def test_an_exchange_with_a_response_and_an_end_has_a_quick_outline(exchange: Exchange) -> None:
    document = document_of(Cassette((exchange,)))
    (parts,), rows = document["interactions"], document["timeline"]  # type: ignore[misc]
    timeline = {row["id"]: row for row in rows}  # type: ignore[attr-defined,index]
    usual = "response" in parts and "end_us" in timeline.get(exchange.id, {})
    assert usual_outline(parts, timeline) is not None or not usual
