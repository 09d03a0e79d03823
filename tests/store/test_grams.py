"""Grams: what stands in a file is never denied, however the file has grown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from playhead.store.grams import Grams

texts = st.binary(max_size=40)


@given(before=texts, text=texts, behind=texts, cuts=st.lists(st.integers(0, 120), max_size=4))
def test_what_stands_in_the_file_is_never_denied(before: bytes, text: bytes, behind: bytes, cuts: list[int]) -> None:
    content, grams = before + text + behind, Grams()
    for cut in [*sorted(cuts), len(content)]:
        grams.feed(content[grams.size_bytes : cut])
    assert grams.maybe([text]) == [text]


def test_what_does_not_stand_there_is_mostly_denied() -> None:
    grams = Grams()
    grams.feed(b"nothing of the kind is in here " * 100)
    assert grams.maybe([b"kR7vQ2mXw9TzL4pB", b"kind is in", b"seldom found"]) == [b"kind is in"]
