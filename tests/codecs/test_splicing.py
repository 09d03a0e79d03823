"""Splicing leaves every byte that is not meant, in whatever layout."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs.splicing import spliced


def text_of(values, indent=None, rows=()):
    interactions = [{"id": number, "v": value} for number, value in values.items()]
    document = {"playhead": 1, "interactions": interactions, "timeline": [{"id": number, "t": 1} for number in rows]}
    return json.dumps(document, indent=indent)


@given(
    st.dictionaries(st.integers(1, 9), st.text() | st.lists(st.integers()), max_size=6),
    st.dictionaries(st.integers(1, 9), st.just("new"), max_size=6),
    st.sampled_from([None, 0, 3, "\t"]),
)
def test_what_is_meant_is_replaced_and_all_else_stays(values, news, layout):
    fresh = {number: news.get(number, value) for number, value in values.items()}
    result = spliced(text_of(values, layout), text_of(fresh, layout), news.keys() & values.keys())
    assert result == text_of(fresh, layout)
    assert spliced(text_of(values, layout), text_of(fresh), ()) == text_of(values, layout)


def test_the_layout_of_others_is_kept():
    old = ' { "timeline" : [ { "id":2 , "t":1 } ] ,\n"interactions":[ {"id": 1},\n\n {"v": "\\"]}", "id": 2} ] } \n'
    fresh = '{"interactions": [{"id": 2, "new": true}], "timeline": [{"id": 2, "t": 1}]}'
    expected = ' { "timeline" : [ {"id": 2, "t": 1} ] ,\n"interactions":[ {"id": 1},\n\n {"id": 2, "new": true} ] } \n'
    assert spliced(old, fresh, {2}) == expected


@pytest.mark.parametrize(("old", "new"), [((), (1,)), ((1,), ())])
def test_a_row_that_only_one_of_them_has_cannot_be_spliced(old, new):
    assert spliced(text_of({1: 0}, rows=old), text_of({1: 1}, rows=new), {1}) is None
