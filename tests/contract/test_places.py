"""Parsing the places of findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.places import Place, place_of
from tests.contract.recordings import SUITES, compared

PARTS = {"status", "header", "query", "body", "host", "base path"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("/", Place("body")),
        ("/a/*/b", Place("body", pointer=("a", "*", "b"))),
        ("/a~1b/c~0d", Place("body", pointer=("a/b", "c~d"))),
        ("/items/*[type=x]/name", Place("body", pointer=("items", "*", "name"))),
        ("[kind=a]/b", Place("body", pointer=("b",))),
        ("/a[0]", Place("body", pointer=("a[0]",))),
        ("4xx /error", Place("body", pointer=("error",))),
        ("returned /id", Place("body", pointer=("id",))),
        ("4xx header.etag", Place("header", name="etag")),
        ("request /name", Place("body", ours=True, pointer=("name",))),
        ("event delta /x", Place("body", event="delta", pointer=("x",))),
        ("event message delta /x", Place("body", event="message delta", pointer=("x",))),
        ("event [DONE]", Place("body", event="[DONE]")),
        ("4xx event error", Place("body", event="error")),
        ("query.page", Place("query", ours=True, name="page")),
        ("header.x-total-count", Place("header", name="x-total-count")),
        ("status", Place("status")),
        ("base path", Place("base path")),
        ("", Place("")),
    ],
)
def test_a_place_has_a_part_and_a_way(text, place):
    assert place_of(text) == place


@given(SUITES, SUITES)
def test_every_place_of_a_finding_is_understood(old, new):
    for finding in compared(old, new).findings:
        assert place_of(finding.place).part in PARTS, finding.place


@given(st.text())
def test_no_text_is_too_odd(text):
    assert isinstance(place_of(text), Place)
