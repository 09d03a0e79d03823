"""Counted nouns agree with their numbers; cut and escaped texts keep what they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.text.words import counted, cut, printable


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 requests"), (1, "1 request"), (2, "2 requests"), (12345, "12,345 requests")]
)
def test_counted_nouns(number: int, text: str) -> None:
    assert counted(number, "request") == text
    assert counted(number, "subprocess") == text.replace("requests", "subprocesses").replace("request", "subprocess")


@given(st.text(), st.integers(1, 50))
def test_a_cut_text_fits_and_is_a_beginning(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]) and len(text) > most)
    assert cut(short, most) == short


@given(st.text())
def test_a_printable_text_stays_and_any_other_becomes_one(text: str) -> None:
    safe = printable(text)
    assert safe.isprintable()
    assert (safe == text) == text.isprintable()
    assert printable(safe) == safe
